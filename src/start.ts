#!/usr/bin/env node
import { isOutOfFiles } from './commands/out-of-files.ts'

// What cannot even be loaded never ends with 1, which means that a condition holds.
import('./cli.ts').then(({ run }) => run()).catch((error: unknown) => {
  process.stderr.write(isOutOfFiles(error) ? 'wslog: too many open files to even begin; raise ulimit -n to 256 or more\n' : `wslog: cannot be loaded, please install it again\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exitCode = 2
})
