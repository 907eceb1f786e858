import { InvalidArgumentError, Option } from 'commander'
import { isKid } from '../../device-sdk/protocol/device-id.ts'

export const jsonOption = (): Option => new Option('--json', 'one JSON document on stdout, everything human on stderr')

export const dataOption = (): Option =>
  new Option('--data <folder>', "the gateway's data folder").env('HEXFIX_DATA').default('.hexfix/gateway')

/** Reads an option that counts something. */
export const wholeNumber =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text)
    if (!/^[0-9]+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}.`)
    }
    return value
  }

/** Reads a kid. */
export const kid = (text: string): string => {
  if (!isKid(text)) throw new InvalidArgumentError('a kid has 16 hex digits, as `hexfix devices list` shows them.')
  return text
}

/** Reads one kid of several. */
export const kids = (text: string, before: readonly string[] = []): readonly string[] => [...before, kid(text)]
