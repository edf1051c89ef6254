import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ROOT } from '../helpers/cli.ts'

/** Makes a layer over the whole file system, in a namespace of its own: what is written there is gone when it ends. */
const SETUP = `set -e
at=$1
mount -t tmpfs -o mode=0755 tmpfs "$at/layer"
mkdir "$at/layer/upper" "$at/layer/work" "$at/layer/root"
mount -t overlay -o "lowerdir=/,upperdir=$at/layer/upper,workdir=$at/layer/work" overlay "$at/layer/root"
root=$at/layer/root
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mkdir -p "$root/opt/wslog" "$root/usr/local/bin" "$root/var/log/nginx" "$root/run"
mount --bind "$2" "$root/opt/wslog"
mount -o remount,bind,ro "$root/opt/wslog"
if [ -d "$2/node_modules" ]; then mount --bind "$(readlink -f "$2/node_modules")" "$root/opt/wslog/node_modules"; fi
rm -rf "\${root:?}"/run/*
rm -f "$root/usr/local/bin/wslog" "$root"/var/log/nginx/* "$root"/etc/cron.d/* "$root"/var/spool/cron/crontabs/*
: > "$root/etc/crontab"
ln -s /opt/wslog/dist/bin/start.js "$root/usr/local/bin/wslog"
if [ ! -e "$root/usr/bin/node" ] && [ ! -e "$root/usr/local/bin/node" ]; then : > "$root/usr/local/bin/node"; mount --bind "$3" "$root/usr/local/bin/node"; fi
mkdir -m 1777 -p "$root/tmp"
cp -r "$at/files/." "$root/"
exec chroot "$root" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TZ=UTC sh -e /script
`

export interface Visited {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs a script of `sh` as root of this machine as it would be after `files` were put there (by absolute path, 0644, owned by root), with wslog at /usr/local/bin,
 * no crontabs, no logs of nginx and nobody else's processes. Nothing of it lasts.
 */
export const visitMachine = (script: string, files: Readonly<Record<string, string>> = {}): Visited => {
  const folder = mkdtempSync(join(tmpdir(), 'wslog-machine-'))
  chmodSync(folder, 0o755)
  mkdirSync(join(folder, 'layer'))
  for (const [path, text] of Object.entries({ ...files, '/script': script })) {
    const target = join(folder, 'files', path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, text, { mode: 0o644 })
  }
  try {
    const { status, stdout, stderr } = spawnSync('unshare', ['--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private', 'sh', '-c', SETUP, 'sh', folder, ROOT.replace(/\/$/, ''), process.execPath], { encoding: 'utf8', maxBuffer: 1e8 })
    return { code: status, stdout, stderr }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Root may do that, where it may mount at all: not in most containers. */
export const hasMachine = (): boolean => {
  if (process.getuid?.() !== 0) return false
  const { code, stdout, stderr } = visitMachine('echo here')
  if (code === 0 && stdout === 'here\n') return true
  process.stderr.write(`\nNo throw-away machine here, so the operations chapter of README.md is not run: ${stderr}\n`)
  return false
}
