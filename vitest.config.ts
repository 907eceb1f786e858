import { defineConfig } from 'vitest/config'

/** Tests that leave nothing behind in their process: no limit of it, no environment, no clock. */
const tidy = [
  'test/device-sdk/protocol/**',
  ...['coverage', 'ingest', 'ownership', 'registry', 'rewards', 'store'].map((room) => `test/gateway/${room}/**`),
]

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // A second, the default, is short on a machine that does other work.
    expect: { poll: { interval: 10, timeout: 20_000 } },
    projects: [
      // Loading the same modules for each file again costs more than these tests.
      { extends: true, test: { name: 'tidy', include: tidy.map((path) => `${path}/*.test.ts`), isolate: false } },
      { extends: true, test: { name: 'apart', include: ['test/**/*.test.ts'], exclude: tidy } },
    ],
  },
})
