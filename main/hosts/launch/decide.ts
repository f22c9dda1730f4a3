/** Where the app is shown: in Electron, in a browser's app window, or at an address for the user to open. */

import type { NoDisplay } from './surroundings.ts';

export interface Possibilities {
  /** Absent where a window can be shown. */
  readonly noDisplay?: NoDisplay;
  readonly root: boolean;
  readonly electron?: string;
  readonly browser?: string;
}

/** Why it is not a better place; worded where it is shown. */
export type PlaceReason = NoDisplay | 'root' | 'no-electron' | 'no-electron-no-browser' | 'window-failed' | 'asked-for';

export type Place =
  | { readonly kind: 'electron'; readonly executable: string }
  | { readonly kind: 'browser'; readonly executable: string; readonly why: PlaceReason }
  | { readonly kind: 'address'; readonly why: PlaceReason };

export function decidePlace({ noDisplay, root, electron, browser }: Possibilities): Place {
  if (noDisplay !== undefined) return { kind: 'address', why: noDisplay };
  if (root) return { kind: 'address', why: 'root' };
  if (electron !== undefined) return { kind: 'electron', executable: electron };
  if (browser !== undefined) return { kind: 'browser', executable: browser, why: 'no-electron' };
  return { kind: 'address', why: 'no-electron-no-browser' };
}
