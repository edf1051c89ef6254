import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { checkConfig, findNginx, foreignVariables, nginxFolder, nginxVersion, preamble, removeFolder, tempPaths } from './nginx.ts'

const nginx = findNginx()
const FOLDER = new URL('../../formats/', import.meta.url)
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.conf'))

// test/setup.ts installs nginx where it may, and says so where it may not.
describe.runIf(nginx !== undefined)(`${nginx === undefined ? 'nginx' : nginxVersion(nginx)} accepts`, () => {
  const folder = nginxFolder()
  afterAll(() => removeFolder(folder))

  it.each(files)('formats/%s as it stands', (file) => {
    const text = readFileSync(new URL(file, FOLDER), 'utf8')
    // Where a snippet names logs and another format, nginx wants to see them.
    const snippet = `${text.includes('ws_plus;') ? readFileSync(new URL('ws_plus.conf', FOLDER), 'utf8') : ''}\n${text}`.replaceAll('/var/log/nginx', folder)
    const name = /log_format\s+(\S+)/.exec(text)![1]!
    const config = `${preamble(folder)} http { ${tempPaths(folder)} ${foreignVariables()}\n${snippet}\nserver { listen 127.0.0.1:1; access_log ${folder}/x.log ${name}; } }`
    expect(checkConfig(nginx!, config, folder)).toBe('')
  })

  it('and refuses what the compiler refuses: a variable without a name', () => {
    const config = `${preamble(folder)} http { ${tempPaths(folder)} log_format broken '$remote_addr $ x'; }`
    expect(checkConfig(nginx!, config, folder)).toContain('invalid')
  })
})
