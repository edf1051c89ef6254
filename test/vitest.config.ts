import { defineConfig } from 'vitest/config'

/** What measures itself against other processes: a writer at full speed, a terminal, kills, servers on ports that were free a moment ago. */
const ALONE = ['test/{nginx,publish,run,live,state}/**/*.test.ts', 'test/cron/operations.test.ts', 'test/input/*.test.ts', 'test/cli/{screen,tail,tail-dashboard,pipes}.test.ts', 'test/commands/tail-loop.test.ts']

const shared = {
  // What the programs under test print is not to depend on the machine.
  env: { LC_ALL: 'C.UTF-8' },
  testTimeout: 60_000,
}

export default defineConfig({
  test: {
    globalSetup: ['test/setup.ts'],
    projects: [
      { test: { ...shared, name: 'side by side', include: ['test/**/*.test.ts'], exclude: ALONE, maxWorkers: 2, sequence: { groupOrder: 1 } } },
      { test: { ...shared, name: 'alone', include: ALONE, maxWorkers: 1, sequence: { groupOrder: 2 } } },
    ],
  },
})
