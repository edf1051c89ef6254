import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { installNginx } from './nginx/nginx.ts'

/** Builds what the command-line tests run, and gets the real nginx that others need. */
export default (): void => {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: fileURLToPath(new URL('..', import.meta.url)), stdio: 'inherit' })
  if (installNginx() === undefined) {
    process.stderr.write('\nNo nginx, and it cannot be installed here: the tests in test/nginx/ are skipped. With Debian: apt-get install nginx-light\n\n')
  }
}
