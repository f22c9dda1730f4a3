/** The attempts of one source to reach its broker, stage by stage, for the waterfall and the Security view. */

import type {
  ConnectionAttempt,
  ConnectionFailure,
  DeviceRecord,
  StageRecord,
} from '../../../shared/contract/connection-records.ts';
import type { Stage, TlsFacts } from './ports.ts';

/** Attempts kept; older ones are counted in {@link ConnectionLog.dropped}. */
export const ATTEMPTS_KEPT = 50;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type OpenAttempt = Mutable<Omit<ConnectionAttempt, 'stages'>> & { stages: StageRecord[] };

/** Oldest first, bounded. {@link revision} grows with every change, so that a reader can tell whether to look again. */
export class ConnectionLog {
  readonly #attempts: OpenAttempt[] = [];
  #dropped = 0;
  revision = 0;

  get attempts(): readonly ConnectionAttempt[] {
    return this.#attempts;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** The attempt that stages and failures now belong to; undefined before the first. */
  get current(): ConnectionAttempt | undefined {
    return this.#attempts.at(-1);
  }

  begin(connection: number, startUs: number): void {
    this.#attempts.push({ connection, startUs, stages: [] });
    if (this.#attempts.length > ATTEMPTS_KEPT) {
      this.#attempts.shift();
      this.#dropped += 1;
    }
    this.revision += 1;
  }

  /** A transport stage began, ended or failed. */
  stage(stage: Stage): void {
    this.#put({
      name: stage.name,
      startUs: stage.startUs,
      ...(stage.endUs === undefined ? {} : { endUs: stage.endUs }),
      failed: stage.failure !== undefined,
      facts:
        stage.failure === undefined ? stage.facts : { ...stage.facts, code: stage.failure.code, ...stage.failure.data },
    });
  }

  opened(facts: { readonly remoteAddress: string; readonly localAddress: string; readonly tls?: TlsFacts }): void {
    this.#change((attempt) => Object.assign(attempt, facts));
  }

  /** What is known of the device whose connection a tap passes on. */
  device(device: DeviceRecord): void {
    this.#change((attempt) => {
      attempt.device = device;
    });
  }

  /** A packet stage starts: CONNECT or the first SUBSCRIBE went out. Ignored where the attempt already has one. */
  packetStageBegan(name: 'connect' | 'suback' | 'first-message', startUs: number): void {
    if (this.current?.stages.some((stage) => stage.name === name) === true) return;
    this.#put({ name, startUs, failed: false, facts: {} });
  }

  /** Its answer came. Ignored where the stage did not begin or has ended. */
  packetStageEnded(
    name: 'connect' | 'suback' | 'first-message',
    endUs: number,
    failed: boolean,
    facts: Stage['facts'],
  ): void {
    const begun = this.current?.stages.find((stage) => stage.name === name);
    if (begun === undefined || begun.endUs !== undefined) return;
    this.#put({ ...begun, endUs, failed, facts });
  }

  /** Marks a stage that still runs as failed; the connection ended while it waited. */
  failed(failure: ConnectionFailure): void {
    this.#change((attempt) => {
      attempt.failure ??= failure;
      const running = attempt.stages.findIndex((stage) => stage.endUs === undefined && !stage.failed);
      const stage = attempt.stages[running];
      if (stage !== undefined) {
        attempt.stages[running] = {
          ...stage,
          endUs: failure.atUs,
          failed: true,
          facts: { ...stage.facts, code: failure.code, ...failure.data },
        };
      }
    });
  }

  /** A better reason for the failure that the current attempt has. */
  explained(failure: ConnectionFailure): void {
    this.#change((attempt) => {
      attempt.failure = failure;
    });
  }

  ended(endUs: number): void {
    this.#change((attempt) => {
      attempt.endUs ??= endUs;
    });
  }

  #put(stage: StageRecord): void {
    this.#change(({ stages }) => {
      const at = stages.findIndex(({ name }) => name === stage.name);
      if (at < 0) stages.push(stage);
      else stages[at] = stage;
    });
  }

  #change(change: (attempt: OpenAttempt) => void): void {
    const attempt = this.#attempts.at(-1);
    if (attempt === undefined) return;
    change(attempt);
    this.revision += 1;
  }
}
