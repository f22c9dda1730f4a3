/** Where the app is shown: in Electron, in a browser's app window, or at an address for the user to open. */

export interface Possibilities {
  /** Absent where a window can be shown. */
  readonly noDisplay?: string;
  readonly root: boolean;
  readonly electron?: string;
  readonly browser?: string;
}

/** `why` tells the user in half a sentence why it is not a better place. */
export type Place =
  | { readonly kind: 'electron'; readonly executable: string; readonly why?: undefined }
  | { readonly kind: 'browser'; readonly executable: string; readonly why: string }
  | { readonly kind: 'address'; readonly why: string };

export function decidePlace({ noDisplay, root, electron, browser }: Possibilities): Place {
  if (noDisplay !== undefined) return { kind: 'address', why: noDisplay };
  if (root) return { kind: 'address', why: 'browsers do not run as root' };
  if (electron !== undefined) return { kind: 'electron', executable: electron };
  const missing = 'the Electron program is not here';
  if (browser !== undefined) return { kind: 'browser', executable: browser, why: missing };
  return { kind: 'address', why: `${missing}, nor Chrome, Chromium or Edge` };
}
