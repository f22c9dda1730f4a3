/** Where this window was: panel and source, remembered over a reload but not for other windows. */

import type { Navigation } from '../model/navigation.ts';
import { disposeAll } from '../model/store.ts';

const KEY = 'place';

export interface Place {
  readonly panel: string;
  readonly source: number | undefined;
}

/** The remembered place, or the Packets panel where there is none that still exists. */
export function restorePlace(panelIds: readonly string[]): Place {
  const fallback = panelIds.includes('packets') ? 'packets' : (panelIds[0] ?? '');
  try {
    const saved: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    if (typeof saved !== 'object' || saved === null) return { panel: fallback, source: undefined };
    const panel = 'panel' in saved && typeof saved.panel === 'string' ? saved.panel : fallback;
    const source = 'source' in saved && typeof saved.source === 'number' ? saved.source : undefined;
    return { panel: panelIds.includes(panel) ? panel : fallback, source };
  } catch {
    return { panel: fallback, source: undefined };
  }
}

export function keepPlace(navigation: Navigation): Disposable {
  const keep = () => {
    const place = { panel: navigation.panel.get(), source: navigation.source.get() };
    if (place.source !== undefined) sessionStorage.setItem(KEY, JSON.stringify(place));
  };
  return disposeAll([navigation.panel.subscribe(keep), navigation.source.subscribe(keep)]);
}
