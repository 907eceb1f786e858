/**
 * What a signature costs a board, and which batch a battery allows. Every number of a board is an estimate: none of
 * these was measured on silicon. Assumption: an interpreted signature takes `cyclesPerInstruction` cycles for each x86
 * instruction that the Linux build needs for it, see docs/signing.md.
 */
type SigningBoard = {
  readonly id: string
  readonly clockHz: number
  /** Current while it computes, radio off, by the data sheet of the chip. */
  readonly activeMa: number
  readonly cyclesPerInstruction: number
}

/** Callgrind on a Linux build of 2v29, nothing else running: docs/signing.md. */
const signatureInstructions = 1_200_000_000

export const boards: readonly SigningBoard[] = [
  { id: 'puckjs', clockHz: 64e6, activeMa: 4, cyclesPerInstruction: 1.5 },
  { id: 'mdbt42q', clockHz: 64e6, activeMa: 4, cyclesPerInstruction: 1.5 },
  { id: 'espruino-pico', clockHz: 84e6, activeMa: 13, cyclesPerInstruction: 1.5 },
  { id: 'espruino-wifi', clockHz: 100e6, activeMa: 15, cyclesPerInstruction: 1.5 },
  { id: 'banglejs2', clockHz: 64e6, activeMa: 4, cyclesPerInstruction: 1.5 },
  { id: 'esp32', clockHz: 240e6, activeMa: 40, cyclesPerInstruction: 2 },
]
export const boardOf = (id: string): SigningBoard | undefined => boards.find((board) => board.id === id)

/** Seconds of one signature by the JavaScript signer. */
export const signatureS = (board: SigningBoard): number =>
  (signatureInstructions * board.cyclesPerInstruction) / board.clockHz

/** Charge of one signature by the JavaScript signer, in mAh. */
export const signatureMah = (board: SigningBoard): number => (signatureS(board) * board.activeMa) / 3600

/** On a battery the JavaScript signer signs once an hour at most. */
const batteryBatchSMin = 3600

/**
 * Why a build may not be: it runs on a battery, signs in JavaScript, and its batches are shorter than an hour. Null where it may.
 * @param batchS - seconds from one signed message to the next.
 */
export const batteryRefusal = (build: {
  power: 'battery' | 'mains'
  signer: 'javascript' | 'native'
  batchS: number
}): string | null => {
  if (build.power !== 'battery' || build.signer !== 'javascript' || build.batchS >= batteryBatchSMin) return null
  return (
    `A build for a battery with the JavaScript signer cannot sign every ${build.batchS} s, because each signature takes ` +
    `the processor up to half a minute and would empty a coin cell in weeks. Set the batch to ${batteryBatchSMin} s ` +
    'or more, or build with the native signer.'
  )
}
