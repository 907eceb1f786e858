/** What is usually behind a coverage verdict, by rule, the most frequent first. */
const causes: Readonly<Record<string, readonly string[]>> = {
  duplicate: ['the same beacon was heard and reported twice, by a radio that hears its own repeats'],
  'beacon-unknown': [
    "the beaconer's own report is still under way, or came in another epoch",
    'the beaconer is not of this network',
  ],
  'gateway-not-found': ['the key was registered after the report came, or at another gateway'],
  'not-located': ['no place was asserted yet'],
  denied: ['whoever runs the network denied this key'],
  'edge-denied': ['whoever runs the network denied this pair'],
  incapable: ['it carries data only'],
  'self-witness': [
    'the radio heard its own beacon back',
    'one radio serves two keys, of which one took the place of the other',
  ],
  'invalid-packet': [
    'the asserted gain is not the one that the device runs with (--gain), so that it sent too strong',
    'the device runs another version, or another region plan',
  ],
  region: ['one of both is set to another region'],
  'entropy-before': ['the clock of the gateway was set'],
  'entropy-expired': ['the report waited over three minutes: no connection, or a slow one'],
  'irregular-interval': ['--beacon-every is shorter than the window of the rules', 'two devices run with one key'],
  'too-late': ['the connection was slow or down when the beacon was heard'],
  frequency: ['another transmission on a channel nearby was taken for the beacon', 'the radio is not calibrated'],
  'too-near': ['both stand too close to prove coverage', 'one of both asserted a wrong place'],
  'too-far': ['one of both asserted a wrong place'],
  'rssi-too-strong': [
    'one of both stands nearer than it asserts',
    'an antenna gain is asserted lower than it is',
    'the radio reports signal strength without its cable loss or amplifier taken off',
  ],
  'no-valid-witnesses': ['nobody is in reach', 'antenna, cable or place let nobody hear it'],
  'not-selected': ['many others heard the beacon, and reported it earlier'],
  'beacon-reciprocity': ['its receiver heard no valid beacon in 48 hours: antenna, packet forwarder, a lonely place'],
  'witness-reciprocity': ['it sent no valid beacon in 48 hours: no live entropy, no airtime left, nobody in reach'],
}

/** @param rule - as a verdict names it: what refused a beacon stands before its witnesses with `beaconer-`. */
export const likelyCauses = (rule: string | null): readonly string[] => {
  const name = (rule ?? '').replace(/^(beaconer|sender)-/, '')
  const own = causes[name] ?? []
  return rule?.startsWith('beaconer-') ? own.map((cause) => `of the beaconer: ${cause}`) : own
}
