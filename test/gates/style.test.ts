import { describe, expect, it } from 'vitest'
import { listFiles, readText } from './files.ts'
import { nameFaults, textFaults } from './style-rules.ts'

const isText = (path: string): boolean => /(\.(ts|mjs|cjs|json|md|sh|yml|cddl|html|css|c|h)|\.ci\/run)$/.test(path)

describe('the style of the repository', () => {
  it('holds in every file', () => {
    const files = listFiles()
    expect(files.length).toBeGreaterThan(0)
    const faults = files.flatMap((path) =>
      [...nameFaults(path), ...(isText(path) ? textFaults(path, readText(path)) : [])].map(
        (fault) => `${path}: ${fault}`,
      ),
    )
    expect(faults).toEqual([])
  })

  it.each(['gateway/utils.ts', 'gateway/helper/a.ts', 'gateway/util.test.ts', 'gateway/a/b/index.ts'])(
    'refuses the name %s',
    (path) => {
      expect(nameFaults(path)).toHaveLength(1)
    },
  )

  it.each(['gateway/index.ts', 'gateway/store/index.ts', 'gateway/utilities-board.ts'])('takes the name %s', (path) => {
    expect(nameFaults(path)).toEqual([])
  })

  it('refuses a long file, but in test and bench', () => {
    const long = 'x\n'.repeat(251)
    expect(textFaults('gateway/a.ts', long)).toHaveLength(1)
    expect(textFaults('test/a.test.ts', long)).toEqual([])
    expect(textFaults('gateway/a.ts', 'x\n'.repeat(250))).toEqual([])
  })

  it.each(['TO', 'FIX'])('refuses a note that begins with %s', (head) => {
    const note = `// ${head}${head === 'TO' ? 'DO' : 'ME'}: later\n`
    expect(textFaults('docs/a.md', note)).toHaveLength(1)
  })

  it.each(['Math.random()', 'Math.pow(10, x)', 'Math.sin(x)', 'latLngToCell(a, b, 8)'])(
    'refuses %s in a rule',
    (code) => {
      expect(textFaults('gateway/coverage/a.ts', code)).toHaveLength(1)
      expect(textFaults('gateway/rewards/a.ts', `// ${code}\n/* ${code} */\nMath.floor(x)`)).toEqual([])
      expect(textFaults('gateway/store/a.ts', code)).toEqual([])
    },
  )
})
