/** Messages that are published again and again until stopped. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { ProcedureParsed } from '../../shared/contract/procedures.ts';
import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { RepeatRecord } from '../../shared/contract/replay-records.ts';
import type { Clock } from '../engine/sources/ports.ts';

type Request = ProcedureParsed<'startRepeat'>;

interface Repeat {
  readonly id: number;
  readonly request: Request;
  readonly startUs: number;
  sent: number;
  refused: number;
  timer: Disposable | undefined;
}

/** The contract tells the page about progress this often, not at every message. */
const TELL_US = 250_000;

/**
 * Keeps to the schedule start + n × interval, so that a late timer does not slow the rest down; what a blocked process missed
 * is skipped, never sent in a burst.
 */
export class Repeats {
  readonly #clock: Clock;
  /** Publishes once; throws where the session refuses. */
  readonly #publish: (request: Request) => void;
  readonly #changed: () => void;
  readonly #repeats = new Map<number, Repeat>();
  #nextId = 0;
  #toldUs = 0;

  constructor(clock: Clock, publish: (request: Request) => void, changed: () => void) {
    this.#clock = clock;
    this.#publish = publish;
    this.#changed = changed;
  }

  get all(): readonly RepeatRecord[] {
    return [...this.#repeats.values()].map(recordOf);
  }

  /** Publishes the first message before it returns; throws what that throws, and nothing is repeated then. */
  start(request: Request): RepeatRecord {
    this.#publish(request);
    const id = this.#nextId;
    this.#nextId += 1;
    const repeat: Repeat = { id, request, startUs: this.#clock.nowUs(), sent: 1, refused: 0, timer: undefined };
    this.#repeats.set(id, repeat);
    this.#schedule(repeat);
    this.#changed();
    return recordOf(repeat);
  }

  /** Throws `no-such-repeat`. */
  stop(id: number): void {
    const repeat = this.#repeats.get(id);
    if (repeat === undefined) throw new InspectorError('no-such-repeat', { repeat: id });
    repeat.timer?.[Symbol.dispose]();
    this.#repeats.delete(id);
    this.#changed();
  }

  stopOf(source: SourceId): void {
    for (const { id, request } of [...this.#repeats.values()]) if (request.source === source) this.stop(id);
  }

  stopAll(): void {
    for (const id of [...this.#repeats.keys()]) this.stop(id);
  }

  #schedule(repeat: Repeat): void {
    const { intervalMs, count } = repeat.request;
    if (count > 0 && repeat.sent + repeat.refused >= count) {
      this.stop(repeat.id);
      return;
    }
    const elapsedMs = (this.#clock.nowUs() - repeat.startUs) / 1000;
    const delayMs = (Math.floor(elapsedMs / intervalMs) + 1) * intervalMs - elapsedMs;
    repeat.timer = this.#clock.after(delayMs, () => this.#fire(repeat));
  }

  #fire(repeat: Repeat): void {
    try {
      this.#publish(repeat.request);
      repeat.sent += 1;
    } catch (error) {
      if (!(error instanceof InspectorError)) throw error;
      repeat.refused += 1;
    }
    this.#schedule(repeat);
    const nowUs = this.#clock.nowUs();
    if (nowUs - this.#toldUs < TELL_US) return;
    this.#toldUs = nowUs;
    this.#changed();
  }
}

function recordOf({ id, request, sent, refused }: Repeat): RepeatRecord {
  const { source, topic, intervalMs } = request;
  return { repeat: id, source, topic, intervalMs, sent, refused };
}
