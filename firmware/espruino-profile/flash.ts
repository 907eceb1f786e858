/** A file system of one level, as the flash of a board has: names of up to 28 bytes. */
export type Files = Map<string, Uint8Array>

/**
 * The flash under Storage: a bit that is 0 stays 0 until all is erased, and what Storage erases it strikes out and leaves where it
 * stands. Source: jsfWriteFile and jsfEraseFileInternal of Espruino 2v29, src/jsflash.c.
 */
export const openFlash = (files: Files) => {
  /** Files that were erased or replaced: their bytes can be read still. */
  const struckOut: Uint8Array[] = []
  const places = new Map<Uint8Array, number>()
  let end = 0x10_0000

  const strikeOut = (name: string): void => {
    const bytes = files.get(name)
    if (bytes !== undefined) struckOut.push(bytes)
    files.delete(name)
  }
  const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0xff)
  const placeOf = (bytes: Uint8Array): number => {
    const known = places.get(bytes)
    if (known !== undefined) return known
    places.set(bytes, end)
    end += bytes.length + 32
    return places.get(bytes) as number
  }
  return {
    strikeOut,
    write: (name: string, data: Uint8Array, offset: number, sizeOr0: number): boolean => {
      if (name === '' || Buffer.byteLength(name) > 28) throw new Error('Storage: a name has 1 to 28 bytes')
      const size = sizeOr0 === 0 ? data.length : sizeOr0
      if (size === 0) throw new Error("Can't create zero length file")
      const old = files.get(name)
      if (offset === 0) {
        if (old !== undefined && Buffer.from(old).equals(data) && old.length === size) return true
        if (old === undefined || old.length !== size || !isBlank(old)) {
          strikeOut(name)
          files.set(name, new Uint8Array(size).fill(0xff))
        }
      }
      const file = files.get(name)
      if (file === undefined) throw new Error('Unable to find or create file')
      if (offset + data.length > file.length) throw new Error('Too much data for file size')
      if (!isBlank(file.subarray(offset, offset + data.length))) {
        throw new Error('File already written with different data')
      }
      file.set(data, offset)
      return true
    },
    eraseAll: (): void => {
      files.clear()
      struckOut.length = 0
    },
    /** Where a file with these bytes stands, or 0 for what is in memory. */
    addressOf: (text: string): number => {
      for (const bytes of files.values()) {
        if (Buffer.from(bytes).toString('latin1') === text) return placeOf(bytes)
      }
      return 0
    },
    /** Past Storage, by the address. */
    program: (data: Uint8Array, address: number): void => {
      for (const bytes of [...files.values(), ...struckOut]) {
        const at = address - placeOf(bytes)
        if (at < 0 || at + data.length > bytes.length) continue
        for (const [i, byte] of data.entries()) bytes[at + i] = (bytes[at + i] as number) & byte
      }
    },
    /** All that somebody reads who has the console, or the chip. */
    everything: (): Uint8Array => Buffer.concat([...files.values(), ...struckOut]),
  }
}
export type Flash = ReturnType<typeof openFlash>
