/** Whether the system would not open one more file: the program's own, when it is loaded where very few are allowed. */
export const isOutOfFiles = (error: unknown): boolean => ['EMFILE', 'ENFILE'].includes(String((error as { code?: unknown } | null)?.code))
