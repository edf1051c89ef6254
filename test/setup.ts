import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { installChromium } from './helpers/chromium.ts'
import { installTmux } from './helpers/tmux.ts'
import { installNginx } from './nginx/nginx.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** What a build is made of. A folder is younger than the last file that came or went. */
const SOURCES = ['src', '.ci', 'tsconfig.json', 'package.json', 'package-lock.json']
/** What it writes last. */
const BUILT = `${ROOT}dist/bin/package.json`

const newestMs = (path: string): number => Math.max(statSync(path).mtimeMs, ...(statSync(path).isDirectory() ? readdirSync(path).map((name) => newestMs(`${path}/${name}`)) : []))

/** Whether the build is of what stands there now: in CI `npm ci` has made it a moment before. */
const isBuilt = (): boolean => existsSync(BUILT) && SOURCES.every((path) => newestMs(`${ROOT}${path}`) < statSync(BUILT).mtimeMs)

/** Builds what the command-line tests run, and gets the real nginx the real terminal and the real browser that others need. */
export default (): void => {
  if (!isBuilt()) execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' })
  if (installNginx() === undefined) {
    process.stderr.write('\nNo nginx, and it cannot be installed here: the tests in test/nginx/ are skipped. With Debian: apt-get install nginx-light\n\n')
  }
  if (!installTmux()) {
    process.stderr.write('\nNo tmux, and it cannot be installed here: test/cli/screen.test.ts is skipped. With Debian: apt-get install tmux\n\n')
  }
  if (!installChromium()) {
    process.stderr.write('\nNo Chromium, and it cannot be installed here: test/render/html/browser.test.ts is skipped. With Debian: apt-get install chromium\n\n')
  }
}
