/** The page's right to the web host's socket: the token of the address is exchanged once for a cookie, then leaves the address. */

const TOKEN = /^#token=([\w-]+)$/;

/** The host asks for a token and this page has none that it takes: another attempt does not help. */
export class Unauthorized extends Error {
  override readonly name = 'Unauthorized';
}

let exchanged: Promise<void> | undefined;

/** Exchanges the token of the page's address where it has one. Call before the socket is opened; repeats only what failed. */
export function openSession(): Promise<void> {
  exchanged ??= exchange().catch((error: unknown) => {
    exchanged = undefined;
    throw error;
  });
  return exchanged;
}

async function exchange(): Promise<void> {
  const token = TOKEN.exec(location.hash)?.[1];
  if (token === undefined) return;
  await fetch('/session', { method: 'POST', body: token, headers: { 'Content-Type': 'text/plain' } });
  history.replaceState(history.state, '', location.pathname + location.search);
}

/** Throws {@link Unauthorized} where the host is there and refuses this page; returns where anything else is the matter. */
export async function checkSession(): Promise<void> {
  const answer = await fetch('/session').catch(() => undefined);
  if (answer?.status === 401) throw new Unauthorized('the host knows no session of this page');
}
