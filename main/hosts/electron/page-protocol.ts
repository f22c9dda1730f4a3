/// <reference types="electron" />
/** Serves the page's files under `app://inspector/`, with the header table of the web host. */

import { protocol, type Session } from 'electron/main';
import { type PageResponse, plainResponse, servePage } from '../page/files.ts';
import { isPageUrl, PAGE_SCHEME } from './page-address.ts';

/** Must run before the app is ready: makes `app:` an origin like https, not a local file. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** @param root folder of the built page */
export function servePageOn(session: Session, root: string): void {
  session.protocol.handle(PAGE_SCHEME, async (request) => {
    const { status, headers, body } = await answer(request, root);
    return new Response(request.method === 'HEAD' ? null : Buffer.from(body), { status, headers: { ...headers } });
  });
}

async function answer(request: Request, root: string): Promise<PageResponse> {
  if (!isPageUrl(request.url)) return plainResponse(421, 'Misdirected request');
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return plainResponse(405, 'Method not allowed', { Allow: 'GET, HEAD' });
  return servePage(root, new URL(request.url).pathname);
}
