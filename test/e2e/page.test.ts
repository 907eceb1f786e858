import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { expect, it } from 'vitest'
import { getJson, provision, startCli, startGateway, temporaryFolder } from './harness.ts'

const places = [
  ['north', '47.6205,-122.3493', '47.6205,-122.3493'],
  // Stands in Seattle as well, and claims to be 66 km away.
  ['liar', '48.2000,-122.2000', '47.6080,-122.3380'],
] as const
const browserArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
]

type Verdict = { readonly logIndex: number; readonly code: string }

it('the page shows a report as it comes, and why a witness was refused, in a browser that runs nothing else', {
  timeout: 60_000,
}, async () => {
  const folder = temporaryFolder()
  const gateway = await startGateway(join(folder, 'gateway'), { args: ['--epoch-s', '5', '--ruleset', 'simulation-1'] })
  const { http } = gateway.facts
  const air = startCli(['device', 'air', '--port', '0'])
  const [, url = ''] = /^air at (.+)$/.exec(await air.line(/^air at /)) ?? []
  const devices = await Promise.all(
    places.map(async ([name, claimed, truly]) => {
      const dir = await provision(gateway.data, join(folder, name), ['--name', name, '--place', claimed, '--gain', '2'])
      const radio = ['--radio', `air:${url}`, '--true-place', truly, '--true-gain', '2', '--gain', '2']
      return () => startCli(['device', 'run', '--dir', dir, ...radio, '--beacon-every', '2'])
    }),
  )
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: browserArgs })
  try {
    const page = await browser.newPage()
    const complaints: string[] = []
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    page.on('pageerror', ({ message }) => complaints.push(message))
    const loaded = await page.goto(http)
    expect(loaded?.headers()['content-security-policy']).toContain("default-src 'none'")
    await page.locator('#status', { hasText: 'live' }).waitFor()
    expect(await page.locator('nav#demo').isVisible()).toBe(false)

    const running = devices.map((start) => start())
    // Nothing is loaded again: it comes over the live feed.
    await page
      .locator('ol.feed li', { hasText: /north accepted #\d+ (beacon|heard 1)/ })
      .first()
      .waitFor()
    await page.locator('svg.map polygon.on').first().waitFor()
    await page.locator('svg.map text', { hasText: 'liar' }).waitFor()

    let refused: Verdict | undefined
    while (refused === undefined) {
      const { epochs } = await getJson<{ epochs: { epoch: number }[] }>(`${http}/v1/epochs?limit=1`)
      const [epoch] = epochs
      if (epoch !== undefined) {
        const { verdicts } = await getJson<{ verdicts: Verdict[] }>(`${http}/v1/epochs/${epoch.epoch}`)
        refused = verdicts.find(({ code }) => code === 'coverage/rssi-too-strong')
      }
    }
    // Links of both directions lie on each other: drawn from one side, their dashes do not fill each other's gaps.
    await page.locator('svg.map line.bad').first().waitFor({ state: 'attached' })
    const eastward = await page
      .locator('svg.map line')
      .evaluateAll((lines) => lines.map((line) => Number(line.getAttribute('x2')) - Number(line.getAttribute('x1'))))
    expect(eastward.filter((width) => width < 0)).toEqual([])
    await page.goto(`${http}/#/report/${refused.logIndex}`)
    await page.locator('section.verdict.bad h2', { hasText: 'refused: coverage/rssi-too-strong' }).first().waitFor()
    const text = await page.locator('section.verdict.bad').first().innerText()
    expect(text).toMatch(/-\d+(\.\d+)? dBm measured, at most -\d+(\.\d+)? dBm passes/)
    expect(text).toContain('Check the asserted places and the antenna gains of both.')
    expect(text).toMatch(/What would have turned it: at least \d+(\.\d)? dB weaker/)

    // The policy holds: what would run here from elsewhere does not.
    const evaluated = await page.evaluate(`new Promise((resolve) => {
      const script = document.createElement('script')
      script.textContent = 'window.ran = true'
      document.addEventListener('securitypolicyviolation', () => resolve(window.ran === true ? 'ran' : 'refused'))
      document.head.append(script)
    })`)
    expect(evaluated).toBe('refused')
    expect(complaints.filter((text) => !text.includes('Content Security Policy'))).toEqual([])
    expect(complaints.filter((text) => text.includes('Content Security Policy'))).toHaveLength(1)
    await Promise.all(running.map((device) => device.end('SIGTERM')))
  } finally {
    await browser.close()
    await air.end('SIGTERM')
    await gateway.end('SIGTERM')
  }
})
