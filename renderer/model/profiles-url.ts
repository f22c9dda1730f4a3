/** Reads a broker's address as people paste it: `mqtts://user@host:8883/path`, `host:1883`. */

export const PROTOCOLS = ['mqtt', 'mqtts', 'ws', 'wss'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** Schemes of other tools that mean one of ours. */
const SCHEMES: Readonly<Record<string, Protocol>> = {
  mqtt: 'mqtt',
  tcp: 'mqtt',
  mqtts: 'mqtts',
  ssl: 'mqtts',
  tls: 'mqtts',
  ws: 'ws',
  http: 'ws',
  wss: 'wss',
  https: 'wss',
};

/** What a new connection of the protocol begins with. */
export const DEFAULT_PORTS = { mqtt: 1883, mqtts: 8883, ws: 8080, wss: 443 } as const satisfies Record<
  Protocol,
  number
>;

/** Ports that brokers listen on, offered for completion. */
export const USUAL_PORTS = {
  mqtt: [1883],
  mqtts: [8883, 443],
  ws: [80, 8080, 8083, 9001, 8000],
  wss: [443, 8084, 8081, 8884, 9001],
} as const satisfies Record<Protocol, readonly number[]>;

/** What a URL means where it names no port: for WebSockets what RFC 6455 says. */
const URL_PORTS = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 } as const satisfies Record<Protocol, number>;

export interface BrokerAddress {
  readonly protocol?: Protocol;
  readonly host: string;
  readonly port?: number;
  readonly username?: string;
  readonly password?: string;
  /** Path with query, WebSocket only. */
  readonly path?: string;
}

const URL_FORM = /^([a-z][a-z0-9+.-]*):\/\/(?:([^@/?#]*)@)?(\[[^\]]*\]|[^:/?#\s]+)(?::(\d{1,5}))?([/?][^#\s]*)?$/i;
const HOST_PORT = /^(\[[0-9a-f:.%a-z]+\]|[^:/?#\s@]+):(\d{1,5})$/i;

/**
 * Undefined where the text is no whole address: a bare host name is none.
 * The host of an IPv6 address comes without its brackets.
 */
export function parseBrokerAddress(text: string): BrokerAddress | undefined {
  const trimmed = text.trim();
  const url = URL_FORM.exec(trimmed);
  if (url === null) {
    const [, host, port] = HOST_PORT.exec(trimmed) ?? [];
    return host === undefined || !isPort(port) ? undefined : { host: bare(host), port: Number(port) };
  }
  const [, scheme = '', user, host = '', port, path] = url;
  const protocol = SCHEMES[scheme.toLowerCase()];
  if (protocol === undefined || (port !== undefined && !isPort(port))) return undefined;
  const overWeb = protocol === 'ws' || protocol === 'wss';
  const colon = user?.indexOf(':') ?? -1;
  const username = colon < 0 ? user : user?.slice(0, colon);
  return {
    protocol,
    host: bare(host),
    port: port === undefined ? URL_PORTS[protocol] : Number(port),
    ...(username === undefined || username === '' ? {} : { username: unescaped(username) }),
    ...(colon < 0 || user === undefined ? {} : { password: unescaped(user.slice(colon + 1)) }),
    ...(overWeb && path !== undefined ? { path } : {}),
  };
}

function isPort(text: string | undefined): boolean {
  return text !== undefined && Number(text) >= 1 && Number(text) <= 65_535;
}

function bare(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}

/** Percent escapes undone; a stray `%` stays what it is. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
