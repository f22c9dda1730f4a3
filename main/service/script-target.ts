/** Where a script connects to, as the transport takes it. */

import type { ScriptTarget } from '../../shared/contract/script-link.ts';
import type { TransportOptions } from '../engine/sources/ports.ts';

/** `mqtts://host:8883/path`, with an IPv6 address in brackets; never credentials. */
export function scriptEndpoint({ protocol, host, port, websocket }: ScriptTarget): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `${protocol}://${name}:${port}${protocol.startsWith('ws') ? (websocket?.path ?? '/mqtt') : ''}`;
}

export function scriptTls(tls: ScriptTarget['tls']): NonNullable<TransportOptions['tls']> {
  return {
    verify: tls?.verify ?? true,
    ...(tls?.checkHostname === false ? { verifyName: false } : {}),
    ...(tls?.ca ? { ca: tls.ca } : {}),
    ...(tls?.cert ? { cert: tls.cert } : {}),
    ...(tls?.key ? { key: tls.key } : {}),
    ...(tls?.passphrase === undefined ? {} : { passphrase: tls.passphrase }),
    ...(tls?.serverName === undefined ? {} : { serverName: tls.serverName }),
    ...(tls?.alpn === undefined || tls.alpn.length === 0 ? {} : { alpn: tls.alpn }),
    ...(tls?.ciphers ? { ciphers: tls.ciphers } : {}),
    ...(tls?.minVersion === undefined ? {} : { minVersion: tls.minVersion }),
    ...(tls?.maxVersion === undefined ? {} : { maxVersion: tls.maxVersion }),
  };
}

export function scriptTransport(target: ScriptTarget): TransportOptions {
  const { protocol, host, port, srv, bindAddress, connectTimeoutMs, websocket, proxy } = target;
  return {
    protocol,
    host,
    port,
    srv,
    connectTimeoutMs,
    ...(bindAddress === '' ? {} : { bindAddress }),
    ...(protocol === 'mqtts' || protocol === 'wss' ? { tls: scriptTls(target.tls) } : {}),
    ...(protocol === 'ws' || protocol === 'wss' ? { websocket: websocket ?? { path: '/mqtt' } } : {}),
    ...(proxy === undefined
      ? {}
      : {
          proxy: {
            protocol: proxy.protocol,
            host: proxy.host,
            port: proxy.port,
            ...(proxy.username === undefined ? {} : { username: proxy.username }),
            ...(proxy.password === undefined ? {} : { password: proxy.password }),
          },
        }),
  };
}
