import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StandardMerkleTree } from '@openzeppelin/merkle-tree'
import { describe, expect, it } from 'vitest'
import { worldLines } from '../../bench/poc-world.ts'
import type { Block } from '../../device-sdk/protocol/index.ts'
import { alpha, beta, heard, openScene, porch } from '../gateway/epoch/scene.ts'
import { besideStore } from '../gateway/harness.ts'
import { weather } from '../gateway/keys.ts'
import { getJson, runCli, startGateway, temporaryFolder } from './harness.ts'

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

  it('judges by a ruleset that a gateway signed, and by nothing of one whose signature fails', async () => {
    const gateway = await startGateway(join(temporaryFolder(), 'gateway'), { args: ['--ruleset', 'simulation-1'] })
    const published = await getJson<Record<string, string>>(`${gateway.facts.http}/v1/ruleset`)
    await gateway.end('SIGTERM')
    const folder = temporaryFolder()
    const [input, output, ruleset] = ['world.ndjson', 'verdicts.ndjson', 'ruleset.json'].map((name) =>
      join(folder, name),
    ) as [string, string, string]
    writeFileSync(input, `${[...worldLines(world)].join('\n')}\n`)
    const judge = (profile: string, ...more: string[]) =>
      runCli(['poc', 'verify', '--profile', profile, '--input', input, '--output', output, '--json', ...more])
    const judgeBy = (file: object, ...more: string[]) => {
      writeFileSync(ruleset, JSON.stringify(file))
      return judge(ruleset, ...more)
    }
    const key = String(published.publicKey)
    const named = await judge('simulation-1')
    expect(JSON.parse(named.stdout)).toMatchObject({ profile: 'simulation-1', ruleset: published.hash })
    expect((await judgeBy(published, '--key', key)).stdout).toBe(named.stdout)
    expect((await judgeBy(published)).stdout).toBe(named.stdout)

    writeFileSync(output, 'before')
    const codeOf = async (run: Promise<{ status: number | null; stdout: string }>) => {
      const { status, stdout } = await run
      return [status, JSON.parse(stdout).error.code]
    }
    const spoiled = String(published.document).replace(/.$/, (last) => (last === '0' ? '1' : '0'))
    const bad = [1, 'ruleset/bad-signature']
    expect(await codeOf(judgeBy({ ...published, document: spoiled }))).toEqual(bad)
    expect(await codeOf(judgeBy({ ...published, net: 2 }))).toEqual(bad)
    expect(await codeOf(judgeBy(published, '--key', `02${'11'.repeat(32)}`))).toEqual(bad)
    expect(await codeOf(judgeBy(published, '--key', 'zz'))).toEqual(bad)
    expect(await codeOf(judgeBy([1]))).toEqual([1, 'ruleset/malformed'])
    expect(await codeOf(judge(join(folder, 'none.json')))).toEqual([1, 'ruleset/malformed'])
    expect(readFileSync(output, 'utf8')).toBe('before')
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

describe('hexfix poc map', () => {
  it('says what trackers met, and what that says of hotspots', async () => {
    const scene = openScene()
    const [lat, lng] = [52.525, 13.412].map((degrees) => [Math.round(degrees * 1e7)] as const)
    const position = { type: 'sensor', schema: 4, stepsS: [], columns: [lat ?? [], lng ?? [], [null], [50], [null]] }
    await scene.reportBeacon(alpha, 'a1')
    await scene.report(porch, position as Block, { type: 'witness', rows: [heard(alpha, 'a1', -40)] })
    const run = await runCli(['poc', 'map', '--data', scene.folder])
    expect(run).toMatchObject({ status: 0, stderr: '' })
    expect(run.stdout).toMatch(/^1 sighting in 1 cell of resolution 10$/m)
    expect(run.stdout).toMatch(/^ {2}8a[0-9a-f]{13} {2}excellent, -40 dBm, 1 hotspot, 1 tracker, 0 h old$/m)
    expect(run.stdout).toMatch(/contradicted by 1: -40 dBm measured, at most -\d+\.\d+$/m)
    expect((await runCli(['poc', 'map', '--data', '/nowhere'])).status).toBe(1)
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

  it('adds up with those before it: one proof of what an address was ever owed, as OpenZeppelin makes it', async () => {
    const scene = openScene(1_000n)
    for (const name of ['a1', 'a2']) {
      await scene.reportBeacon(alpha, name)
      await scene.report(beta, weather(), { type: 'witness', rows: [heard(alpha, name)] })
      scene.pass()
      scene.desk.closeDue()
    }
    const at = ['--data', scene.folder]
    const document = async (...args: string[]) => JSON.parse((await runCli([...args, ...at, '--json'])).stdout)
    type Shown = { root: string; paid: string; shares: { address: string; amount: string; kid: string }[] }
    const each: Shown[] = await Promise.all(
      [0, 1].map((n) => document('rewards', 'show', '--epoch', String(scene.first + n))),
    )
    const all: Shown = await document('rewards', 'show', '--cumulative')
    expect(all.paid).toBe('2000')
    for (const { address, amount } of all.shares) {
      const own = each.flatMap(({ shares }) => shares).filter((share) => share.address === address)
      expect(own.reduce((sum, share) => sum + BigInt(share.amount), 0n)).toBe(BigInt(amount))
    }
    const leaves = all.shares.map(({ address, amount }, index) => [scene.first + 1, index, address, amount])
    const tree = StandardMerkleTree.of(leaves, ['uint256', 'uint256', 'address', 'uint256'])
    expect(`0x${all.root}`).toBe(tree.root)
    const proof = await document('rewards', 'prove', all.shares[0]?.address ?? '', '--cumulative')
    const file = join(temporaryFolder(), 'proof.json')
    writeFileSync(file, JSON.stringify(proof))
    expect(await runCli(['rewards', 'verify', file, '--root', all.root])).toMatchObject({ status: 0 })
    expect(await runCli(['rewards', 'verify', file, '--root', each[1]?.root ?? ''])).toMatchObject({ status: 1 })
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
