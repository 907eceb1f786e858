import { defineConfig } from 'vitest/config'

/** Rooms without state, so their files can share a process: it reads every module once. */
const pure = ['device-sdk/protocol', 'gateway/coverage', 'gateway/rewards'].map((room) => `test/${room}/**/*.test.ts`)

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      { extends: true, test: { name: 'rooms', include: ['test/**/*.test.ts'], exclude: pure } },
    ],
    // A second, the default, is short on a machine that does other work.
    expect: { poll: { interval: 10, timeout: 20_000 } },
  },
})
