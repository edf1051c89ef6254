import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup.ts'],
    // What the programs under test print is not to depend on the machine.
    env: { LC_ALL: 'C.UTF-8' },
    testTimeout: 60_000,
  },
})
