// A file system whose files fail on purpose, and a command that runs on it: node fuse.mjs <empty folder> <files as JSON> <command …>
// It speaks the kernel's protocol (include/uapi/linux/fuse.h) over /dev/fuse, so that whoever reads gets a real EIO from a real read(2).
// Each file: { name, content, failAt, armAfter, becomes }: the path of what is in it; the byte from which on reading fails with EIO; once armAfter
// bytes were given, it holds what the file `becomes` does, or fails with EIO when that is "EIO". To be run in a mount namespace of its own.
import { spawn, spawnSync } from 'node:child_process'
import { openSync, read, readFileSync, writeSync } from 'node:fs'

const [mountPoint, json, ...command] = process.argv.slice(2)
const files = JSON.parse(json).map((file) => ({ ...file, bytes: readFileSync(file.content), given: 0, isArmed: false }))

const OPCODE = { lookup: 1, forget: 2, getattr: 3, open: 14, read: 15, statfs: 17, release: 18, flush: 25, init: 26, opendir: 27, readdir: 28, releasedir: 29, access: 34, interrupt: 36, batchForget: 42 }
const ERRNO = { ENOENT: 2, EIO: 5, ENOSYS: 38 }
const ROOT = 1
const OUT_HEADER = 16
const DIRECT_IO = 1

const device = openSync('/dev/fuse', 'r+')
const { status, stderr } = spawnSync('mount', ['-i', '-t', 'fuse', '-o', 'fd=3,rootmode=40755,user_id=0,group_id=0', 'faulty', mountPoint], { stdio: ['ignore', 'ignore', 'pipe', device], encoding: 'utf8' })
if (status !== 0) {
  process.stderr.write(`cannot mount: ${stderr}`)
  process.exit(99)
}

const attributes = (node) => {
  const out = Buffer.alloc(88)
  const file = files[node - 2]
  out.writeBigUInt64LE(BigInt(node), 0)
  out.writeBigUInt64LE(BigInt(file?.bytes.length ?? 0), 8)
  out.writeUInt32LE(file === undefined ? 0o40755 : 0o100644, 60)
  out.writeUInt32LE(1, 64)
  out.writeUInt32LE(4096, 80)
  return out
}

// Times of validity are 0: the kernel asks each time.
const entry = (node) => {
  const out = Buffer.alloc(40)
  out.writeBigUInt64LE(BigInt(node), 0)
  return Buffer.concat([out, attributes(node)])
}

const readFile = (file, offset, size) => {
  if (!file.isArmed && file.armAfter !== undefined && file.given >= file.armAfter) {
    file.isArmed = true
    if (file.becomes !== 'EIO') file.bytes = readFileSync(file.becomes)
  }
  if ((file.isArmed && file.becomes === 'EIO') || offset >= (file.failAt ?? Infinity)) return -ERRNO.EIO
  const bytes = file.bytes.subarray(offset, Math.min(offset + size, file.failAt ?? Infinity))
  file.given += bytes.length
  return bytes
}

/** A buffer, a negative error, or undefined: nothing is answered. */
const answer = (opcode, node, body) => {
  switch (opcode) {
    case OPCODE.init: {
      const out = Buffer.alloc(64)
      out.writeUInt32LE(7, 0)
      out.writeUInt32LE(31, 4)
      out.writeUInt32LE(1 << 17, 20)
      return out
    }
    case OPCODE.lookup: {
      const index = files.findIndex(({ name }) => name === body.toString('utf8', 0, body.indexOf(0)))
      return index < 0 ? -ERRNO.ENOENT : entry(index + 2)
    }
    case OPCODE.getattr: return Buffer.concat([Buffer.alloc(16), attributes(node)])
    case OPCODE.open:
    case OPCODE.opendir: {
      const out = Buffer.alloc(16)
      out.writeUInt32LE(node === ROOT ? 0 : DIRECT_IO, 8)
      return out
    }
    case OPCODE.read: return readFile(files[node - 2], Number(body.readBigUInt64LE(8)), body.readUInt32LE(16))
    case OPCODE.statfs: return Buffer.alloc(80)
    case OPCODE.readdir:
    case OPCODE.release:
    case OPCODE.releasedir:
    case OPCODE.flush:
    case OPCODE.access: return Buffer.alloc(0)
    case OPCODE.forget:
    case OPCODE.batchForget:
    case OPCODE.interrupt: return undefined
    default: return -ERRNO.ENOSYS
  }
}

const request = Buffer.alloc(1 << 18)
const serve = () => read(device, request, 0, request.length, null, (error, length) => {
  if (error !== null) return
  const out = answer(request.readUInt32LE(4), Number(request.readBigUInt64LE(16)), request.subarray(40, length))
  if (out !== undefined) {
    const header = Buffer.alloc(OUT_HEADER)
    const body = typeof out === 'number' ? Buffer.alloc(0) : out
    header.writeUInt32LE(OUT_HEADER + body.length, 0)
    header.writeInt32LE(typeof out === 'number' ? out : 0, 4)
    request.copy(header, 8, 8, 16)
    writeSync(device, Buffer.concat([header, body]))
  }
  serve()
})
serve()

const child = spawn(command[0], command.slice(1), { stdio: 'inherit' })
// Without the mount, the thread that waits for the next request returns.
child.on('close', (code) => spawn('umount', ['-i', '-l', mountPoint], { stdio: 'ignore' }).on('close', () => process.exit(code ?? 98)))
