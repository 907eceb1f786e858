import type { Plugin } from 'esbuild'

/**
 * Gives applications the module `hexfix:board`.
 * @param contents - its TypeScript, which names other files by whole paths.
 */
export const boardPlugin = (contents: string, resolveDir: string): Plugin => ({
  name: 'board',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^hexfix:board$/ }, () => ({ path: 'board', namespace: 'hexfix' }))
    onLoad({ filter: /^board$/, namespace: 'hexfix' }, () => ({ contents, loader: 'ts', resolveDir }))
  },
})
