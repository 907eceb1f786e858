import { existsSync, readFileSync } from 'node:fs'

/** A file of the page, as a browser is to take it. */
export type PageFile = { readonly type: string; readonly bytes: Uint8Array }

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
}
const names = ['index.html', 'style.css', 'app.js'] as const

/** Beside the bundle that runs, and under `dist/` where the sources run themselves. */
const folderOf = (from: string): URL | undefined =>
  ['./page/', '../page/', '../../dist/page/']
    .map((path) => new URL(path, from))
    .find((folder) => existsSync(new URL('app.js', folder)))

/** The files of the first page, read once; empty where it was not built. */
export const pageFiles = (from = import.meta.url): ReadonlyMap<string, PageFile> => {
  const folder = folderOf(from)
  if (folder === undefined) return new Map()
  return new Map(
    names.map((name) => {
      const type = types[name.split('.')[1] ?? ''] ?? 'application/octet-stream'
      return [name, { type, bytes: new Uint8Array(readFileSync(new URL(name, folder))) }]
    }),
  )
}
