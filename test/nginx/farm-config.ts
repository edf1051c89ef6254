import { readFileSync } from 'node:fs'
import { FAR, type FarmOptions } from './farm-options.ts'
import { tempPaths } from './nginx.ts'

export interface FarmPorts {
  readonly nginx: number
  readonly one: number
  readonly two: number
  readonly flaky: number
  readonly odd: number
  readonly hole: number
  readonly dead: number
  readonly alsoDead: number
  readonly dns: number
  readonly far: number
}

const snippet = (name: string): string => readFileSync(new URL(`../../formats/${name}.conf`, import.meta.url), 'utf8')

/** The nginx of the farm: two access logs and three error logs of the same traffic. */
export const farmConfig = (folder: string, ports: FarmPorts, options: FarmOptions): string => {
  const upgrade = 'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; proxy_set_header Host $host;'
  const room = (path: string, target: string, more = 'proxy_read_timeout 1h; proxy_send_timeout 1h;'): string => ` location ${path} { proxy_pass ${target}; ${upgrade} ${more} }`
  return `${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off; master_process on; worker_processes 2; pid ${folder}/nginx.pid; worker_shutdown_timeout ${options.shutdownTimeout}s;
error_log ${folder}/error_info.log info; error_log ${folder}/error_warn.log warn; error_log ${folder}/error_error.log error;
events { worker_connections 4096; }
http {
${snippet('ws')}
${snippet('ws_plus')}
access_log ${folder}/ws_access.log ws; access_log ${folder}/ws_rich.log ws_plus;
${tempPaths(folder)}
resolver 127.0.0.1:${ports.dns} ipv6=off; resolver_timeout 1s;
send_timeout ${options.sendTimeout}s; client_header_timeout 2s; client_max_body_size 1k;
limit_req_zone $arg_who zone=often:1m rate=1r/m; limit_conn_zone $arg_who zone=many:1m;
upstream one { server 127.0.0.1:${ports.one}; }
upstream two { server 127.0.0.1:${ports.two}; }
upstream flaky { server 127.0.0.1:${ports.flaky}; }
upstream far { server ${FAR}:${ports.far}; }
upstream half { server 127.0.0.1:${ports.dead} max_fails=0; server 127.0.0.1:${ports.one} max_fails=0; }
upstream group { zone group 64k; server 127.0.0.1:${ports.dead} fail_timeout=1h; server 127.0.0.1:${ports.alsoDead} fail_timeout=1h; }
upstream down { server 127.0.0.1:${ports.dead} down; server 127.0.0.1:${ports.alsoDead} down; }
server { listen 127.0.0.1:${ports.nginx} so_keepalive=1s:1s:2; server_name chat.example.com; root ${folder}/html;
${room('/ws/', 'http://one', `proxy_read_timeout ${options.readTimeout}s; proxy_send_timeout ${options.readTimeout}s;`)}
${room('/long/', 'http://one')}
${room('/live/', 'http://one')}
${room('/two/', 'http://two')}
${room('/flaky/', 'http://flaky')}
${room('/half/', 'http://half')}
${room('/far/', 'http://far', 'proxy_socket_keepalive on; proxy_read_timeout 1h;')}
${room('/limit-req/', 'http://one', 'limit_req zone=often;')}
${room('/limit-conn/', 'http://one', 'limit_conn many 1; limit_conn_status 429;')}
 location /plain/ { proxy_pass http://one; }
 location /gone/ { return 404; } location /moved/ { return 302 /login; } location /https/ { return 308 https://$host$request_uri; }
 location /limited/ { return 403; }
${room('/deny/', 'http://one', 'deny all;')}
${room('/basic/', 'http://one', `auth_basic "chat"; auth_basic_user_file ${folder}/htpasswd;`)}
${room('/odd/', `http://127.0.0.1:${ports.odd}`, `proxy_read_timeout ${options.handshakeTimeout}s;`)}
${room('/dead/', `http://127.0.0.1:${ports.dead}`, '')}
${room('/hole/', `http://127.0.0.1:${ports.hole}`, 'proxy_connect_timeout 1s;')}
${room('/group/', 'http://group', '')}
${room('/down/', 'http://down', '')}
${room('/tls/', `https://127.0.0.1:${ports.odd}`, '')}
${room('/name/', '$backend', 'set $backend http://$arg_id.$arg_name.example:8080;')}
} }
`
}
