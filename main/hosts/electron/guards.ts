/// <reference types="electron" />
/** What no page of this app may do, whatever runs in it: navigate, open windows, ask for permissions, reach the network. */

import { shell } from 'electron/common';
import { app, type Session, type WebContents } from 'electron/main';
import { isPageBlob, isPageUrl, isWebUrl } from './page-address.ts';

/** Copying text is all that the page asks of the system. */
const PERMITTED = 'clipboard-sanitized-write';

function guardContents(contents: WebContents): void {
  contents.setWindowOpenHandler(({ url }) => {
    // A link that a script printed opens in the user's browser, not here.
    if (isWebUrl(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
  const stay = (event: { readonly url: string; preventDefault(): void }): void => {
    // A reload is a navigation to where the page is.
    if (!isPageUrl(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** For every window and view that is ever made. Call before the first. */
export function guardAllContents(): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
}

export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, decide) => {
    decide(permission === PERMITTED && isPageUrl(contents.getURL()));
  });
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => permission === PERMITTED && isPageUrl(`${origin}/`.replace(/\/+$/, '/')),
  );
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler(null);
  // Brokers are reached by the main process; the page has no business on the network.
  session.webRequest.onBeforeRequest(
    { urls: ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'ftp://*/*', 'file://*/*'] },
    (_details, decide) => decide({ cancel: true }),
  );
  // Only what the page made itself may be saved; the system's dialog asks where.
  session.on('will-download', (event, item) => {
    if (!isPageBlob(item.getURL())) event.preventDefault();
  });
}
