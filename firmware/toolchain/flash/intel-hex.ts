import type { Result } from '../../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../../device-sdk/protocol/index.ts'

const recordBytesMin = 5
const lineCharsMax = 1 + 2 * (recordBytesMin + 255)
/** Types of the Intel Hexadecimal Object File Format Specification, revision A. */
const type = { data: 0, end: 1, segment: 2, start: 3, linear: 4, startLinear: 5 }

/**
 * Reads an Intel HEX image. Strict: every checksum and count holds, an end stands at the end and nowhere else, no byte is
 * given twice.
 * @param bytesMax - where the memory ends. @returns the bytes from address 0, gaps as erased flash, 0xff.
 * Errors: flash/bad-image with the line, flash/too-large.
 */
export const readIntelHex = (text: string, bytesMax: number): Result<Uint8Array> => {
  const memory = new Uint8Array(bytesMax).fill(0xff)
  const given = new Uint8Array(bytesMax)
  let base = 0
  let top = 0
  let ended = false
  // One more record than bytes can carry is refused before it is looked at.
  if (text.length > (bytesMax + 16) * lineCharsMax) return fail('flash/too-large', `${text.length} characters of text`)
  for (const [i, raw] of text.split('\n').entries()) {
    const line = raw.trimEnd()
    const bad = (what: string) => fail('flash/bad-image', `line ${i + 1}: ${what}`)
    if (line === '') continue
    if (ended) return bad('a record after the end')
    if (line.length > lineCharsMax || !/^:([0-9a-f]{2})+$/i.test(line)) return bad('not a record of Intel HEX')
    const bytes = Buffer.from(line.slice(1), 'hex')
    const [count = 0, high = 0, low = 0, kind] = bytes
    if (bytes.length !== count + recordBytesMin)
      return bad(`${count} bytes announced, ${bytes.length - recordBytesMin} there`)
    if (bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0) !== 0) return bad('the checksum does not hold')
    const data = bytes.subarray(4, -1)
    const word = data.length === 2 ? data.readUInt16BE() : null
    if (kind === type.data) {
      for (const [at, byte] of data.entries()) {
        // A record that runs over the end of its 64 kB goes on at its beginning.
        const address = base + ((high * 256 + low + at) & 0xffff)
        if (address >= bytesMax) return fail('flash/too-large', `line ${i + 1}: address ${address} of ${bytesMax}`)
        if (given[address] === 1) return bad(`address ${address} is given twice`)
        given[address] = 1
        memory[address] = byte
        top = Math.max(top, address + 1)
      }
    } else if (kind === type.end && count === 0) ended = true
    else if (kind === type.segment && word !== null) base = word * 16
    else if (kind === type.linear && word !== null) base = word * 0x1_0000
    else if (!((kind === type.start || kind === type.startLinear) && count === 4))
      return bad(`a record of type ${kind}`)
  }
  if (!ended) return fail('flash/bad-image', 'no record of the end: the file is cut off')
  return top === 0 ? fail('flash/bad-image', 'there are no bytes in it') : ok(memory.slice(0, top))
}
