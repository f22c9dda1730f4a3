/** What sessions of this page were opened with, so that one that was never saved can be opened again, changed. */

import type { Profile, SecretChanges } from '../../shared/contract/profiles.ts';
import type { SourceId } from '../../shared/contract/records.ts';
import type { Inspector } from './inspector.ts';

export interface OpenedWith {
  readonly profile: Profile;
  /** As typed; kept in this page's memory only. */
  readonly secrets: SecretChanges;
}

const opened = new WeakMap<Inspector, Map<SourceId, OpenedWith>>();

export function rememberOpened(inspector: Inspector, source: SourceId, how: OpenedWith): void {
  const known = opened.get(inspector) ?? new Map<SourceId, OpenedWith>();
  known.set(source, how);
  opened.set(inspector, known);
}

/** Undefined for sessions that were opened elsewhere or before a reload. */
export function openedWith(inspector: Inspector, source: SourceId): OpenedWith | undefined {
  return opened.get(inspector)?.get(source);
}
