/** Which tabs the sources have: those that come by the hundred, devices of a tap and clients of a script, share one. */

import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { SourceSummary } from '../../shared/contract/source-records.ts';

/** So many of one kind share a tab. */
const FOLDED_FROM = 5;

/** Kinds other than sessions carry a sign before their name. */
export const SIGNS = { session: '', tap: '⇄', file: '▤', script: '>_' } as const satisfies Record<
  SourceSummary['kind'],
  string
>;

export interface SourceGroup {
  /** Unique among tabs. */
  readonly id: string;
  readonly kind: 'tap' | 'script';
  /** Of the tap or the run. */
  readonly name: string;
  /** In their order; the one that is shown has a tab of its own beside. */
  readonly sources: readonly SourceSummary[];
}

export type SourceTabItem = { readonly source: SourceSummary } | { readonly group: SourceGroup };

/** In the order of the sources; a group stands where its first source does, and the selected one of it right behind. */
export function tabItems(sources: readonly SourceSummary[], selected: SourceId | undefined): readonly SourceTabItem[] {
  const members = Map.groupBy(sources, groupId);
  const items: SourceTabItem[] = [];
  for (const source of sources) {
    const id = groupId(source);
    const group = id === '' ? [] : (members.get(id) ?? []);
    if (group.length < FOLDED_FROM) items.push({ source });
    else if (group[0] === source) {
      const kind = source.kind === 'tap' ? 'tap' : 'script';
      items.push({ group: { id, kind, name: source.tap?.name ?? source.run?.name ?? '', sources: group } });
      const shown = group.find((member) => member.id === selected);
      if (shown !== undefined) items.push({ source: shown });
    }
  }
  return items;
}

function groupId({ kind, tap, run }: SourceSummary): string {
  if (kind === 'tap' && tap !== undefined) return `tap-${tap.id}`;
  return kind === 'script' && run !== undefined ? `run-${run.id}` : '';
}
