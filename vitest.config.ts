import { defineConfig } from 'vitest/config'

const pure = ['test/device-sdk/protocol/**', 'test/gateway/coverage/**', 'test/gateway/rewards/**']

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // A second, the default, is short on a machine that does other work.
    expect: { poll: { interval: 10, timeout: 20_000 } },
    projects: [
      // Loading the same modules for each file again costs more than these tests, and they leave nothing behind.
      { extends: true, test: { name: 'pure', include: pure.map((path) => `${path}/*.test.ts`), isolate: false } },
      { extends: true, test: { name: 'whole', include: ['test/**/*.test.ts'], exclude: pure } },
    ],
  },
})
