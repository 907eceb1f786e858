import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { worldLines } from '../../bench/poc-world.ts'
import { alpha, beta, heard, openScene, porch } from '../gateway/epoch/scene.ts'
import { besideStore } from '../gateway/harness.ts'
import { weather } from '../gateway/keys.ts'
import { runCli, temporaryFolder } from './harness.ts'

const world = { seed: 3, hotspots: 50, beacons: 40, witnesses: 8, spanMs: 3_600_000 }

describe('hexfix poc verify', () => {
  it('writes verdicts, shares and a summary, and says in words what it did', async () => {
    const folder = temporaryFolder()
    const [input, output] = [join(folder, 'world.ndjson'), join(folder, 'verdicts.ndjson')]
    writeFileSync(input, `${[...worldLines(world)].join('\n')}\n`)
    const args = ['poc', 'verify', '--profile', 'helium-2026', '--input', input, '--output', output]
    const run = await runCli(args)
    expect(run).toMatchObject({ status: 0, stderr: '' })
    expect(run.stdout).toContain('helium-2026: 360 verdicts')
    const lines = readFileSync(output, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string })
    expect(lines.filter(({ type }) => type === 'verdict')).toHaveLength(360)
    expect(lines.filter(({ type }) => type === 'share')).toHaveLength(50)
    const json = await runCli([...args, '--json'])
    expect({ type: 'summary', ...(JSON.parse(json.stdout) as object) }).toEqual(lines[lines.length - 1])
  })

  it('ends with 1 and the number of the line where a line is bad, and with a sentence where a name is wrong', async () => {
    const folder = temporaryFolder()
    const [input, output] = [join(folder, 'world.ndjson'), join(folder, 'verdicts.ndjson')]
    writeFileSync(input, '{"type":"hotspot","id":"a"}\nrubbish\n')
    const base = ['poc', 'verify', '--input', input, '--output', output]
    const bad = await runCli([...base, '--profile', 'helium-2026'])
    expect(bad.status).toBe(1)
    expect(bad.stderr).toMatch(/^exchange\/bad-line: .+\(line 2: no JSON\)\n {2}next: /)
    expect(readFileSync(output, 'utf8')).toContain('"type":"summary"')
    const unknown = await runCli([...base, '--profile', 'heliums'])
    expect(unknown.status).toBe(1)
    expect(unknown.stderr).toMatch(/^ruleset\/unknown: .+\n {2}next: /)
    expect((await runCli(['poc', 'verify', '--profile', 'helium-2026'])).status).toBe(2)
    const nowhere = await runCli([...base.slice(0, 4), '--output', '/nowhere/v.ndjson', '--profile', 'helium-2026'])
    expect(nowhere.stderr).toMatch(/^exchange\/unreadable: /m)
  })
})

describe('a closed epoch', () => {
  const closed = async () => {
    const scene = openScene(1_000_003n)
    await scene.reportBeacon(alpha, 'a1')
    await scene.report(beta, weather(), { type: 'witness', rows: [heard(alpha, 'a1')] })
    await scene.report(porch, weather())
    scene.pass()
    scene.desk.closeDue()
    return { data: scene.folder, epoch: scene.first, folder: scene.folder }
  }

  it('is recomputed by poc replay, which finds what was changed', async () => {
    const { data, epoch, folder } = await closed()
    const replay = () => runCli(['poc', 'replay', '--epoch', String(epoch), '--data', data])
    const whole = await replay()
    expect(whole).toMatchObject({ status: 0, stderr: '' })
    expect(whole.stdout).toContain('2 verdicts and 3 shares computed again, equal to the byte')
    besideStore(folder, (database) => database.exec("UPDATE shares SET amount = '1' WHERE place = 0"))
    const changed = await replay()
    expect(changed.status).toBe(1)
    expect(changed.stdout).toContain('share 0: stored ')
    expect(changed.stderr).toMatch(/^epoch\/differs: /)
    const none = await runCli(['poc', 'replay', '--epoch', '1', '--data', data, '--json'])
    expect(JSON.parse(none.stdout)).toMatchObject({ error: { code: 'epoch/unknown' } })
  })

  it('is shown, proved and verified by rewards, the last without a gateway', async () => {
    const { data, epoch } = await closed()
    const shown = await runCli(['rewards', 'show', '--data', data])
    expect(shown.status).toBe(0)
    expect(shown.stdout).toContain(`epoch ${epoch}: 1000003 paid to 3 devices`)
    const proved = await runCli(['rewards', 'prove', beta.kid, '--data', data])
    const proof = JSON.parse(proved.stdout) as { amount: string; root: string; proof: string[] }
    const file = join(temporaryFolder(), 'proof.json')
    const verify = async (over: object, ...more: string[]) => {
      writeFileSync(file, JSON.stringify({ ...proof, ...over }))
      return runCli(['rewards', 'verify', file, ...more])
    }
    expect((await verify({}, '--root', proof.root)).stdout).toBe(
      `holds: ${proof.amount} to ${String((proof as { address?: string }).address)} in epoch ${epoch}, root ${proof.root}\n`,
    )
    expect((await verify({})).stdout).toContain('compare it with the one that was published')
    for (const over of [
      { amount: '999999' },
      { amount: `${2n ** 256n}` },
      { proof: [] },
      { proof: ['zz'] },
      { index: -1 },
    ]) {
      expect(await verify(over, '--root', proof.root)).toMatchObject({ status: 1 })
    }
    expect((await verify({}, '--root', '00'.repeat(32))).stderr).toMatch(/^rewards\/bad-proof: /)
    expect((await runCli(['rewards', 'prove', 'ab'.repeat(8), '--data', data])).stderr).toMatch(/^rewards\/no-share: /)
  })
})
