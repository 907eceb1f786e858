/** What the bench uses of elliptic, which has no types of its own. */
declare module 'elliptic' {
  type Key = { sign(digest: Uint8Array, options: { canonical: boolean }): unknown }
  const elliptic: { ec: new (curve: string) => { keyFromPrivate(secret: Uint8Array): Key } }
  export default elliptic
}
