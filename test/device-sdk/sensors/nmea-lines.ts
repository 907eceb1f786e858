/** A sentence with its `$` and its checksum. */
export const sentence = (body: string): string => {
  const sum = Buffer.from(body, 'latin1').reduce((total, byte) => total ^ byte, 0)
  return `$${body}*${sum.toString(16).toUpperCase().padStart(2, '0')}`
}

/** One second of a u-blox receiver on a walk in Munich: what it sends at 1 Hz, RMC first. */
export const second = (time: string, minutes: string, hdop = '1.30'): string =>
  [
    `GNRMC,${time},A,48${minutes},N,01131.00000,E,2.500,84.40,110725,,,A`,
    'GNVTG,84.40,T,,M,2.500,N,4.630,K,A',
    `GNGGA,${time},48${minutes},N,01131.00000,E,1,08,${hdop},545.4,M,46.9,M,,`,
    'GPGSV,1,1,02,03,03,111,30,04,15,270,42',
  ]
    .map((body) => `${sentence(body)}\r\n`)
    .join('')

/** The fields of schema 4 of such a second with minutes 08.00000. */
export const walk = { lat: 48.133_333_3, lon: 11.516_666_7, altitude: 545.4, accuracy: 6.5, speed: 1.29 }

export const noFix = [
  sentence('GNRMC,120003.00,V,,,,,,,110725,,,N'),
  sentence('GNGGA,120003.00,,,,,0,03,9.90,,,,,,'),
  '',
].join('\r\n')
