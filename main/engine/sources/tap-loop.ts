/** Taps that would connect to themselves: one device would then make connections without end. */

import type { TransportOptions } from './ports.ts';
import type { ListenOptions } from './tap-ports.ts';

const EVERY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/**
 * Whether what comes in at `listen` and goes on to `upstream` would come in again, as far as the addresses alone say.
 * @param own addresses that this machine has in its networks
 */
export function leadsBack(
  { host, port }: Pick<ListenOptions, 'host' | 'port'>,
  upstream: TransportOptions,
  own: readonly string[],
): boolean {
  if (port === 0 || port !== upstream.port || upstream.srv === true || upstream.proxy !== undefined) return false;
  const from = host.toLowerCase();
  const to = upstream.host.toLowerCase();
  if (from === to) return true;
  // Whoever connects to every address, or to a name for one or the other family, gets this machine.
  const isNamed = to === 'localhost' || EVERY_ADDRESS.has(to);
  if (EVERY_ADDRESS.has(from)) return isNamed || (isReached(from, to) && (isLoopback(to) || own.includes(to)));
  return isLoopback(from) && (isNamed || (from === 'localhost' && isLoopback(to)));
}

/** The address of every IPv6 interface takes IPv4 too. */
function isReached(every: string, to: string): boolean {
  return every === '::' || !to.includes(':');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.[\d.]+$/.test(host);
}
