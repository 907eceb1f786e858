import { codes } from '../device-sdk/protocol/codes.ts'

const cell = (text: string): string => text.replaceAll('|', '\\|')

/** The text of `docs/codes.md`, from the registry of codes, in its order. */
export function codesPage(): string {
  const rows = Object.entries(codes).map(([name, entry]) => {
    const wire = 'wire' in entry ? String(entry.wire) : ''
    return `| \`${name}\` | ${wire} | ${cell(entry.meaning)} | ${cell(entry.next)} |`
  })
  return [
    '# Codes',
    '',
    'Every verdict and every error of `hexfix` has one of these codes. A code keeps its meaning for ever.',
    'The number is what a signed receipt carries; a code without one never travels.',
    '',
    '| code | number | what happened | what to do |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    'This page is made from `device-sdk/protocol/codes.ts` by `npm run codes`.',
    '',
  ].join('\n')
}
