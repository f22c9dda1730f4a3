/** The console: its files, what runs, what their hosts are sent to, and a spare interpreter that is ready when the next run begins. */

import type { SourceSummary } from '../../shared/contract/source-records.ts';
import type { HostOverride } from '../../shared/contract/script-link.ts';
import type { AppModel } from './app-model.ts';
import { ConsoleFiles } from './console-files.ts';
import { ConsoleHistory } from './console-history.ts';
import { ConsoleOverrides } from './console-overrides.ts';
import { ConsoleRun, type RunWords } from './console-run.ts';
import { splitArguments } from './console-arguments.ts';
import { createStore, type Readable } from './store.ts';

/** As modules name it; empty: told by what the script calls. */
export const DIALECTS = ['', 'micropython', 'uiflow', 'quecpython'] as const;
export type Dialect = (typeof DIALECTS)[number];

/** Name under which examples know the built-in broker; no other broker has it. */
export const DEMO_HOST = 'demo.mqtt-inspector';

/** A host that a script named and nobody knows. */
export interface UnresolvedHost {
  readonly host: string;
  readonly run: ConsoleRun;
}

export class ConsoleModel {
  readonly app: AppModel;
  readonly files: ConsoleFiles;
  readonly overrides: ConsoleOverrides;
  readonly history: ConsoleHistory;
  /** What stands behind the script's name in sys.argv, as a shell would split it. */
  readonly parameters = createStore('');
  readonly dialect = createStore<Dialect>('');
  readonly #runs = createStore<readonly ConsoleRun[]>([]);
  readonly #selected = createStore<ConsoleRun | undefined>(undefined);
  readonly #unresolved = createStore<readonly UnresolvedHost[]>([]);
  readonly #words: RunWords;
  #spare: ConsoleRun | undefined;
  #lastId = 0;

  constructor(app: AppModel, words: RunWords) {
    this.app = app;
    this.#words = words;
    this.files = new ConsoleFiles(app.inspector);
    this.overrides = new ConsoleOverrides(app.inspector);
    this.history = new ConsoleHistory(app.inspector);
    const follow = () => {
      for (const run of [...this.#runs.get(), ...(this.#spare === undefined ? [] : [this.#spare])])
        run.setOverrides(this.#overrides());
    };
    this.overrides.list.subscribe(follow);
    app.inspector.sources.subscribe(follow);
    this.dialect.subscribe(() => {
      this.#spare?.close();
      this.#spare = undefined;
      this.prepare();
    });
  }

  /** In the order they were begun. */
  get runs(): Readable<readonly ConsoleRun[]> {
    return this.#runs;
  }

  /** The run whose terminal is on screen. */
  get selected(): Readable<ConsoleRun | undefined> {
    return this.#selected;
  }

  /** Hosts that wait for a destination, in the order they came up. */
  get unresolved(): Readable<readonly UnresolvedHost[]> {
    return this.#unresolved;
  }

  /** Reads what the host keeps. Rejects where it cannot be asked. */
  async load(): Promise<void> {
    await Promise.all([this.files.load(), this.overrides.load(), this.history.load()]);
  }

  /** Readies the interpreter that runs next. */
  prepare(): void {
    this.#spare ??= this.#create();
  }

  select(run: ConsoleRun): void {
    this.#selected.set(run);
  }

  /** Runs the file on screen; an earlier run of it ends, others go on. */
  runFile(): void {
    const file = this.files.current;
    if (file === undefined) return;
    const earlier = this.#runs.get().find((run) => run.title.get() === file.name);
    const files = Object.fromEntries(this.files.files.get().map(({ name, text }) => [name, text]));
    const run = this.#take(earlier);
    run.start(file.name, files, splitArguments(this.parameters.get()));
    this.#forgetUnresolved(earlier);
  }

  /** Runs lines of the file on screen over the names of the selected run, or in a console of their own. */
  runLines(text: string, firstLine: number): void {
    const file = this.files.current;
    if (file === undefined) return;
    const run = this.#selected.get();
    if (run !== undefined && run.state.get() === 'prompt') run.runBlock(text, file.name, firstLine);
    else {
      const fresh = this.openPrompt();
      const begun = fresh.state.subscribe(() => {
        if (fresh.state.get() === 'starting') return;
        begun[Symbol.dispose]();
        fresh.runBlock(text, file.name, firstLine);
      });
    }
  }

  /** A console without a script. */
  openPrompt(): ConsoleRun {
    const run = this.#take(undefined);
    run.openPrompt();
    return run;
  }

  /** The run on screen; opens a prompt where there is none. */
  ensureRun(): ConsoleRun {
    return this.#selected.get() ?? this.openPrompt();
  }

  stop(): void {
    this.#selected.get()?.stop();
  }

  /** Ends a run and takes its terminal away; its sources stay readable. */
  close(run: ConsoleRun): void {
    run.close();
    const runs = this.#runs.get();
    const at = runs.indexOf(run);
    const left = runs.filter((other) => other !== run);
    this.#runs.set(left);
    if (this.#selected.get() === run) this.#selected.set(left[at] ?? left[at - 1]);
    this.#forgetUnresolved(run);
  }

  /** Opens the built-in broker, and runs the script again that asked for it. */
  async openDemo(unresolved: UnresolvedHost): Promise<void> {
    await this.app.inspector.call('openDemo', {});
    this.#again(unresolved);
  }

  /** Sends a host that does not resolve elsewhere, and runs its script again. */
  redirect(unresolved: UnresolvedHost, to: string): void {
    this.overrides.set(unresolved.host, to);
    this.#again(unresolved);
  }

  #again({ host, run }: UnresolvedHost): void {
    this.#unresolved.update((all) => all.filter((each) => each.host !== host));
    const name = run.title.get();
    if (this.files.find(name) === undefined) return;
    this.files.select(name);
    this.runFile();
  }

  dismiss(unresolved: UnresolvedHost): void {
    this.#unresolved.update((all) => all.filter((each) => each !== unresolved));
  }

  /** Brokers that a host can be sent to: those of the sources that were opened here. */
  destinations(): readonly { readonly name: string; readonly url: string }[] {
    const seen = new Set<string>();
    return this.app.inspector.sources
      .get()
      .filter((source) => source.kind === 'session' && source.endpoint !== '')
      .map((source) => ({ name: source.name, url: source.endpoint }))
      .filter(({ url }) => !seen.has(url) && seen.add(url));
  }

  /** The user's, and the name under which examples know the built-in broker. */
  #overrides(): readonly HostOverride[] {
    const demo = this.app.inspector.sources.get().find((source) => source.demo);
    const list = this.overrides.list.get();
    return demo === undefined || demo.endpoint === '' ? list : [...list, { from: DEMO_HOST, to: demo.endpoint }];
  }

  #take(replaced: ConsoleRun | undefined): ConsoleRun {
    const spare = this.#spare?.isSpare === true ? this.#spare : this.#create();
    this.#spare = undefined;
    replaced?.close();
    const runs = this.#runs.get();
    const at = replaced === undefined ? -1 : runs.indexOf(replaced);
    this.#runs.set(at === -1 ? [...runs, spare] : runs.with(at, spare));
    this.#selected.set(spare);
    return spare;
  }

  #create(): ConsoleRun {
    this.#lastId += 1;
    const run = new ConsoleRun({
      id: this.#lastId,
      python: this.app.python,
      overrides: this.#overrides(),
      dialect: this.dialect.get(),
      history: this.history,
      words: this.#words,
      unresolved: (host, from) => this.#missing(host, from),
    });
    return run;
  }

  #missing(host: string, run: ConsoleRun): void {
    if (this.#unresolved.get().some((known) => known.host === host)) return;
    this.#unresolved.update((all) => [...all, { host, run }]);
  }

  #forgetUnresolved(run: ConsoleRun | undefined): void {
    if (run !== undefined) this.#unresolved.update((all) => all.filter((each) => each.run !== run));
  }
}

/** The clients of a run by its {@link ConsoleRun.number}, oldest first. */
export function clientsOf(run: number, sources: readonly SourceSummary[]): readonly SourceSummary[] {
  return sources.filter((source) => source.run?.id === run);
}
