/**
 * The path of a port with at most `most` numbers after it. Why not split at colons: /dev/serial/by-path/pci-0000:00:14.0
 * has some of its own, and none of its parts is a whole number at the end.
 */
export const pathAndNumbers = (text: string, most: number): { path: string; numbers: number[] } => {
  const tail = new RegExp(`^(.+?)((?::\\d{1,7}){0,${most}})$`, 's').exec(text)
  const numbers = (tail?.[2] ?? '').split(':').filter((part) => part !== '')
  return { path: tail?.[1] ?? text, numbers: numbers.map(Number) }
}

export const nameAndPort = (text: string): [name: string, port: string] => {
  const [, name = '', port = ''] = /^([^:]+):(.+)$/s.exec(text) ?? []
  return [name, port]
}

export const isBaud = (baud: number | undefined): boolean => baud === undefined || baud >= 300
