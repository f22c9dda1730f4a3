/** Lets the page into the web host: the token of its address for a cookie that scripts cannot read. */

/**
 * The token stands in the fragment, which never travels to a server by itself; it is taken off the address once it served.
 * After a reload the cookie is still there. Rejects where the host is gone or refuses.
 */
export async function enter(): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  const answer = await fetch('/session', token === null ? {} : { method: 'POST', body: token });
  if (!answer.ok) throw new Error(`the host answered ${answer.status}`);
  if (token !== null) history.replaceState(null, '', location.pathname + location.search);
}
