/** The page's address in Electron, and whether an address is the page's. */

export const PAGE_SCHEME = 'app';
const PAGE_HOST = 'inspector';

export const PAGE_URL = `${PAGE_SCHEME}://${PAGE_HOST}/`;

/** Whether the address is one of our own page's files; the fragment does not matter. */
export function isPageUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, username, password, port } = new URL(url);
  return `${protocol}//${host}/` === PAGE_URL && username === '' && password === '' && port === '';
}

/** Whether the address is one of the web, which a browser may be asked to open. */
export function isWebUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

/** Whether the address is of bytes that our own page made. */
export function isPageBlob(url: string): boolean {
  return url.startsWith(`blob:${PAGE_URL}`);
}
