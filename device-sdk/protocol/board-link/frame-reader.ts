import type { ByteString, Crc32, Frame } from './frame.ts'
import { endByte, escapedEnd, escapedEsc, escByte, frameBytesMax } from './frame.ts'

const crcBytes = 4

/** What stood between two END bytes, or null where an ESC is followed by neither of its two. */
const unstuff = (stuffed: ByteString): ByteString | null => {
  const parts = stuffed.split(escByte)
  let plain = parts[0] as string
  for (let i = 1; i < parts.length; i++) {
    const part = parts[i] as string
    const second = part.charAt(0)
    if (second !== escapedEnd && second !== escapedEsc) return null
    plain += (second === escapedEnd ? endByte : escByte) + part.slice(1)
  }
  return plain
}

const readFrame = (stuffed: ByteString, crc32: Crc32): Frame | null => {
  const checked = unstuff(stuffed)
  if (checked === null || checked.length <= crcBytes || checked.length > frameBytesMax) return null
  const plain = checked.slice(0, checked.length - crcBytes)
  let crc = 0
  for (let i = plain.length; i < checked.length; i++) crc = crc * 256 + checked.charCodeAt(i)
  return crc32(plain) === crc ? { type: plain.charCodeAt(0), body: plain.slice(1) } : null
}

/** Whole frames, and what stands after the last END. */
export type Frames = { readonly frames: readonly Frame[]; readonly rest: ByteString }

/**
 * The frames in what came so far. What is no frame is dropped in silence, and the next END is a new beginning; so is what runs over twice
 * the maximum without one.
 */
export const readFrames = (bytes: ByteString, crc32: Crc32): Frames => {
  const pieces = bytes.split(endByte)
  const rest = pieces.pop() as string
  const frames: Frame[] = []
  for (const piece of pieces) {
    const frame = piece === '' ? null : readFrame(piece, crc32)
    if (frame !== null) frames.push(frame)
  }
  return { frames, rest: rest.length > 2 * frameBytesMax ? '' : rest }
}

/** Takes bytes as they come, in pieces of any size, and hands over whole frames. */
export const frameReader = (crc32: Crc32, take: (frame: Frame) => void): ((bytes: ByteString) => void) => {
  let held = ''
  return (bytes) => {
    const read = readFrames(held + bytes, crc32)
    held = read.rest
    for (const frame of read.frames) take(frame)
  }
}
