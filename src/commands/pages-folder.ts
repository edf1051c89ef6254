import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { WslogError } from '../errors.ts'
import { INDEX, periodOfFile } from '../history/page-plan.ts'
import { fileOfDraft, removeIfOld } from '../state/drafts.ts'

/** Makes the folder of the pages where it is missing (the one above has to be there), and removes what a dead run left, by `nowMs`; gives the names of its files. @throws WslogError `output` */
export const openPagesFolder = async (folder: string, nowMs: number): Promise<string[]> => {
  try {
    await mkdir(folder).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error
    })
    const entries = await readdir(folder, { withFileTypes: true })
    for (const { name } of entries) if (isDraft(name)) await removeIfOld(join(folder, name), nowMs)
    return entries.filter((entry) => !entry.isDirectory() && !isDraft(entry.name)).map(({ name }) => name)
  } catch (error) {
    throw new WslogError('output', `${folder}: ${HINTS[codeOf(error)] ?? `cannot be used for pages (${codeOf(error)})`}; no page was written, and the next run makes up for it`, { cause: error })
  }
}

/** As a page is called while it is written. */
const isDraft = (name: string): boolean => {
  const page = fileOfDraft(name)
  return page !== undefined && (page === INDEX || periodOfFile(page) !== undefined)
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code)

const HINTS: Readonly<Record<string, string>> = { ENOENT: 'the folder above it does not exist', ENOTDIR: 'is no folder', EACCES: 'no permission to write there', EPERM: 'no permission to write there', EROFS: 'the file system is read-only', ENOSPC: 'no space left on the device', ELOOP: 'its links lead in a circle', ENAMETOOLONG: 'its name is too long' }
