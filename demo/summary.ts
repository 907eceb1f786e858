type Epoch = { readonly epoch: number; readonly root: string; readonly budget: string; readonly paid: string }
type Counts = {
  readonly reports: Readonly<Record<string, number>>
  readonly verdicts: Readonly<Record<string, number>>
}

const ignoredCodes = ['report/replay']

const pick = (counts: Readonly<Record<string, number>>, wanted: (code: string) => boolean) =>
  Object.fromEntries(Object.entries(counts).filter(([code]) => wanted(code)))

const get = async <T>(http: string, path: string): Promise<T> => (await (await fetch(`${http}${path}`)).json()) as T

export const countsOf = (http: string): Promise<Counts> => get<Counts>(http, '/v1/counts')

/** What the gateway says of the whole run: its store outlives a kill, its counters in memory do not. */
export const summarise = async (http: string) => {
  const counts = await countsOf(http)
  const { epochs } = await get<{ epochs: Epoch[] }>(http, '/v1/epochs')
  const { devices } = await get<{ devices: { kid: string; name: string }[] }>(http, '/v1/devices')
  const { latest } = await get<{ latest: { kid: string; schema: string }[] }>(http, '/v1/latest')
  const epoch = epochs.find(({ paid }) => paid !== '0') ?? epochs[0]
  const shares =
    epoch === undefined
      ? []
      : (await get<{ shares: { kid: string; amount: string }[] }>(http, `/v1/epochs/${epoch.epoch}`)).shares
  const nameOf = (kid: string): string => devices.find((device) => device.kid === kid)?.name ?? kid
  return {
    accepted: counts.reports.accepted ?? 0,
    sensors: latest.map(({ kid, schema }) => ({ name: nameOf(kid), kid, schema })),
    refused: pick(counts.reports, (code) => code !== 'accepted' && !ignoredCodes.includes(code)),
    ignored: pick(counts.reports, (code) => ignoredCodes.includes(code)),
    verdicts: counts.verdicts,
    epoch:
      epoch === undefined
        ? null
        : {
            epoch: epoch.epoch,
            root: epoch.root,
            budget: epoch.budget,
            paid: epoch.paid,
            shares: Object.fromEntries(shares.map(({ kid, amount }) => [nameOf(kid), amount])),
          },
  }
}
