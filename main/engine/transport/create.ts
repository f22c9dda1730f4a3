/** The public face of this room: makes transports for the engine, with Node's sockets behind them. */

import type { TransportFactory } from '../sources/ports.ts';
import type { RelayFactory } from '../sources/tap-ports.ts';
import { Attempt, type Lent } from './attempt.ts';
import { systemResolver } from './resolve.ts';
import { systemClock, systemRandom } from './system.ts';

/** A factory over something else than the system's clock, randomness or name resolution: for tests and host overrides. */
export function createTransportFactory(lent: Partial<Lent>): TransportFactory {
  const all: Lent = { clock: systemClock, random: systemRandom, resolver: systemResolver, ...lent };
  return (options) => new Attempt(options, all);
}

/** Makes the connection on of a tap: as {@link createTransport}, with halves that close on their own. */
export const createRelay: RelayFactory = (options) =>
  new Attempt(options, { clock: systemClock, random: systemRandom, resolver: systemResolver }, 'apart');

/** Makes the transport that `options.protocol` names: TCP, TLS, WebSocket, WebSocket over TLS. */
export const createTransport: TransportFactory = createTransportFactory({});
