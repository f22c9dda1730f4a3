/** Names to addresses, and service records to brokers (RFC 2782). */

import { lookup, resolveSrv } from 'node:dns/promises';
import type { HostLookup, Random, TransportOptions } from '../sources/ports.ts';
import { dnsFailureCode, errorData } from './failures.ts';

export interface SrvRecord {
  readonly name: string;
  readonly port: number;
  /** Lower is tried first. */
  readonly priority: number;
  /** Share of the traffic among records of equal priority. */
  readonly weight: number;
}

/** Name resolution, lent to the transport so that tests can answer for it. */
export interface Resolver {
  /** All addresses of `host` in the system's order of preference; rejects with getaddrinfo's error. */
  addresses(host: string): Promise<readonly string[]>;
  /** All service records of `name`; rejects with `ENOTFOUND` or `ENODATA` where there are none. */
  services(name: string): Promise<readonly SrvRecord[]>;
}

/** The system's resolver: `getaddrinfo` for addresses (hosts file, mDNS), DNS itself for services. */
export const systemResolver: Resolver = {
  async addresses(host) {
    const found = await lookup(host, { all: true, order: 'verbatim' });
    return found.map((entry) => entry.address);
  },
  services: (name) => resolveSrv(name),
};

/** The system's answer for a script that asks for addresses itself. */
export const lookUpHost: HostLookup = async (host) => {
  try {
    return { addresses: await systemResolver.addresses(host) };
  } catch (error) {
    return { addresses: [], failure: { code: dnsFailureCode(error), data: { host, ...errorData(error) } } };
  }
};

/** The service name to look up, or undefined: none is in use for MQTT over WebSocket. */
export function serviceName(protocol: TransportOptions['protocol'], host: string): string | undefined {
  if (protocol === 'mqtt') return `_mqtt._tcp.${host}`;
  if (protocol === 'mqtts') return `_secure-mqtt._tcp.${host}`;
  return undefined;
}

/** Records in the order to try them: by priority, then drawn at random by weight as RFC 2782 says. */
export function orderServices(records: readonly SrvRecord[], random: Random): SrvRecord[] {
  const draw = new Uint32Array(1);
  const drawBytes = new Uint8Array(draw.buffer);
  const fraction = (): number => {
    random.fill(drawBytes);
    return (draw[0] ?? 0) / 2 ** 32;
  };
  const ordered: SrvRecord[] = [];
  const priorities = [...new Set(records.map((record) => record.priority))].toSorted((a, b) => a - b);
  for (const priority of priorities) {
    // Weightless records first, so that they keep a small chance against the others.
    const left = records.filter((record) => record.priority === priority).toSorted((a, b) => a.weight - b.weight);
    while (left.length > 0) {
      const total = left.reduce((sum, record) => sum + record.weight, 0);
      const mark = Math.floor(fraction() * (total + 1));
      let running = 0;
      const index = left.findIndex((record) => (running += record.weight) >= mark);
      ordered.push(...left.splice(Math.max(index, 0), 1));
    }
  }
  return ordered;
}

/** Alternates address families, starting with the family of the first address (RFC 8305 §4). */
export function interleaveFamilies(addresses: readonly string[]): string[] {
  const isV6 = (address: string): boolean => address.includes(':');
  const [first] = addresses;
  if (first === undefined) return [];
  const leading = addresses.filter((address) => isV6(address) === isV6(first));
  const other = addresses.filter((address) => isV6(address) !== isV6(first));
  const mixed: string[] = [];
  for (let index = 0; index < Math.max(leading.length, other.length); index += 1) {
    mixed.push(...leading.slice(index, index + 1), ...other.slice(index, index + 1));
  }
  return mixed;
}
