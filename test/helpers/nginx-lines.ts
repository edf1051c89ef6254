import { checkConfig, findNginx, nginxFolder, preamble, removeFolder, tempPaths } from '../nginx/nginx.ts'

/** The block that a comment line names; lines in front of any comment belong into the location. */
const blockOf = (comment: string): 'http' | 'server' | 'upstream' | 'location' =>
  /in the http block/.test(comment) ? 'http' : /in the upstream block/.test(comment) ? 'upstream' : /in the server block[;,]|in the server block$/.test(comment) && !/in the location/.test(comment) ? 'server' : 'location'

/** A whole configuration with the lines of a fix where their comments say. */
const configWith = (lines: string, folder: string): string => {
  const blocks = { http: '', server: '', upstream: '', location: '' }
  let block: keyof typeof blocks = 'location'
  for (const line of lines.split('\n')) {
    if (line.startsWith('# ')) block = blockOf(line)
    blocks[block] += `${line}\n`
  }
  // Fixes show headers without the map that an earlier one of them gives.
  const map = lines.includes('$connection_upgrade {') ? '' : "map $http_upgrade $connection_upgrade { default upgrade; '' close; }"
  return `${preamble(folder)}
http { access_log off; ${tempPaths(folder)} ${map}
${blocks.http}
upstream tested { server 10.0.0.9:8080;
${blocks.upstream} }
server { listen 127.0.0.1:65123;
${blocks.server}
location /tested/ { proxy_pass http://tested;
${blocks.location} } } }`
}

/** What the real nginx says against the lines of a fix; '' when it takes them, or there is no nginx here. */
export const refusalOf = (lines: string): string => {
  const nginx = findNginx()
  if (nginx === undefined || lines === '') return ''
  const folder = nginxFolder()
  try {
    return checkConfig(nginx, configWith(lines, folder), folder)
  } finally {
    removeFolder(folder)
  }
}
