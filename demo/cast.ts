import { fileURLToPath } from 'node:url'

/** A public record of real weather; device-sdk/sensors/records/SOURCES.md says whose. */
export const record = (dist: string): string =>
  fileURLToPath(new URL('../device-sdk/sensors/records/seattle-weather-hourly-normals.csv', dist))

/** Three honest hotspots in Seattle, and one that stands beside them and claims to be 66 km away. */
export const hotspots = [
  { name: 'north', claimed: '47.6205,-122.3493', truly: '47.6205,-122.3493' },
  { name: 'south', claimed: '47.5990,-122.3340', truly: '47.5990,-122.3340' },
  { name: 'east', claimed: '47.6150,-122.3200', truly: '47.6150,-122.3200' },
  { name: 'liar', claimed: '48.2000,-122.2000', truly: '47.6080,-122.3380' },
] as const

/** Where a hotspot is said to stand when somebody teleports it: 41 km south of where it is. */
export const elsewhere = { town: 'Tacoma', place: '47.2529,-122.4443' } as const
