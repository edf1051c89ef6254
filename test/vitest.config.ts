import { defineConfig } from 'vitest/config'

/**
 * What measures itself against other processes: a writer at full speed, a terminal, kills, servers on ports that were free a moment
 * ago. Other files of the same folders run side by side.
 */
const ALONE = [
  'test/nginx/{capacity,farm,open-markers,tail}.test.ts', 'test/publish/{alerts,prometheus,serve-metrics,webhook}.test.ts', 'test/run/{followed-errors,tail}.test.ts', 'test/state/{full,kill,lock}.test.ts',
  'test/cron/operations.test.ts', 'test/input/{followed-file,open,rotation,waker}.test.ts', 'test/cli/{screen,tail,tail-dashboard,pipes}.test.ts', 'test/commands/tail-loop.test.ts',
]

/** Functions that share nothing: their files run one after the other in the same process, where each would load the program anew. */
const PURE = [
  'test/{aggregate,cluster,compare,diagnose,digest,error-log,history,live,log-format,report,session}/**/*.test.ts', 'test/commands/!(tail-loop).test.ts',
  'test/render/*.test.ts', 'test/render/{live,terminal}/**/*.test.ts',
]

const shared = {
  // What the programs under test print is not to depend on the machine.
  env: { LC_ALL: 'C.UTF-8' },
  testTimeout: 60_000,
}

export default defineConfig({
  test: {
    globalSetup: ['test/setup.ts'],
    projects: [
      { test: { ...shared, name: 'side by side', include: ['test/**/*.test.ts'], exclude: [...ALONE, ...PURE], maxWorkers: 2, sequence: { groupOrder: 1 } } },
      { test: { ...shared, name: 'pure', include: PURE, isolate: false, maxWorkers: 2, sequence: { groupOrder: 1 } } },
      { test: { ...shared, name: 'alone', include: ALONE, maxWorkers: 1, sequence: { groupOrder: 2 } } },
    ],
  },
})
