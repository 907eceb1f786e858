import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // A second, the default, is short on a machine that does other work.
    expect: { poll: { interval: 10, timeout: 20_000 } },
  },
})
