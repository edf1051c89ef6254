import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A folder of the test's own, gone when the test is over. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'wslog-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Writes a file into a folder of its own, or into the one given; gives its path. */
export const temporaryFile = (name: string, content: string | Buffer, folder = temporaryFolder()): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
