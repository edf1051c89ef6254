#!/usr/bin/env node
import { isOutOfFiles } from './commands/out-of-files.ts'

// What waits for something that never comes ends without a word, and Node would call that a success.
let hasEnded = false
process.once('beforeExit', () => {
  if (hasEnded) return
  process.stderr.write('wslog: unexpected end in the middle of the work, please report it\n')
  process.exitCode = 2
})

// What cannot even be loaded never ends with 1, which means that a condition holds.
import('./cli.ts').then(({ run }) => run()).catch((error: unknown) => {
  process.stderr.write(isOutOfFiles(error) ? 'wslog: too many open files to even begin; raise ulimit -n to 256 or more\n' : `wslog: cannot be loaded, please install it again\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exitCode = 2
}).finally(() => {
  hasEnded = true
})
