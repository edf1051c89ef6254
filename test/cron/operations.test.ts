import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { CLI } from '../helpers/cli.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { errorStamp, timeLocal } from '../helpers/nginx-time.ts'
import { installPackage } from '../helpers/apt.ts'
import { Seeded } from '../helpers/seeded.ts'
import { wsLine } from '../helpers/ws-line.ts'
import { findNginx } from '../nginx/nginx.ts'
import { installProgram } from '../publish/programs.ts'
import { hasMachine, visitMachine } from './machine.ts'
import { blocks, chapter, file, readCrontab } from './operations.ts'

const logrotate = installProgram('logrotate', { package: 'logrotate' })
const analyzer = installProgram('systemd-analyze', { package: 'systemd' })
const hasCron = (): boolean => spawnSync('crontab', ['-h']).error === undefined && spawnSync('sh', ['-c', 'command -v cron']).status === 0
if (!hasCron()) installPackage('cron')
const machine = hasMachine()

const SETUP = blocks().find(({ language }) => language === 'sh')!.text
const CRONTABS = blocks().filter(({ language }) => language === 'crontab').map(({ text }) => text)
const [EVERY_NIGHT = '', WHEN_WRONG = ''] = CRONTABS
const TIMER = '/etc/systemd/system/wslog-report.timer'
const SERVICE = '/etc/systemd/system/wslog-report.service'
const LOGROTATE = '/etc/logrotate.d/nginx'

const DAY_MS = 86_400_000
const YESTERDAY = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS

/** Logs of yesterday, of which nginx cut every second session, or none. */
const logs = ({ isHealthy }: { isHealthy: boolean }): Readonly<Record<string, string>> => {
  const random = new Seeded(5)
  const lines = Array.from({ length: 300 }, (_, index) => {
    const isCut = !isHealthy && index % 2 === 0
    const endMs = YESTERDAY + 3_600_000 + index * 60_000
    const client = `198.51.100.${index % 200}`
    return {
      access: wsLine({ client, time: timeLocal(endMs), seconds: isCut ? `60.00${index % 10}` : random.logNormal({ median: 300, sigma: 1.2 }).toFixed(3), bytes: isCut ? 0 : 4000 }),
      error: isCut ? `${errorStamp(endMs)} [info] 7#7: *${index} upstream timed out (110: Connection timed out) while proxying upgraded connection, client: ${client}, server: chat.example.com, request: "GET /ws HTTP/1.1", upstream: "http://10.0.0.1:8080/ws", host: "chat.example.com"\n` : '',
    }
  })
  return { '/var/log/nginx/ws_access.log': lines.map(({ access }) => access).join(''), '/var/log/nginx/ws_error.log': `${errorStamp(YESTERDAY)} [info] 7#7: *999 client 198.51.100.9 closed keepalive connection\n${lines.map(({ error }) => error).join('')}` }
}

/** As nginx makes its logs on Debian. */
const OWNED = 'chown www-data:adm /var/log/nginx/*.log; chmod 0640 /var/log/nginx/*.log\n'
/** The commands of the README, then what a test does. */
const prepared = `${SETUP}${OWNED}`

/** What cron sends by mail for a crontab: the real cron, and the file as written but for its time, which is now. */
const mailOf = (crontab: string, files: Readonly<Record<string, string>>): { head: string; body: string; after: string } => {
  const script = `${prepared}
mkfifo -m 0666 /mail
printf '#!/bin/sh\\ncat > /mail\\n' > /usr/sbin/sendmail
chmod 0755 /usr/sbin/sendmail
cron -f &
timeout 50 cat /mail
echo
echo ==== after
stat -c '%A %U:%G %n' /var/lib/wslog /var/www/wslog
find /var/www/wslog -type f -name '*.html' -printf '%M %u %P\\n' | sort
`
  const { code, stdout, stderr } = visitMachine(script, { ...files, '/etc/cron.d/wslog': crontab.replace(/^(\S+ ){5}(?=wslog )/m, '@reboot ') })
  if (code !== 0) throw new Error(stdout + stderr)
  const [mail = '', after = ''] = stdout.split('\n==== after\n')
  const [head = '', ...body] = mail.split('\n\n')
  return { head, body: body.join('\n\n'), after }
}

/** The command of a crontab's only line, run by hand in cron's environment; what cron would send is what it prints. */
const commandOf = (crontab: string): string => {
  const { variables, lines: [line] } = readCrontab(crontab)
  const env = Object.entries({ SHELL: '/bin/sh', HOME: '/var/lib/wslog', LOGNAME: line!.user, PATH: '/usr/bin:/bin', ...variables }).map(([name, value]) => `'${name}=${value}'`)
  return `setpriv --reuid ${line!.user} --regid ${line!.user} --init-groups env -i ${env.join(' ')} /bin/sh -c '${line!.command.replaceAll("'", `'\\''`)}'`
}

describe('the chapter', () => {
  it('has the line that the night is about', () => {
    expect(CRONTABS).toHaveLength(2)
    for (const crontab of CRONTABS) {
      const { variables, lines } = readCrontab(crontab)
      expect(variables).toEqual({ MAILTO: 'ops@example.com', LANG: 'C.UTF-8', CONTENT_TYPE: 'text/plain; charset=UTF-8', PATH: '/usr/local/bin:/usr/bin:/bin' })
      expect(lines).toHaveLength(1)
      expect(lines[0]).toMatchObject({ schedule: ['0', '6', '*', '*', '*'], user: 'wslog' })
      expect(lines[0]!.command).toMatch(/^wslog analyze \/var\/log\/nginx\/ws_access\.log\* -e \/var\/log\/nginx\/ws_error\.log\* --state \/var\/lib\/wslog -o \/var\/www\/wslog\/ /)
    }
  })

  it('gives no block that no test runs', () => {
    expect(blocks().map(({ language, path }) => `${language} ${path}`)).toEqual(['sh ', 'crontab /etc/cron.d/wslog', 'crontab /etc/cron.d/wslog', `ini ${TIMER}`, `ini ${SERVICE}`, `logrotate ${LOGROTATE}`])
  })

  it('uses only options that wslog analyze has', () => {
    const help = spawnSync(process.execPath, [CLI, 'analyze', '--help'], { encoding: 'utf8' }).stdout
    const used = new Set(chapter().split('\n').filter((line) => /wslog analyze|`--/.test(line) && !line.includes('npm ')).flatMap((line) => line.match(/--[a-z][a-z-]+/g) ?? []))
    expect([...used].filter((option) => !help.includes(option))).toEqual([])
  })
})

describe.runIf(machine && hasCron())('cron', () => {
  it('mails the report of the night, writes the pages, and needs no more than the group adm', () => {
    const { head, body, after } = mailOf(EVERY_NIGHT, logs({ isHealthy: false }))
    expect(head).toMatch(/^To: ops@example\.com$/m)
    expect(head).toMatch(/^Content-Type: text\/plain; charset=UTF-8$/m)
    expect(body).toMatch(/nginx cuts quiet sessions after 60 s/)
    expect(body).toMatch(/█/)
    expect(body).not.toMatch(/wslog: |\u{FFFD}/u)
    expect(body.split('\n').filter((line) => stringWidth(line) > 80)).toEqual([])
    expect(after).toMatch(/^drwx------ wslog:wslog \/var\/lib\/wslog$/m)
    expect(after).toMatch(/^drwxr-x--- wslog:www-data \/var\/www\/wslog$/m)
    // Others may read the files: of all others, the folder lets the web server's group in.
    expect(after).toMatch(/^-rw-r--r-- wslog index\.html$/m)
  })

  it('mails plain ASCII where the crontab says nothing of a locale', () => {
    const { head, body } = mailOf(EVERY_NIGHT.replace(/^(LANG|CONTENT_TYPE)=.*\n/gm, ''), logs({ isHealthy: false }))
    expect(head).toMatch(/^Content-Type: text\/plain; charset=/m)
    expect(body).toMatch(/nginx cuts quiet sessions after 60 s/)
    expect(body).toMatch(/^[\n -~]+$/)
  })

  it('mails the report of a bad night', () => {
    const { body } = mailOf(WHEN_WRONG, logs({ isHealthy: false }))
    expect(body).toMatch(/nginx cuts quiet sessions after 60 s/)
  })

  it('finds no fault in either crontab', () => {
    for (const crontab of CRONTABS) {
      // Of a user's own crontab: without the name of the user. Debian 13 asks for -T, Debian 12 for -n.
      const own = crontab.replace(/^((?:\S+ ){5})wslog /m, '$1')
      expect(visitMachine('crontab -T /own || crontab -n /own', { '/own': own })).toMatchObject({ code: 0 })
      expect(visitMachine('crontab -T /own || crontab -n /own', { '/own': own.replace('0 6', '0 36') }).code).not.toBe(0)
    }
  })
})

describe.runIf(machine)('by hand, as cron would', () => {
  it('says nothing after a good night, however often', () => {
    const once = `${commandOf(WHEN_WRONG)}; echo "exit $?"\n`
    expect(visitMachine(prepared + once + once, logs({ isHealthy: true }))).toEqual({ code: 0, stdout: 'exit 0\nexit 0\n', stderr: '' })
  })

  it('says which log it may not read where the user is not of the group', () => {
    const outsider = prepared.replace(' --groups adm', '')
    const { stdout, stderr } = visitMachine(`${outsider}${commandOf(EVERY_NIGHT)} || echo "exit $?"\n`, logs({ isHealthy: false }))
    expect(stdout).toBe('exit 2\n')
    expect(stderr).toMatch(/ws_access\.log: .*(permission|EACCES)/i)
  })

  it('runs the command of the service, with the rights of its user and the group adm', () => {
    const [, command = ''] = /^ExecStart=(.*)$/m.exec(file(SERVICE)) ?? []
    // systemd splits at spaces and asks no shell.
    const args = command.split(' ').map((arg) => `'${arg}'`).join(' ')
    const { code, stdout, stderr } = visitMachine(`${prepared}cd /; umask 0022; setpriv --reuid wslog --regid wslog --groups adm env -i PATH=/usr/local/bin:/usr/bin:/bin ${args}; ls /var/www/wslog\n`, logs({ isHealthy: true }))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/300 attempts, 300 reached 101/)
    expect(stdout).toMatch(/^index\.html$/m)
  })
})

const REQUEST = `const { request } = require('node:http'); request({ socketPath: '/tmp/nginx.sock', path: '/x' }, (answer) => answer.resume()).end()`
const NGINX = `pid /run/nginx.pid; error_log /var/log/nginx/ws_error.log info; worker_processes 1; user www-data;
events { }
http { access_log /var/log/nginx/ws_access.log; server { listen unix:/tmp/nginx.sock; location / { return 204; } } }
`

describe.runIf(machine && logrotate !== undefined && findNginx() !== undefined)('logrotate', () => {
  it('takes the file as it is, has nginx open its logs anew, and leaves them readable', () => {
    const script = `
nginx -c /nginx.conf
chown www-data:adm /var/log/nginx/*.log; chmod 0640 /var/log/nginx/*.log
ask() { node -e "$(cat /request)"; }
# A worker that was told to open its logs anew may write one more line into the old one.
until_written() { while [ ! -s /var/log/nginx/ws_access.log ]; do ask; done; }
until_written
logrotate -d ${LOGROTATE} 2>&1 | grep -i error: && exit 1
logrotate -f ${LOGROTATE} && until_written
logrotate -f ${LOGROTATE} && until_written
nginx -c /nginx.conf -s quit
while [ -f /run/nginx.pid ]; do :; done
${SETUP}
(cd /var/log/nginx && stat -c '%A %U:%G %n' ws_access*)
echo ====
cat /var/log/nginx/ws_access.log /var/log/nginx/ws_access.log.1 | cat - > /plain; zcat /var/log/nginx/ws_access.log.2.gz >> /plain; wc -l < /plain
echo ====
setpriv --reuid wslog --regid wslog --init-groups wslog analyze '/var/log/nginx/ws_access.log*' --json
`
    const { code, stdout, stderr } = visitMachine(script, { [LOGROTATE]: file(LOGROTATE), '/nginx.conf': NGINX, '/request': REQUEST })
    expect({ code, stderr }).toMatchObject({ code: 0 })
    const [names, lines, report] = stdout.split('====\n')
    expect(names).toMatch(/^-rw-r----- www-data:adm ws_access\.log\n-rw-r----- \S+ ws_access\.log\.1\n-rw-r----- \S+ ws_access\.log\.2\.gz\n$/)
    expect((JSON.parse(report!) as { lines: { read: number } }).lines.read).toBe(Number(lines))
  })
})

/** What systemd says of the units, with the program that was built in the place of the installed one. */
const systemdSays = (args: readonly string[], units: Readonly<Record<string, string>>, asked: string): { code: number | null; said: string } => {
  const folder = temporaryFolder()
  for (const [path, text] of Object.entries(units)) {
    mkdirSync(dirname(join(folder, basename(path))), { recursive: true })
    writeFileSync(join(folder, basename(path)), text.replaceAll('/usr/local/bin/wslog', CLI))
  }
  const { status, stdout, stderr } = spawnSync(analyzer!, [...args, join(folder, basename(asked))], { encoding: 'utf8', env: { ...process.env, SYSTEMD_COLORS: '0', SYSTEMD_EMOJI: '0' } })
  return { code: status, said: stdout + stderr }
}

describe.runIf(analyzer !== undefined)('systemd', () => {
  const units = { [TIMER]: file(TIMER), [SERVICE]: file(SERVICE) }

  it.each([TIMER, SERVICE])('accepts %s without a word', (path) => {
    expect(systemdSays(['verify', '--man=no'], units, path)).toEqual({ code: 0, said: '' })
  })

  it('would say so of a mistake', () => {
    expect(systemdSays(['verify', '--man=no'], { ...units, [TIMER]: file(TIMER).replace('OnCalendar=*-*-* 06', 'OnCalendar=*-*-* 36') }, TIMER).said).toMatch(/Failed to parse/)
    expect(systemdSays(['verify', '--man=no'], { ...units, [SERVICE]: file(SERVICE).replace('StateDirectory=', 'StateFolder=') }, SERVICE).said).toMatch(/Unknown key/)
  })

  it('runs it at six, as cron would', () => {
    const [, when = ''] = /^OnCalendar=(.*)$/m.exec(file(TIMER)) ?? []
    expect(spawnSync(analyzer!, ['calendar', when], { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } }).stdout).toMatch(/Next elapse: \w+ \S+ 06:00:00 UTC/)
  })

  it('finds little that it could do beyond its work', () => {
    const { said } = systemdSays(['security', '--offline=true', '--no-pager'], { [SERVICE]: file(SERVICE) }, SERVICE)
    expect(Number(/Overall exposure level for \S+: ([\d.]+)/.exec(said)?.[1])).toBeLessThanOrEqual(1.3)
  })

  it('has the hardening of the service that follows logs, and the folders that it writes', () => {
    expect(file(SERVICE).split('\n')).toEqual(expect.arrayContaining(['User=wslog', 'SupplementaryGroups=adm', 'StateDirectory=wslog', 'StateDirectoryMode=0700', 'ReadWritePaths=/var/www/wslog', 'ProtectSystem=strict', 'PrivateNetwork=yes', 'NoNewPrivileges=yes', 'CapabilityBoundingSet=']))
  })
})
