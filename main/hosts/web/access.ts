/** Who may use the web host: tokens, the cookie they are exchanged for, and the Host and Origin a request must carry. */

import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** A token for a browser that we start ourselves: its command line can be read by other users, so it serves once and soon. */
const ONE_TIME_TOKEN_MS = 120_000;

/** The only paths that look at the cookie. */
const COOKIE_PATHS = ['/session', '/port', '/script'];

const secret = (): string => randomBytes(32).toString('base64url');

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * Cookies ignore ports: the name carries ours, so that two hosts do not overwrite each other's, and the path keeps the
 * cookie from most of what other servers of the same address are asked for.
 */
export class Access {
  /** Good for as long as the process lives; for the URL that the user is shown. */
  readonly token = secret();
  readonly #cookie = secret();
  readonly #oneTime = new Map<string, number>();
  readonly #now: () => number;

  /** @param now milliseconds, for the age of one-time tokens */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** A token that is accepted once within two minutes. */
  oneTimeToken(): string {
    const token = secret();
    this.#oneTime.set(token, this.#now() + ONE_TIME_TOKEN_MS);
    return token;
  }

  /** The `Set-Cookie` values for a good token, undefined for any other. */
  exchange(token: string, port: number): string[] | undefined {
    if (!this.#accept(token)) return undefined;
    return COOKIE_PATHS.map(
      (path) => `${this.#cookieName(port)}=${this.#cookie}; Path=${path}; HttpOnly; SameSite=Strict`,
    );
  }

  /** Whether the request carries the cookie. */
  holdsCookie(request: IncomingMessage, port: number): boolean {
    const prefix = `${this.#cookieName(port)}=`;
    return (request.headers.cookie ?? '')
      .split(';')
      .map((pair) => pair.trim())
      .some((pair) => pair.startsWith(prefix) && equal(pair.slice(prefix.length), this.#cookie));
  }

  #cookieName(port: number): string {
    return `mqtt-inspector-${port}`;
  }

  /** Compares with every token, so that the time taken tells nothing. */
  #accept(given: string): boolean {
    let accepted = equal(given, this.token);
    for (const [token, until] of [...this.#oneTime]) {
      const match = equal(given, token);
      if (match || until < this.#now()) this.#oneTime.delete(token);
      if (match && until >= this.#now()) accepted = true;
    }
    return accepted;
  }
}

/**
 * The Host header must name this machine: a page of another site whose name was made to resolve to 127.0.0.1 (DNS
 * rebinding) carries its own. Any port is good, since an SSH tunnel may come from another one.
 */
export function isOwnHost(request: IncomingMessage): boolean {
  return /^(?:127\.0\.0\.1|localhost)(?::\d{1,5})?$/i.test(request.headers.host ?? '');
}

/** Browsers send Origin with every POST and WebSocket; it must be the page's own, so the same as Host. */
export function isOwnOrigin(request: IncomingMessage): boolean {
  const { host, origin } = request.headers;
  return host !== undefined && origin !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`;
}
