/** Shows on a terminal how far a long reading is; says nothing in the first second. */
export interface Progress {
  readonly onRead: (bytes: number) => void
  /** Removes the line. */
  readonly end: () => void
}

const FIRST_MS = 1000
const EVERY_MS = 200

/** `total`: bytes to come, as they lie on disk; undefined when unknown (a pipe). */
export const createProgress = ({ write, now, total }: { write: (text: string) => void; now: () => number; total: number | undefined }): Progress => {
  const startMs = now()
  let shownMs = 0
  let read = 0
  return {
    onRead: (bytes) => {
      read += bytes
      const ms = now()
      if (ms - startMs < FIRST_MS || ms - shownMs < EVERY_MS) return
      shownMs = ms
      write(`\r\u001B[K${progressLine({ read, total, elapsedMs: ms - startMs })}`)
    },
    end: () => {
      if (shownMs > 0) write('\r\u001B[K')
    },
  }
}

/** `43 %  210 of 480 MB  310 MB/s  1 s left`; a second pass over the files starts the share anew. */
export const progressLine = ({ read, total, elapsedMs }: { read: number; total: number | undefined; elapsedMs: number }): string => {
  const perSecond = read / (elapsedMs / 1000)
  const rate = `${megabytes(perSecond)} MB/s`
  if (total === undefined || total === 0) return `${megabytes(read)} MB  ${rate}`
  const pass = read > total ? `, pass ${Math.ceil(read / total)}` : ''
  const done = read > total ? read % total || total : read
  const left = Math.ceil((total - done) / perSecond)
  return `${Math.floor((done / total) * 100)} %${pass}  ${megabytes(done)} of ${megabytes(total)} MB  ${rate}  ${left} s left`
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)
