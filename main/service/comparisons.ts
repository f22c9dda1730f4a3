/** The comparisons of a service: they work between frames, and stay to be read until they are closed. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { ProcedureParsed } from '../../shared/contract/procedures.ts';
import type { ComparisonRecord, ComparisonState } from '../../shared/contract/comparison-records.ts';
import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { Clock } from '../engine/sources/ports.ts';
import { type ComparedSide, Comparison } from './comparison.ts';
import { requireFilter } from './filter-text.ts';
import { flowDetail } from './flow-detail.ts';
import type { LiveSource } from './live-source.ts';

type Request = ProcedureParsed<'startComparison'>;

/** One slice of work, microseconds; frames have the rest. */
const SLICE_US = 6_000;
/** Pages hear of progress this often. */
const TELL_US = 200_000;
/** Comparisons that can be read at once; the oldest goes. */
const KEPT = 6;

interface Running {
  readonly id: number;
  readonly request: Request;
  readonly comparison: Comparison;
  state: ComparisonState;
  timer: Disposable | undefined;
  toldUs: number;
}

export class Comparisons {
  readonly #clock: Clock;
  readonly #source: (id: SourceId) => LiveSource;
  readonly #changed: () => void;
  readonly #running = new Map<number, Running>();
  #nextId = 0;

  /** `source` throws `no-such-source`. */
  constructor(clock: Clock, source: (id: SourceId) => LiveSource, changed: () => void) {
    this.#clock = clock;
    this.#source = source;
    this.#changed = changed;
  }

  /** Oldest first. */
  get all(): readonly ComparisonRecord[] {
    return [...this.#running.values()].map(recordOf);
  }

  /** Throws `no-such-source`, `no-such-flow` and `bad-filter`. */
  start(request: Request): ComparisonRecord {
    const { a, b, ignoresDirection, ignoresOrder, toleranceMs } = request;
    const comparison = new Comparison(this.#sideOf(a), this.#sideOf(b), {
      ignoresDirection,
      ignoresOrder,
      toleranceMs,
    });
    const id = this.#nextId;
    this.#nextId += 1;
    const running: Running = { id, request, comparison, state: 'running', timer: undefined, toldUs: 0 };
    this.#running.set(id, running);
    const [oldest] = this.#running.keys();
    if (this.#running.size > KEPT && oldest !== undefined) this.#forget(oldest);
    this.#work(running);
    this.#changed();
    return recordOf(running);
  }

  /** Throws `no-such-comparison`. */
  close(id: number): void {
    const running = this.#of(id);
    if (running.state === 'running') {
      running.timer?.[Symbol.dispose]();
      running.state = 'cancelled';
    } else this.#forget(id);
    this.#changed();
  }

  /** Throws `no-such-comparison`, also while it is not done. */
  done(id: number): Comparison {
    const { comparison, state } = this.#of(id);
    if (state !== 'done') throw new InspectorError('no-such-comparison', { comparison: id });
    return comparison;
  }

  closeOf(source: SourceId): void {
    for (const { id, request } of [...this.#running.values()])
      if (request.a.source === source || request.b.source === source) this.#forget(id);
    this.#changed();
  }

  closeAll(): void {
    for (const id of [...this.#running.keys()]) this.#forget(id);
  }

  #sideOf({ source, filter, flow }: Request['a']): ComparedSide {
    const live = this.#source(source);
    const { recording, filterSubject: subject } = live;
    if (flow !== undefined) {
      const { steps } = flowDetail(live, flow, this.#clock.nowUs(), Number.POSITIVE_INFINITY);
      return { recording, packets: Float64Array.from(steps, ({ seq }) => seq), subject };
    }
    const packets = requireFilter(filter);
    return { recording, packets, subject };
  }

  #of(id: number): Running {
    const found = this.#running.get(id);
    if (found === undefined) throw new InspectorError('no-such-comparison', { comparison: id });
    return found;
  }

  #forget(id: number): void {
    this.#running.get(id)?.timer?.[Symbol.dispose]();
    this.#running.delete(id);
  }

  #work(running: Running): void {
    running.timer = this.#clock.after(0, () => {
      const startUs = this.#clock.nowUs();
      const isDone = running.comparison.advance(() => this.#clock.nowUs() - startUs > SLICE_US);
      if (isDone) running.state = 'done';
      else this.#work(running);
      const nowUs = this.#clock.nowUs();
      if (!isDone && nowUs - running.toldUs < TELL_US) return;
      running.toldUs = nowUs;
      this.#changed();
    });
  }
}

function recordOf({ id, request, comparison, state }: Running): ComparisonRecord {
  return {
    comparison: id,
    a: request.a.source,
    b: request.b.source,
    state,
    progress: comparison.progress,
    counts: comparison.counts,
    total: comparison.total('all'),
    differing: comparison.total('differences'),
    cut: comparison.tooMany,
  };
}
