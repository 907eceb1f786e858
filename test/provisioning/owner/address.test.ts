import { addr } from 'micro-eth-signer'
import { expect, it } from 'vitest'
import { readAddress, showAddress } from '../../../provisioning/owner/address.ts'

// EIP-55, "Test Cases".
const published = [
  '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
  '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
  '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
]

it('an address is read with its checksum or in one case, and shown with it', () => {
  for (const text of published) {
    for (const form of [text, text.toLowerCase(), `0x${text.slice(2).toUpperCase()}`, ` ${text}\n`]) {
      const read = readAddress(form)
      expect(read.ok && showAddress(read.value)).toBe(text)
    }
    expect(addr.isValid(text)).toBe(true)
  }
})

it('one wrong letter, a missing digit or another form is refused', () => {
  const [text = ''] = published
  for (const wrong of [text.replace('aA', 'Aa'), text.slice(0, -1), text.slice(2), `${text}0`, '', 'me.eth']) {
    expect([wrong, readAddress(wrong)]).toMatchObject([wrong, { error: { code: 'owner/bad-address' } }])
  }
})
