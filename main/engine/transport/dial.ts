/** Reaches one of several addresses over TCP, racing them with a head start for the earlier (RFC 8305). */

import type { Socket } from 'node:net';
import type { Clock, TransportFailureCode } from '../sources/ports.ts';
import { codeOf, errorData, tcpFailureCode, TransportError } from './failures.ts';

/** How long an address may keep the next one waiting (RFC 8305 §5 recommends 250 ms). */
const HEAD_START_MS = 250;

/** What tells the user most, first. */
const TELLING: readonly TransportFailureCode[] = [
  'bind-failed',
  'tcp-refused',
  'tcp-reset',
  'tcp-timeout',
  'tcp-unreachable',
];

export interface DialRequest<T extends { readonly socket: Socket }> {
  readonly addresses: readonly string[];
  readonly port: number;
  readonly clock: Clock;
  /** Starts connecting to an address; `connect` on its socket wins the race. May throw. */
  readonly open: (address: string) => T;
  /** `address` or `address ERRNO` in the order they were started, each time that changes. */
  readonly onTried: (tried: readonly string[]) => void;
  /** Lists whatever {@link open} made, so that an abort in the middle closes it. */
  readonly own: (socket: Socket) => void;
  /** Aborted: nothing more is tried, the promise stays pending. */
  readonly signal: AbortSignal;
}

/** Resolves with the first connection that stands and closes the others; rejects when all addresses have failed. */
export function dial<T extends { readonly socket: Socket }>(request: DialRequest<T>): Promise<T & { address: string }> {
  return new Promise((resolve, reject) => {
    const waiting = [...request.addresses];
    const tried: string[] = [];
    const racing = new Map<string, T>();
    const failures: { readonly address: string; readonly error: unknown }[] = [];
    let headStart: Disposable | undefined;
    let settled = false;

    const settle = (): void => {
      settled = true;
      headStart?.[Symbol.dispose]();
    };
    const failed = (address: string, error: unknown): void => {
      if (settled) return;
      racing.delete(address);
      failures.push({ address, error });
      tried[tried.indexOf(address)] = `${address} ${codeOf(error)}`;
      request.onTried([...tried]);
      if (settled) return;
      if (waiting.length > 0) next();
      else if (racing.size === 0) {
        settle();
        reject(worst());
      }
    };
    const worst = (): TransportError => {
      const rank = (error: unknown): number => {
        const index = TELLING.indexOf(tcpFailureCode(error));
        return index === -1 ? TELLING.length : index;
      };
      const [told] = failures.toSorted((a, b) => rank(a.error) - rank(b.error));
      const data = { address: told?.address ?? '', port: request.port, tried: [...tried] };
      return new TransportError(tcpFailureCode(told?.error), { ...data, ...errorData(told?.error) });
    };
    const next = (): void => {
      headStart?.[Symbol.dispose]();
      headStart = undefined;
      const address = waiting.shift();
      if (address === undefined) return;
      tried.push(address);
      request.onTried([...tried]);
      if (settled) return;
      if (waiting.length > 0) headStart = request.clock.after(HEAD_START_MS, next);
      let attempt: T;
      try {
        attempt = request.open(address);
      } catch (error) {
        failed(address, error);
        return;
      }
      racing.set(address, attempt);
      const { socket } = attempt;
      request.own(socket);
      const onError = (error: Error): void => failed(address, error);
      socket.once('error', onError);
      socket.once('connect', () => {
        socket.off('error', onError);
        if (settled) return;
        settle();
        for (const [other, loser] of racing) if (other !== address) loser.socket.destroy();
        resolve({ ...attempt, address });
      });
    };
    request.signal.addEventListener('abort', settle, { once: true });
    next();
  });
}
