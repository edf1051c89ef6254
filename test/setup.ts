import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { installChromium } from './helpers/chromium.ts'
import { installTmux } from './helpers/tmux.ts'
import { installNginx } from './nginx/nginx.ts'

/** Builds what the command-line tests run, and gets the real nginx the real terminal and the real browser that others need. */
export default (): void => {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: fileURLToPath(new URL('..', import.meta.url)), stdio: 'inherit' })
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
