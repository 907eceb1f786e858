/** NMEA 0183: `$`, the body, `*`, and the exclusive or of the body's bytes. */
const sentence = (body: string): string => {
  const sum = Buffer.from(body, 'latin1').reduce((total, byte) => total ^ byte, 0)
  return `$${body}*${sum.toString(16).toUpperCase().padStart(2, '0')}\r\n`
}

const metresPerMinute = 1_852
const stepM = 1.4

/** A made walk north through Seattle, as a receiver would tell it: one position a second for a minute. */
export const walk = (): string =>
  Array.from({ length: 60 }, (_, i) => {
    const time = `1200${String(i).padStart(2, '0')}.00`
    const minutes = (37.2 + (i * stepM) / metresPerMinute).toFixed(5).padStart(8, '0')
    const place = `47${minutes},N,12220.90000,W`
    return (
      sentence(`GNRMC,${time},A,${place},2.721,0.00,110726,,,A`) +
      sentence(`GNGGA,${time},${place},1,09,1.10,52.0,M,-18.4,M,,`)
    )
  }).join('')
