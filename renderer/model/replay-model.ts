/** The form of a replay: which messages, where to, how fast; and what can be done with those that run. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { ProcedureInput, ProcedureOutput } from '../../shared/contract/procedures.ts';
import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { ReplayRecord } from '../../shared/contract/replay-records.ts';
import type { SourceSummary } from '../../shared/contract/source-records.ts';
import { parseFilter } from '../../shared/filter/filter-parse.ts';
import { checkTopicRule, mapTopic, type TopicRuleFault } from '../../shared/mqtt/topic-mapping.ts';
import type { AppModel } from './app-model.ts';
import type { ChosenPackets } from './navigation.ts';
import { numberIn } from './publish-form.ts';
import { createStore, derive, type Readable } from './store.ts';

export type Pace = 'recorded' | 'scaled' | 'fastest';

/** Everything as typed. */
export interface ReplayForm {
  readonly from: SourceId | undefined;
  readonly filter: string;
  readonly direction: 'both' | 'client-to-server' | 'server-to-client';
  /** Messages before this packet are left out. */
  readonly fromSeq: number | undefined;
  /** Only messages among these packets. */
  readonly chosen: ChosenPackets | undefined;
  readonly to: SourceId | undefined;
  readonly pace: Pace;
  /** 2 is twice as fast. */
  readonly factor: string;
  readonly endless: boolean;
  readonly rounds: string;
  readonly rules: readonly (readonly [from: string, to: string])[];
  readonly qos: '' | '0' | '1' | '2';
  readonly retain: '' | 'yes' | 'no';
}

export type ReplayField = 'from' | 'to' | 'filter' | 'factor' | 'rounds' | 'rules';

export type ReplayPreview = ProcedureOutput<'previewReplay'>;

const FIRST: ReplayForm = {
  from: undefined,
  filter: '',
  direction: 'both',
  fromSeq: undefined,
  chosen: undefined,
  to: undefined,
  pace: 'recorded',
  factor: '10',
  endless: false,
  rounds: '1',
  rules: [],
  qos: '',
  retain: '',
};

/** Slowest and fastest that a form takes. */
export const FACTORS = { min: 0.1, max: 100 } as const;
const MOST_ROUNDS = 1_000_000;
/** A preview is asked for once nothing was changed for so long. */
const TYPING_PAUSE_MS = 300;

export class ReplayModel {
  readonly #app: AppModel;
  readonly #form = createStore<ReplayForm>(FIRST);
  readonly #tried = createStore(false);
  readonly #busy = createStore(false);
  readonly #preview = createStore<ReplayPreview | undefined>(undefined);
  #previewed: ReplayForm | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What is wrong with the form; what is only missing counts once the button was pressed in vain. */
  readonly faults: Readable<ReadonlySet<ReplayField>>;

  constructor(app: AppModel) {
    this.#app = app;
    this.faults = derive([this.#form, this.#tried], () => faultsOf(this.#form.get(), this.#tried.get()));
  }

  get form(): Readable<ReplayForm> {
    return this.#form;
  }

  get busy(): Readable<boolean> {
    return this.#busy;
  }

  /** Of the messages that the form names; undefined until the service has counted them. */
  get preview(): Readable<ReplayPreview | undefined> {
    return this.#preview;
  }

  change(patch: Partial<ReplayForm>): void {
    this.#form.update((form) => ({ ...form, ...patch }));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.look(), TYPING_PAUSE_MS);
  }

  /** Sources that are gone are no choice any more; the selected source is the first. */
  settle(sources: readonly SourceSummary[], selected: SourceId | undefined): void {
    const { from, to } = this.#form.get();
    const isOpen = (id: SourceId | undefined): boolean => sources.some((source) => source.id === id);
    const sessions = sources.filter(({ kind }) => kind === 'session');
    const next = {
      from: isOpen(from) ? from : (selected ?? sources[0]?.id),
      to: sessions.some(({ id }) => id === to)
        ? to
        : (sessions.find(({ state }) => state === 'connected') ?? sessions[0])?.id,
    };
    if (next.from !== from || next.to !== to) this.change(next);
  }

  /** Counts the messages again; capture and form may have changed. */
  async look(): Promise<void> {
    const form = this.#form.get();
    const { from } = form;
    this.#previewed = form;
    if (from === undefined || parseFilter(form.filter).errors.length > 0) {
      this.#preview.set(undefined);
      return;
    }
    const preview = await this.#app.inspector.call('previewReplay', { ...messagesOf(form), from }).catch((error) => {
      if (!(error instanceof InspectorError)) throw error;
      return undefined;
    });
    if (this.#previewed === form) this.#preview.set(preview);
  }

  async start(): Promise<void> {
    this.#tried.set(true);
    const form = this.#form.get();
    const { from, to } = form;
    if (faultsOf(form, true).size > 0 || from === undefined || to === undefined || this.#busy.get()) return;
    this.#busy.set(true);
    const { actions, inspector } = this.#app;
    const started = await actions.run(() => inspector.call('startReplay', requestOf(form, from, to)));
    this.#busy.set(false);
    if (started !== undefined) this.#tried.set(false);
  }

  pause({ replay }: ReplayRecord): void {
    void this.#app.actions.run(() => this.#app.inspector.call('pauseReplay', { replay }));
  }

  resume({ replay }: ReplayRecord): void {
    void this.#app.actions.run(() => this.#app.inspector.call('resumeReplay', { replay }));
  }

  /** Ends one that runs, takes one that is over off the list. */
  stop({ replay }: ReplayRecord): void {
    void this.#app.actions.run(() => this.#app.inspector.call('stopReplay', { replay }));
  }
}

/** What is wrong with one rule; an empty line is none and has no faults. */
export function ruleFault([from, to]: readonly [string, string]): TopicRuleFault | undefined {
  return from === '' && to === '' ? undefined : checkTopicRule({ from, to });
}

/** Where a message on `topic` would go by the rules that have no faults. */
export function mappedTopic(rules: ReplayForm['rules'], topic: string): string {
  return mapTopic(usable(rules), topic);
}

function usable(rules: ReplayForm['rules']): { from: string; to: string }[] {
  return rules
    .filter((rule) => (rule[0] !== '' || rule[1] !== '') && ruleFault(rule) === undefined)
    .map(([from, to]) => ({ from, to }));
}

function messagesOf({ filter, direction, fromSeq, chosen }: ReplayForm): Omit<ProcedureInput<'previewReplay'>, 'from'> {
  const ranges = chosen?.ranges.map(([first, last]): [number, number] => [first, last]);
  return {
    filter,
    direction,
    ...(fromSeq === undefined ? {} : { fromSeq }),
    ...(ranges === undefined ? {} : { ranges }),
  };
}

function requestOf(form: ReplayForm, from: SourceId, to: SourceId): ProcedureInput<'startReplay'> {
  const { pace, factor, endless, rounds, rules, qos, retain } = form;
  return {
    ...messagesOf(form),
    from,
    to,
    speed: pace === 'fastest' ? 0 : pace === 'recorded' ? 1 : Number(factor),
    rounds: endless ? 0 : Number(rounds),
    topics: usable(rules),
    ...(qos === '' ? {} : { qos: qos === '0' ? 0 : qos === '1' ? 1 : 2 }),
    ...(retain === '' ? {} : { retain: retain === 'yes' }),
  };
}

function faultsOf(form: ReplayForm, tried: boolean): ReadonlySet<ReplayField> {
  const faults = new Set<ReplayField>();
  if (tried && form.from === undefined) faults.add('from');
  if (tried && form.to === undefined) faults.add('to');
  if (parseFilter(form.filter).errors.length > 0) faults.add('filter');
  const factor = /^\d+(\.\d+)?$/.test(form.factor.trim()) ? Number(form.factor) : Number.NaN;
  if (form.pace === 'scaled' && !(factor >= FACTORS.min && factor <= FACTORS.max)) faults.add('factor');
  const rounds = numberIn(form.rounds, 1, MOST_ROUNDS);
  if (!form.endless && (rounds === undefined || Number.isNaN(rounds))) faults.add('rounds');
  if (form.rules.some((rule) => ruleFault(rule) !== undefined)) faults.add('rules');
  return faults;
}
