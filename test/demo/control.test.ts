import { afterEach, expect, it } from 'vitest'
import type { Control } from '../../demo/control.ts'
import { openControl } from '../../demo/control.ts'

const origin = 'http://127.0.0.1:8080'
let control: Control | null = null
afterEach(() => control?.close())

const open = async () => {
  const done: string[] = []
  control = await openControl(origin, {
    forge: async () => {
      done.push('forge')
      return 'what happened'
    },
    kill: async () => {
      throw new Error('it would not die')
    },
  })
  const given = new URLSearchParams(control.fragment.split('?')[1])
  const call = async (path: string, headers: Record<string, string>, method = 'POST') => {
    const url = `http://127.0.0.1:${given.get('demo')}${path}`
    const answer = await fetch(url, { method, headers: { connection: 'close', ...headers } })
    return {
      status: answer.status,
      text: await answer.text(),
      allowed: answer.headers.get('access-control-allow-origin'),
    }
  }
  return { done, call, key: given.get('key') ?? '' }
}

it('does what a button asks, for who has the key, and says in a sentence what happened', async () => {
  const { done, call, key } = await open()
  expect(key).toMatch(/^[0-9a-f]{32}$/)
  expect(await call('/forge', { 'x-demo-key': key, origin })).toEqual({
    status: 200,
    text: 'what happened',
    allowed: origin,
  })
  expect(done).toEqual(['forge'])
})

it.each([
  ['no key', {}],
  ['another key', { 'x-demo-key': '0'.repeat(32) }],
  ['a shorter key', { 'x-demo-key': '0' }],
])('does nothing with %s', async (_what, headers) => {
  const { done, call } = await open()
  expect((await call('/forge', { origin, ...headers })).status).toBe(403)
  expect(done).toEqual([])
})

it('does nothing for a page of another origin, even with the key', async () => {
  const { done, call, key } = await open()
  const refused = await call('/forge', { 'x-demo-key': key, origin: 'http://evil.example' })
  expect(refused).toMatchObject({ status: 403, allowed: null })
  expect(done).toEqual([])
})

it('lets the page of the gateway ask, and nobody read or do anything else', async () => {
  const { call, key } = await open()
  expect(await call('/forge', { origin }, 'OPTIONS')).toMatchObject({ status: 204, allowed: origin })
  expect((await call('/forge', { 'x-demo-key': key, origin }, 'GET')).status).toBe(404)
  for (const name of ['/none', '/', '/toString']) {
    expect((await call(name, { 'x-demo-key': key, origin })).status).toBe(404)
  }
})

it('says what went wrong, and goes on', async () => {
  const { call, key } = await open()
  const failed = await call('/kill', { 'x-demo-key': key, origin })
  expect(failed).toMatchObject({ status: 500, text: 'it did not come to an end: it would not die' })
  expect((await call('/forge', { 'x-demo-key': key, origin })).status).toBe(200)
})
