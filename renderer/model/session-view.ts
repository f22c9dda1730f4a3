/** How a session was looked at, as its file keeps it: the panel, the selected source, the filters of the packet lists. */

import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { AppModel } from './app-model.ts';
import { PANEL_OF } from './navigation.ts';

const PANELS: ReadonlySet<string> = new Set(Object.values(PANEL_OF));

/** JSON text; sources are told by their place among the tabs. */
export function sessionView({ inspector, navigation, saving }: AppModel): string {
  const sources = inspector.sources.get();
  return JSON.stringify({
    panel: navigation.panel.get(),
    source: sources.findIndex(({ id }) => id === navigation.source.get()),
    filters: sources.map(({ id }) => saving.filters.get(id) ?? ''),
  });
}

/** Shows the sources that a session file was opened as in the way that it was saved; whatever does not fit is left as it is. */
export function showSession(app: AppModel, sources: readonly SourceId[], text: string): void {
  const { panel, source, filters } = readView(text);
  const selected = sources[source] ?? sources[0];
  if (selected === undefined) return;
  for (const [index, filter] of filters.entries()) {
    const id = sources[index];
    if (id !== undefined && filter !== '') app.saving.filters.set(id, filter);
  }
  const filter = app.saving.filters.get(selected) ?? '';
  if (filter === '') app.navigation.selectSource(selected);
  else app.navigation.go({ to: 'packets', source: selected, filter });
  if (PANELS.has(panel)) app.navigation.showPanel(panel);
}

function readView(text: string): {
  readonly panel: string;
  readonly source: number;
  readonly filters: readonly string[];
} {
  const view = parsed(text);
  const { panel, source, filters } = view;
  return {
    panel: typeof panel === 'string' ? panel : '',
    source: typeof source === 'number' ? source : 0,
    filters: Array.isArray(filters) ? filters.map((filter) => (typeof filter === 'string' ? filter : '')) : [],
  };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const view: unknown = JSON.parse(text);
    return typeof view === 'object' && view !== null ? { ...view } : {};
  } catch {
    return {};
  }
}
