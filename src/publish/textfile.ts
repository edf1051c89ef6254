import { writeAtomically } from '../state/atomic-write.ts'

/** node_exporter runs as a user of its own, and reads the file whatever the umask of the tail. */
const MODE = 0o644

/**
 * Replaces the file that node_exporter's textfile collector reads, whole or not at all. What it writes meanwhile has another ending, which
 * the collector skips.
 * @throws WslogError `output`
 */
export const writeTextfile = (path: string, text: string): Promise<void> => writeAtomically(path, text, { mode: MODE })
