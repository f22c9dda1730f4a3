/** The arguments of `tap`: where devices connect, and where everything goes on to. */

import { writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { RuleBook } from '../../../shared/contract/rules.ts';
import type { PresetName } from '../../../shared/contract/shaping.ts';
import { makeAuthority, TapCertificates } from '../../engine/transport/tap-certificates.ts';
import { dataDirectory } from '../../storage/directory.ts';
import { openStorage } from '../../storage/open.ts';
import { UsageError } from './arguments.ts';
import { credential, readAddress } from './capture-options.ts';
import type { Writing } from './capture-writing.ts';
import { systemFault } from './system-fault-words.ts';

type Protocol = 'mqtt' | 'mqtts' | 'ws' | 'wss';

/** As `util.parseArgs` returns them. */
export interface TapValues {
  readonly listen?: string | undefined;
  readonly upstream?: string | undefined;
  readonly 'listen-cert'?: string | undefined;
  readonly 'listen-key'?: string | undefined;
  readonly 'save-ca'?: string | undefined;
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly insecure?: boolean | undefined;
}

export interface TapTask extends Upstream, Writing {
  readonly shape: PresetName | undefined;
  readonly rules: RuleBook;
}

/** How long the broker may take to be reached, milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;
const LOOPBACK = '127.0.0.1';

export interface Listening {
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: number;
  readonly credentials?: TapCertificates['credentials'];
}

/** Reads `[SCHEME://][HOST:]PORT`. Throws {@link UsageError}. */
function readListen(text: string | undefined): Pick<Listening, 'protocol' | 'host' | 'port'> {
  if (text === undefined) throw new UsageError('--listen is missing: which port do devices connect to?');
  const [, scheme = 'mqtt', place = ''] = /^(?:([a-z]+):\/\/)?(.*)$/i.exec(text) ?? [];
  if (/^\d+$/.test(place)) return { ...readListen(`${scheme}://${LOOPBACK}:${place}`) };
  const zero = /^(.*):0+$/.exec(place);
  const address = readAddress('--listen', `${scheme}://${zero === null ? place : `${zero[1] ?? ''}:1`}`);
  if (address.username !== undefined || (address.path !== undefined && address.path !== '/mqtt')) {
    throw new UsageError(
      '--listen must be [HOST:]PORT, with mqtts://, ws:// or wss:// before it where devices speak that',
    );
  }
  if (!/:\d+$/.test(place)) throw new UsageError('--listen: the port is missing');
  return { protocol: address.protocol, host: address.host, port: zero === null ? address.port : 0 };
}

/** With the certificates that devices are shown. Rejects with {@link UsageError}. */
export async function readListening(values: TapValues): Promise<Listening> {
  const listen = readListen(values.listen);
  const { 'listen-cert': cert, 'listen-key': key, 'save-ca': saveTo } = values;
  const isSecure = listen.protocol === 'mqtts' || listen.protocol === 'wss';
  for (const option of ['listen-cert', 'listen-key', 'save-ca'] as const) {
    if (values[option] !== undefined && !isSecure)
      throw new UsageError(`--${option} needs --listen mqtts://… or wss://…`);
  }
  if ((cert === undefined) !== (key === undefined)) throw new UsageError('--listen-cert and --listen-key go together');
  if (cert !== undefined && saveTo !== undefined)
    throw new UsageError('--listen-cert and --save-ca exclude each other');
  if (!isSecure) return listen;
  if (cert !== undefined && key !== undefined) {
    const own = { cert: credential('--listen-cert', cert), key: credential('--listen-key', key) };
    return { ...listen, credentials: () => Promise.resolve(own) };
  }
  const storage = await openStorage({ directory: dataDirectory(undefined) });
  const authority = await storage.tapAuthority.get(makeAuthority);
  await storage.close();
  if (saveTo !== undefined) save(saveTo, authority.cert);
  return { ...listen, credentials: new TapCertificates(authority).credentials };
}

function save(file: string, certificate: string): void {
  try {
    writeFileSync(file, certificate);
  } catch (error) {
    throw new UsageError(`--save-ca: ${file} cannot be written: ${systemFault(error)}`);
  }
}

export interface Upstream {
  readonly upstream: {
    readonly protocol: Protocol;
    readonly host: string;
    readonly port: number;
    readonly connectTimeoutMs: number;
    readonly tls?: { readonly verify: boolean; readonly ca?: string; readonly cert?: string; readonly key?: string };
    readonly websocket?: { readonly path: string };
  };
  /** `mqtts://host:8883`. */
  readonly endpoint: string;
}

/** Throws {@link UsageError}. */
export function readUpstream(values: TapValues): Upstream {
  if (values.upstream === undefined)
    throw new UsageError('--upstream is missing: which broker does everything go on to?');
  const { protocol, host, port, path, username } = readAddress('--upstream', values.upstream);
  if (username !== undefined) {
    throw new UsageError("--upstream cannot have a user name or password: a device's own CONNECT passes as it is");
  }
  const isSecure = protocol === 'mqtts' || protocol === 'wss';
  for (const option of ['ca', 'cert', 'key', 'insecure'] as const) {
    if (values[option] !== undefined && !isSecure) {
      throw new UsageError(`--${option} needs --upstream mqtts://… or wss://…`);
    }
  }
  if ((values.cert === undefined) !== (values.key === undefined)) throw new UsageError('--cert and --key go together');
  const tls = {
    verify: values.insecure !== true,
    ...(values.ca === undefined ? {} : { ca: credential('--ca', values.ca) }),
    ...(values.cert === undefined ? {} : { cert: credential('--cert', values.cert) }),
    ...(values.key === undefined ? {} : { key: credential('--key', values.key) }),
  };
  return {
    upstream: {
      protocol,
      host,
      port,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      ...(isSecure ? { tls } : {}),
      ...(path === undefined ? {} : { websocket: { path } }),
    },
    endpoint: `${protocol}://${bracketed(host)}:${port}${path ?? ''}`,
  };
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** Where devices connect, as an address to type into them. */
export function listenAddress({ protocol, host }: Listening, port: number): string {
  return `${protocol}://${bracketed(host)}:${port}`;
}

/** Whether others than this machine can connect. */
export function isOpenToNetwork({ host }: Listening): boolean {
  const isLoopback = host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
  return !isLoopback;
}
