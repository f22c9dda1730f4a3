/** Keeps the timed facts of one connection attempt and tells them as they change. */

import type { Clock, Stage, StageName, TransportFailure } from '../sources/ports.ts';

export type StageFacts = Stage['facts'];

/** The stages of one attempt. A stage that runs again (the next SRV target) replaces its earlier fact. */
export class Stages {
  readonly #clock: Clock;
  readonly #tell: (stage: Stage) => void;
  readonly #known = new Map<StageName, Stage>();

  constructor(clock: Clock, tell: (stage: Stage) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** The stage that runs now: the latest to begin that has not ended. */
  get running(): StageName | undefined {
    return [...this.#known.values()].findLast((stage) => stage.endUs === undefined)?.name;
  }

  begin(name: StageName, facts: StageFacts = {}): void {
    this.#known.delete(name);
    this.#set({ name, startUs: this.#clock.nowUs(), facts });
  }

  /** Adds facts to a stage, whether it runs or not. */
  note(name: StageName, facts: StageFacts): void {
    const stage = this.#known.get(name);
    if (stage !== undefined) this.#set({ ...stage, facts: { ...stage.facts, ...facts } });
  }

  end(name: StageName, facts: StageFacts = {}): void {
    const stage = this.#known.get(name);
    if (stage !== undefined) this.#set({ ...stage, endUs: this.#clock.nowUs(), facts: { ...stage.facts, ...facts } });
  }

  /** Ends a stage in failure; one that had ended well keeps its end: a TLS 1.3 server refuses a certificate later. */
  fail(name: StageName, failure: TransportFailure): void {
    const stage = this.#known.get(name) ?? { name, startUs: this.#clock.nowUs(), facts: {} };
    this.#set({ ...stage, endUs: stage.endUs ?? this.#clock.nowUs(), failure });
  }

  has(name: StageName): boolean {
    return this.#known.has(name);
  }

  #set(stage: Stage): void {
    this.#known.set(stage.name, stage);
    this.#tell(stage);
  }
}
