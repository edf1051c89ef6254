import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkConfig, findNginx } from '../nginx/nginx.ts'

const CONTEXTS = ['the main context', 'the events block', 'http', 'the server'] as const

/** Lines of a finding, by the context that the comment above them names. */
const sections = (text: string): Map<string, string[]> => {
  const found = new Map<string, string[]>()
  let lines: string[] | undefined
  for (const line of text.split('\n')) {
    const place = /^# in (.+)$/.exec(line)?.[1]
    if (place !== undefined) {
      if (!CONTEXTS.some((each) => each === place) && !/^the location of \/[\w./-]*$/.test(place)) throw new Error(`no place in a configuration: ${place}`)
      found.set(place, (lines = found.get(place) ?? []))
    } else if (lines === undefined) throw new Error(`nobody knows where this belongs: ${line}`)
    else lines.push(line)
  }
  return found
}

/** What a real nginx has against the lines of a finding, each put where they say; the empty string when it takes them, or when there is no nginx. */
export const refusedByNginx = (text: string): string => {
  if (text === '') return ''
  const found = sections(text)
  const nginx = findNginx()
  if (nginx === undefined) return ''
  const folder = mkdtempSync(join(tmpdir(), 'wslog-lines-'))
  const of = (place: string): string => (found.get(place) ?? []).join('\n').replaceAll('/var/log/nginx', folder).replaceAll('listen 80 ', 'listen 127.0.0.1:18080 ')
  const locations = [...found.keys()].filter((place) => place.startsWith('the location of ')).map((place) => `location ${place.slice('the location of '.length)} { proxy_pass http://127.0.0.1:1;\n${of(place)} }`)
  try {
    return checkConfig(nginx, `pid ${folder}/nginx.pid; error_log ${folder}/error.log;\n${of('the main context')}\nevents {\n${of('the events block')} }\nhttp { access_log off; client_body_temp_path ${folder}/a; proxy_temp_path ${folder}/b; fastcgi_temp_path ${folder}/c; uwsgi_temp_path ${folder}/d; scgi_temp_path ${folder}/e;\n${of('http')}\nserver { listen 127.0.0.1:18081;\n${of('the server')}\n${locations.join('\n')} } }`, folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
