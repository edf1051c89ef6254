// How `npm run bundle` makes the program, dist/bin/: CommonJS, which Node 20 loads in less time than modules, with what it needs of its packages in it,
// and in parts, so that nobody waits for what he does not use.
export default {
  input: ['src/start.ts', 'src/run/reading-thread.ts'],
  platform: 'node',
  transform: { target: 'node20' },
  // What both need lies in a part of its own: if the program were loaded as one, it would run twice where its own path is not the one it was called by.
  preserveEntrySignatures: 'strict',
  output: { dir: 'dist/bin', format: 'cjs', strict: true, dynamicImportInCjs: false },
  logLevel: 'warn',
}
