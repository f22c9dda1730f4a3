/** What the shell itself remembers: the side pane, the palette, and a question that waits. */

import type { ProcedureInput, ProcedureName, ProcedureOutput } from '../../shared/contract/procedures.ts';
import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { FileRecord, SourceSummary } from '../../shared/contract/source-records.ts';
import type { LinkConditions } from '../../shared/contract/shaping.ts';
import type { AppModel } from '../model/app-model.ts';
import { type ChosenFile, fileRead, FileUnreadable, sendFile } from '../model/file-opening.ts';
import { sessionView, showSession } from '../model/session-view.ts';
import { createStore } from '../model/store.ts';

export type SidePane = 'settings' | 'keys' | 'shaping' | 'colours';

export class ShellModel {
  readonly app: AppModel;
  readonly sidePane = createStore<SidePane | undefined>(undefined);
  readonly paletteOpen = createStore(false);
  readonly drawerOpen = createStore(false);
  /** The source whose tab shows a field for its name. */
  readonly renaming = createStore<SourceId | undefined>(undefined);
  /** The source that waits for a yes before it is closed. */
  readonly closing = createStore<SourceId | undefined>(undefined);

  /** Files whose notice was closed, by number. */
  readonly filesRead = createStore<ReadonlySet<number>>(new Set());

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

  /** For one source or all; a source without conditions is shaped as all are. */
  setShaping(conditions: LinkConditions | undefined, source?: SourceId): void {
    void this.call('setShaping', { source, conditions });
  }

  /** Resets the connections that stand, of one source or all. */
  cutLinks(source?: SourceId): void {
    void this.call('cutLinks', { source });
  }

  async openDemo(): Promise<void> {
    const source = await this.call('openDemo', {});
    if (source !== undefined) this.app.navigation.selectSource(source.id);
  }

  async openSaved(profileId: string): Promise<void> {
    const source = await this.call('openSavedSession', { profileId });
    if (source !== undefined) this.app.navigation.selectSource(source.id);
  }

  /** Opens a source for each capture file and shows the last, and takes Python files into the editor; resolves when all captures are read. */
  async openFiles(files: readonly ChosenFile[]): Promise<void> {
    const { actions, inspector, navigation } = this.app;
    const scripts = files.filter(({ name }) => /\.py$/i.test(name));
    if (scripts.length > 0) navigation.go({ to: 'scripts', files: scripts });
    await Promise.all(
      files
        .filter((file) => !scripts.includes(file))
        .map(async (file) => {
          try {
            let opened: Promise<FileRecord | undefined> | undefined;
            await sendFile(inspector, file, (source) => {
              opened = fileRead(inspector, source);
              navigation.selectSource(source);
            });
            const session = (await opened)?.session;
            if (session !== undefined) showSession(this.app, session.sources, session.view);
          } catch (error) {
            if (error instanceof FileUnreadable)
              actions.fail({ code: 'file-unreadable', data: { name: file.name, reason: error.message } });
            else actions.report(error);
          }
        }),
    );
  }

  /** All sources, with what happened to them and how they are looked at, in one file. */
  async saveSession(): Promise<void> {
    const stamp = new Date().toISOString().slice(0, 16).replaceAll(/[T:]/g, '-');
    await this.app.saving.save(`session-${stamp}`, { format: 'session', view: sessionView(this.app) });
  }

  /** The user has read what there is to say of the file. */
  fileRead(file: number): void {
    this.filesRead.update((read) => new Set(read).add(file));
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
