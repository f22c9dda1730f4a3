/** What the shell itself remembers: the side pane, the palette, and a question that waits. */

import type { ProcedureInput, ProcedureName, ProcedureOutput } from '../../shared/contract/procedures.ts';
import type { SourceId, SourceSummary } from '../../shared/contract/records.ts';
import type { AppModel } from '../model/app-model.ts';
import { createStore } from '../model/store.ts';

export type SidePane = 'settings' | 'keys';

export class ShellModel {
  readonly app: AppModel;
  readonly sidePane = createStore<SidePane | undefined>(undefined);
  readonly paletteOpen = createStore(false);
  /** The source whose tab shows a field for its name. */
  readonly renaming = createStore<SourceId | undefined>(undefined);
  /** The source that waits for a yes before it is closed. */
  readonly closing = createStore<SourceId | undefined>(undefined);

  constructor(app: AppModel) {
    this.app = app;
  }

  get current(): SourceSummary | undefined {
    const id = this.app.navigation.source.get();
    return this.app.inspector.sources.get().find((source) => source.id === id);
  }

  /** Calls and shows a failure in the bar; resolves with undefined then. */
  call<N extends ProcedureName>(name: N, input: ProcedureInput<N>): Promise<ProcedureOutput<N> | undefined> {
    return this.app.actions.run(() => this.app.inspector.call(name, input));
  }

  toggleRecording(): void {
    const source = this.current;
    if (source !== undefined) void this.call('setRecording', { source: source.id, recording: !source.recording });
  }

  clearCapture(): void {
    const source = this.current;
    if (source !== undefined) void this.call('clearCapture', { source: source.id });
  }

  async openDemo(): Promise<void> {
    const source = await this.call('openDemo', {});
    if (source !== undefined) this.app.navigation.selectSource(source.id);
  }

  async openSaved(profileId: string): Promise<void> {
    const source = await this.call('openSavedSession', { profileId });
    if (source !== undefined) this.app.navigation.selectSource(source.id);
  }

  /** Asks first where packets would be lost. */
  requestClose(source: SourceId): void {
    const packets = this.app.inspector.statsOf(source).get()?.packets ?? 0;
    if (packets > 0) this.closing.set(source);
    else void this.close(source);
  }

  async close(source: SourceId): Promise<void> {
    this.closing.set(undefined);
    const sources = this.app.inspector.sources.get();
    const at = sources.findIndex((candidate) => candidate.id === source);
    const neighbour = sources[at + 1] ?? sources[at - 1];
    if (this.app.navigation.source.get() === source) this.app.navigation.selectSource(neighbour?.id);
    await this.call('closeSource', { source });
  }

  step(by: 1 | -1): void {
    const sources = this.app.inspector.sources.get();
    const at = sources.findIndex((source) => source.id === this.app.navigation.source.get());
    const next = sources[(at + by + sources.length) % sources.length];
    if (next !== undefined) this.app.navigation.selectSource(next.id);
  }

  move(source: SourceId, by: 1 | -1): void {
    const sources = this.app.inspector.sources.get();
    const to = sources.findIndex((candidate) => candidate.id === source) + by;
    if (to >= 0 && to < sources.length) void this.call('moveSource', { source, to });
  }

  async changeSettings(patch: ProcedureInput<'setSettings'>): Promise<void> {
    await this.app.actions.run(() => this.app.inspector.setSettings(patch));
  }
}
