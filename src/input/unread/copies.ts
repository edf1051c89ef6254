import { beginsWith } from './fingerprint.ts'
import { isSameFamily } from './log-family.ts'
import type { KnownLog } from './recognise.ts'
import { areAlike, beginAlike } from './same-content.ts'

/**
 * Which logs are copies of another that is here too, with that other: copytruncate between copying and truncating, a `.bak`,
 * a `.gz` that is being written. The longest is the one to read. Only logs of one family are compared: two sites may
 * write the same lines.
 */
export const findCopies = async (logs: readonly KnownLog[], signal: AbortSignal): Promise<ReadonlyMap<KnownLog, KnownLog>> => {
  const copies = new Map<KnownLog, KnownLog>()
  const inOrder = logs.toSorted((one, other) => one.content.length - other.content.length || weight(one) - weight(other) || (one.file.path > other.file.path ? -1 : 1))
  for (const [index, log] of inOrder.entries()) {
    if (log.from >= log.content.length && log.content.damage === undefined) continue
    for (const other of inOrder.slice(index + 1)) {
      signal.throwIfAborted()
      if (other.content.length < log.from || !mayBeginAlike(log, other) || !isSameFamily(log.file.path, other.file.path) || !(await beginAlike(log.content, other.content))) continue
      copies.set(log, other)
      // What was read of the copy was read of this as well.
      if (log.from > other.from) Object.assign(other, { from: log.from, remembered: log.remembered })
      break
    }
  }
  return copies
}

/** Of two that are equal, the one that was known is read on; a plain one is easier to read than a compressed one. */
const weight = ({ remembered, content: { damage }, file }: KnownLog): number => (damage === undefined ? 4 : 0) + (remembered === undefined ? 0 : 2) + (file.compression === 'none' ? 1 : 0)

/** By what is known without reading them. A beginning that holds nothing may be anyone's, unless it is about to be filled. */
const mayBeginAlike = (log: KnownLog, { content, file, remembered }: KnownLog): boolean => {
  const { head, length } = log.content
  if (length === 0) return log.file.path.startsWith(`${file.path}.`)
  if (head === undefined) return false
  if (content.head !== undefined) return content.head.length > 0 && areAlike(head, content.head)
  return remembered !== undefined && beginsWith(head, remembered.head)
}
