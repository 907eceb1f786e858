/** The first byte of a packet of MQTT 3.1.1. OASIS MQTT 3.1.1, section 2.2 */
export const packets = {
  connect: 0x10,
  connack: 0x20,
  /** At QoS 0, as a board is sent to. */
  publish: 0x30,
  /** At QoS 1, as it sends. */
  publishOnce: 0x32,
  suback: 0x90,
  subscribe: 0x82,
  pingreq: 0xc0,
} as const
