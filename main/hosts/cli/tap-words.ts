/** What happens to a tapped connection beside its packets, as sentences for a terminal. */

import type { HeadlessFailure } from '../../service/headless-capture.ts';
import { connectionFailure, deviceFailure } from './capture-words.ts';

type Data = HeadlessFailure['data'];

const HANDSHAKES: ReadonlySet<string> = new Set(['device-tls', 'device-upgrade']);

/** A sentence about the event; undefined where the packets tell as much. */
export function tapNote({ kind, data }: { readonly kind: string; readonly data: unknown }): string | undefined {
  const facts = (data ?? {}) as Data;
  switch (kind) {
    case 'device-connected':
      return `${String(facts['remoteAddress'])} connected`;
    case 'device-handshake':
      return handshake(facts);
    case 'device-handshake-failed':
      return deviceFailure({
        stage: String(facts['stage']),
        code: String(facts['code']),
        data: without(facts, 'code'),
      });
    case 'connection-opened':
      return `goes on to ${String(facts['remoteAddress'])}${facts['tls'] === undefined ? '' : `, ${String(facts['tls'])}`}`;
    case 'not-mqtt': {
      const { by, looksLike, firstBytes } = facts;
      const language = looksLike === 'unknown' ? '' : `; it looks like ${String(looksLike)}`;
      return `what the ${String(by)} says is no MQTT${language} (${String(firstBytes)})`;
    }
    case 'connection-failed':
    case 'connection-closed':
      // What a failed handshake told needs not be said twice.
      return HANDSHAKES.has(String(facts['stage'])) ? undefined : ended(facts);
    default:
      return undefined;
  }
}

function handshake(facts: Data): string {
  if (facts['stage'] === 'upgrade') {
    const { path, subprotocol } = facts;
    return `speaks WebSocket, path ${String(path)}${subprotocol === '' ? '' : `, ${String(subprotocol)}`}`;
  }
  const { protocol, serverName, clientCertificate } = facts;
  const name = serverName === undefined ? 'asks for no name' : `asks for ${String(serverName)}`;
  const own = clientCertificate === undefined ? '' : `, shows a certificate of ${String(clientCertificate)}`;
  return `speaks ${String(protocol)}, ${name}${own}`;
}

function ended(facts: Data): string {
  const { by, how, stage, code } = facts;
  const what = how === 'reset' ? `reset by the ${String(by)}` : `closed by the ${String(by)}`;
  if (code === undefined) return what;
  const failure = { stage: String(stage), code: String(code), data: without(facts, 'by', 'how', 'stage', 'code') };
  const isDevices =
    failure.stage === 'device-session' || failure.code === 'tap-stopped' || failure.code === 'closed-by-rule';
  return `${what}: ${isDevices ? deviceFailure(failure) : connectionFailure(failure, 5)}`;
}

function without(facts: Data, ...names: readonly string[]): Data {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !names.includes(name)));
}
