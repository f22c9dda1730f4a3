/** Sends a script's host elsewhere: which override holds, and what that says about TLS. */

import type { HostOverride, ScriptTarget } from '../../contract/script-link.ts';

type Protocol = ScriptTarget['protocol'];

/** Where a script wants to go. */
export interface WantedHost {
  readonly host: string;
  readonly port: number;
  readonly protocol: Protocol;
}

export interface PlannedHost extends WantedHost {
  /** Path of a WebSocket where the override names one. */
  readonly path?: string;
  /** Whose certificates and verification hold: the script's, the override's, or nobody's in clear. */
  readonly tls: 'script' | 'override' | 'none';
  readonly override?: HostOverride;
}

const DEFAULT_PORTS: Readonly<Record<Protocol, number>> = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 };

function isSecure(protocol: Protocol): boolean {
  return protocol === 'mqtts' || protocol === 'wss';
}

/** The first override for exactly the host and port, else for the host, else for every host. */
export function planHost(wanted: WantedHost, overrides: readonly HostOverride[]): PlannedHost {
  const name = wanted.host.toLowerCase();
  const matching = [`${name}:${wanted.port}`, name, '*'];
  const override = matching
    .map((from) => overrides.find((each) => each.from.toLowerCase() === from))
    .find((found) => found !== undefined);
  const script = isSecure(wanted.protocol) ? 'script' : 'none';
  if (override === undefined) return { ...wanted, tls: script };
  const to = readDestination(override.to);
  if (to === undefined) return { ...wanted, tls: script };
  const protocol = to.protocol ?? wanted.protocol;
  const tls = to.protocol === undefined ? script : isSecure(protocol) ? 'override' : 'none';
  return {
    host: to.host,
    port: to.port ?? DEFAULT_PORTS[protocol],
    protocol,
    ...(to.path === undefined ? {} : { path: to.path }),
    tls,
    override,
  };
}

interface Destination {
  readonly protocol?: Protocol;
  readonly host: string;
  readonly port?: number;
  readonly path?: string;
}

/** Reads `[mqtt|mqtts|ws|wss://]HOST[:PORT][/PATH]`; undefined for anything else. */
export function readDestination(text: string): Destination | undefined {
  const found = /^(?:(mqtts?|wss?):\/\/)?(\[[\da-f:.]+\]|[^\s:/[\]@]+)(?::(\d{1,5}))?(\/\S*)?$/i.exec(text.trim());
  if (found === null) return undefined;
  const [, scheme, host = '', port, path] = found;
  const protocol = scheme?.toLowerCase() as Protocol | undefined;
  const number = port === undefined ? undefined : Number(port);
  if (number !== undefined && (number < 1 || number > 65_535)) return undefined;
  const overWeb = protocol === 'ws' || protocol === 'wss';
  if (path !== undefined && path !== '/' && !overWeb) return undefined;
  return {
    ...(protocol === undefined ? {} : { protocol }),
    host: host.replace(/^\[(.*)\]$/, '$1'),
    ...(number === undefined ? {} : { port: number }),
    ...(path !== undefined && overWeb ? { path } : {}),
  };
}
