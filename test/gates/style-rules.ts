const linesMax = 250
const marks = new RegExp(`\\b(${['TO', 'FIX'].map((head, i) => head + ['DO', 'ME'][i]).join('|')})\\b`)

/** h3-js functions that answer in floating point; their bits differ between machines. */
const floating = /\b(latLngToCell|cellToLatLng|cellToBoundary|greatCircleDistance|cellArea|edgeLength|polygonToCells)\b/
/** Of `Math`, what every machine computes to the same bits. */
const impureMath = /\bMath\.(?!(abs|ceil|clz32|floor|imul|max|min|round|sign|sqrt|trunc)\b)\w+/

/** The one registry, which is data and cannot be split. */
const registry = 'device-sdk/protocol/codes.ts'

const pure = /^gateway\/(coverage|rewards)\//
const door = /^(bin|demo|device-sdk|firmware|gateway|hardware|provisioning)(\/[^/]+)?\/index\.ts$/

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')

/** What is wrong with the name of a file. */
export function nameFaults(path: string): string[] {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const faults: string[] = []
  if (/^(utils?|helpers?|misc|common)\b/.test(name) || /(^|\/)(utils?|helpers?|misc|common)\//.test(path)) {
    faults.push('a name that says nothing of its one idea')
  }
  if (name === 'index.ts' && !door.test(path)) faults.push('an index.ts that is not the door of a room')
  return faults
}

/** What is wrong with the text of a source file. */
export function textFaults(path: string, text: string): string[] {
  const faults: string[] = []
  const lines = text.split('\n').length - 1
  const isCounted = /\.(ts|mjs|cjs|sh)$/.test(path) && !/^(test|bench)\//.test(path) && path !== registry
  if (isCounted && lines > linesMax) faults.push(`${lines} lines, over ${linesMax}`)
  if (marks.test(text)) faults.push('a note of work left undone')
  if (pure.test(path)) {
    const code = withoutComments(text)
    for (const found of [floating.exec(code)?.[0], impureMath.exec(code)?.[0]]) {
      if (found !== undefined) faults.push(`${found}, which differs between machines or runs`)
    }
  }
  return faults
}
