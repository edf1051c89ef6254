import { describe, expect, it } from 'vitest'
import { compileFormat } from '../../src/log-format/compile.ts'
import { parseFormatText, parseSnippet } from '../../src/log-format/directive.ts'
import { Field } from '../../src/log-format/fields.ts'

describe('parseSnippet', () => {
  it.each([
    ['one string', "log_format a '$host $status';", '$host $status'],
    ['strings joined without a separator', "log_format a '$host '\n  '$status'\n  '$msec';", '$host $status$msec'],
    ['double quotes, with single ones inside', `log_format a "$host '$status'";`, "$host '$status'"],
    ['escaped quotes and backslashes', String.raw`log_format a '\'$host\' \\ \"$status\"';`, `'$host' \\ "$status"`],
    ['escaped tab, and an unknown escape as it stands', String.raw`log_format a '$host\t$status \d';`, '$host\t$status \\d'],
    ['words without quotes', 'log_format a $host:$status;', '$host:$status'],
    ['words without quotes, with braces', 'log_format a ${host}x$status;', '${host}x$status'],
    ['a quote within a word', `log_format a up="$host";`, 'up="$host"'],
    ['a "#" within a string', "log_format a '$host # $status';", '$host # $status'],
    ['a ";" and "}" within a string', "log_format a '{$host;$status}';", '{$host;$status}'],
  ])('reads %s', (_, snippet, value) => {
    expect(parseSnippet(snippet)).toEqual([{ name: 'a', escape: 'default', value }])
  })

  it.each(['default', 'json', 'none'] as const)('reads escape=%s', (escape) => {
    expect(parseSnippet(`log_format a escape=${escape} '$status';`)).toEqual([{ name: 'a', escape, value: '$status' }])
  })

  it('refuses an escape that nginx does not know', () => {
    expect(() => parseSnippet("log_format a escape=xml '$status';")).toThrow(expect.objectContaining({
      code: 'log-format', message: 'unknown escape=xml in log_format: nginx knows default, json and none',
    }))
  })

  it('finds every log_format of a whole nginx.conf, in order, and passes over the rest', () => {
    const conf = `
      user www-data; # log_format commented '$status';
      events { worker_connections 64; }
      http {
        map $http_upgrade $connection_upgrade { default upgrade; '' close; }
        log_format first '$host ' # joined
                         '$status';
        server { listen 80; location ~ \\.php$ { return 200 "log_format no '$status';"; } }
        log_format second escape=json '{"s":"$status"}';
      }`
    expect(parseSnippet(conf)).toEqual([
      { name: 'first', escape: 'default', value: '$host $status' },
      { name: 'second', escape: 'json', value: '{"s":"$status"}' },
    ])
  })

  it.each([
    ['no closing quote', "log_format a '$status;", /has no closing '/],
    ['no semicolon', "log_format a '$status'", /ends without ";"/],
  ])('refuses a directive with %s', (_, snippet, message) => {
    expect(() => parseSnippet(snippet)).toThrow(message)
  })
})

describe('parseFormatText, what --log-format takes', () => {
  it.each([
    ['a whole directive', "log_format mine '$host ' '$status';", { name: 'mine', escape: 'default', value: '$host $status' }],
    ['a whole directive with escape=', `log_format mine escape=json '{"s":"$status"}';`, { name: 'mine', escape: 'json', value: '{"s":"$status"}' }],
    ['its strings alone', "'$host '\n'$status'", { name: 'custom', escape: 'default', value: '$host $status' }],
    ['its strings alone with escape= and ";"', "escape=none '$host ' '$status';", { name: 'custom', escape: 'none', value: '$host $status' }],
    ['bare text', '$host "$request" $status', { name: 'custom', escape: 'default', value: '$host "$request" $status' }],
    ['bare text with escape=', 'escape=json {"s":"$status"}', { name: 'custom', escape: 'json', value: '{"s":"$status"}' }],
    ['bare text that starts with a double quote', '"$request" $status', { name: 'custom', escape: 'default', value: '"$request" $status' }],
  ])('takes %s', (_, text, directive) => {
    expect(parseFormatText(text)).toEqual(directive)
  })

  it.each(['combinde', '', "'no variable'"])('says what to give instead of %j', (text) => {
    expect(() => parseFormatText(text)).toThrow(expect.objectContaining({ code: 'log-format', message: expect.stringContaining('give a known name (wslog formats)') }))
  })
})

describe('compileFormat', () => {
  it.each([
    ['$msec $status', false, 1],
    ['[$time_local] $msec $status', false, 1],
    ['$time_local $status', false, 1000],
    ['$time_iso8601 $status', false, 1000],
    ['OPEN $msec $connection', true, 1],
    ['OPEN $time_iso8601 $connection', true, 1000],
    ['OPENED $msec $status', false, 1],
    ['$msec $status OPEN ', false, 1],
  ])('knows of %j whether its lines tell of beginnings (%s), and what their clock shows: %i ms', (value, isOpenMarker, clockStepMs) => {
    expect(compileFormat('a', { name: 'a', escape: 'default', value })).toMatchObject({ isOpenMarker, clockStepMs })
  })

  const fieldsOf = (value: string): ReadonlySet<Field> => compileFormat('a', { name: 'a', escape: 'default', value }).fields

  it.each([
    ['one variable', '$status'],
    ['only a variable nobody knows', '$my_map'],
    ['literals around', '<<$status>>'],
    ['every character that is special to a pattern', '^$host.*+?()[]{}|\\/- $status$'.slice(0, -1)],
    ['a braced variable before letters', '${upstream_addr}end ${status}x$status'],
    ['letters beyond ASCII', '→ $status ←'],
    ['a tab', '$host\t$status'],
    ['five hundred variables', Array.from({ length: 500 }, (_, index) => `a${index}=$http_x${index}`).join(' ')],
  ])('compiles %s', (_, value) => {
    expect(() => compileFormat('a', { name: 'a', escape: 'default', value }).createParser()).not.toThrow()
  })

  it('refuses a text without a variable', () => {
    expect(() => compileFormat('mine', { name: 'mine', escape: 'default', value: 'no variable' })).toThrow(/log format mine: no nginx variable/)
  })

  it('shows where two variables touch, in a long format too', () => {
    const value = `${'x'.repeat(200)} $host$status`
    expect(() => compileFormat('a', { name: 'a', escape: 'default', value })).toThrow(expect.objectContaining({
      message: expect.stringContaining('column 207: nothing stands between $host and $status'),
      detail: `${'x'.repeat(44)} $host$status\n${' '.repeat(50)}^`,
    }))
  })

  it('knows the fields of a format, whatever their order', () => {
    expect(fieldsOf('$msec $status $remote_addr $my_map')).toEqual(new Set([Field.time, Field.status, Field.client]))
  })
})
