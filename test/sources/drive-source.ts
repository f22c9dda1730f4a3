/** A session source over real sockets for tests: what it recorded as a transcript, and waiting for what shall happen. */

import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { decodePacket } from '../../main/engine/codec/decode.ts';
import { flowDetail } from '../../main/engine/capture/flows/flow-view.ts';
import type { SessionFact } from '../../main/engine/session/output.ts';
import type { TransportFactory, TransportOptions } from '../../main/engine/sources/ports.ts';
import { Recording } from '../../main/engine/sources/recording.ts';
import {
  DEFAULT_SESSION_OPTIONS,
  type SessionOptions,
  SessionSource,
} from '../../main/engine/sources/session-source.ts';
import { createTransport } from '../../main/engine/transport/create.ts';
import { systemClock, systemRandom } from '../../main/engine/transport/system.ts';
import type { FlowState } from '../../shared/contract/flow-records.ts';
import { packetLabel } from '../../shared/mqtt/labels.ts';

/** A loaded machine is slow; what does come to pass does not wait for it. */
const PATIENCE_MS = 15_000;

const utf8 = { encode: new TextEncoder(), decode: new TextDecoder() };

export interface DriveOptions {
  readonly session?: Partial<SessionOptions>;
  readonly transport: Partial<TransportOptions> & { readonly port: number };
  readonly byteBudget?: number;
  readonly maxPacketBytes?: number;
  readonly createTransport?: TransportFactory;
}

let clients = 0;

/** Not connected yet: call {@link DrivenSource.connect} or `source.connect`. */
export class DrivenSource implements Disposable {
  readonly source: SessionSource;
  readonly recording: Recording;
  readonly facts: SessionFact[] = [];
  readonly settled: string[] = [];

  constructor(options: DriveOptions) {
    this.recording = new Recording({
      byteBudget: options.byteBudget ?? 256 * 1024 * 1024,
      maxPacketBytes: options.maxPacketBytes ?? 268_435_460,
      random: systemRandom,
    });
    clients += 1;
    this.source = new SessionSource(
      {
        session: {
          ...DEFAULT_SESSION_OPTIONS,
          clientId: `driven-${process.pid}-${clients}`,
          reconnect: { minDelayMs: 100, maxDelayMs: 500, jitter: 0, after: 'healing' },
          ...options.session,
        },
        transport: { protocol: 'mqtt', host: '127.0.0.1', connectTimeoutMs: 10_000, ...options.transport },
        recording: this.recording,
        clock: systemClock,
        createTransport: options.createTransport ?? createTransport,
      },
      {
        changed: () => undefined,
        fact: (fact) => void this.facts.push(fact),
        settled: (_ticket, packetId, settlement, reasonCode) =>
          void this.settled.push(`#${packetId} ${settlement}${reasonCode === 0 ? '' : ` ${reasonCode}`}`),
      },
    );
  }

  /** Connects and waits for CONNACK. */
  async connect(): Promise<void> {
    this.source.connect();
    await this.until('connected', () => this.source.state === 'connected');
  }

  /** Subscribes and waits for SUBACK. */
  async subscribe(topicFilter: string, qos: 0 | 1 | 2): Promise<void> {
    const answered = this.count('subscribed');
    this.source.subscribe([{ topicFilter, qos }]);
    await this.until('SUBACK', () => this.count('subscribed') > answered);
  }

  publish(topic: string, text: string, qos: 0 | 1 | 2, retain = false): void {
    const { outcome } = this.source.publish({ topic, payload: utf8.encode.encode(text), qos, retain });
    if (outcome === 'refused') throw new Error(`the session refused to publish to ${topic}`);
  }

  count(fact: SessionFact['fact']): number {
    return this.facts.filter((each) => each.fact === fact).length;
  }

  /** Waits for a condition; fails with the transcript where it does not come to hold. */
  async until(what: string, holds: () => boolean, patienceMs = PATIENCE_MS): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while (!holds()) {
      if (performance.now() > deadline) {
        expect.fail(
          `${what} did not come to pass in state ${this.source.state}\n${this.transcript().slice(-60).join('\n')}\n` +
            `${JSON.stringify(this.facts.slice(-10))}\nsettled ${this.settled.join(', ')}; open flows ${this.flowsIn('open')}`,
        );
      }
      await pause(5);
    }
  }

  /** One line a row: direction and label of the packet, or the event. */
  transcript(): string[] {
    const { capture } = this.recording;
    const lines: string[] = [];
    for (let seq = capture.firstSeq; seq < capture.nextSeq; seq += 1) lines.push(this.line(seq));
    return lines;
  }

  line(seq: number): string {
    const { capture } = this.recording;
    const event = capture.eventAt(seq);
    if (event !== undefined) return `* ${event.kind}`;
    const arrow = capture.direction(seq) === 'client-to-server' ? '→' : '←';
    const { version } = capture.protocolVersion(capture.connection(seq));
    const { packet, malformed } = decodePacket(capture.bytes(seq), version, capture.direction(seq));
    if (malformed !== undefined) return `${arrow} malformed`;
    return packet === undefined ? `${arrow} ?` : `${arrow} ${packetLabel(packet, version)}`;
  }

  /** `publish2 → complete PUBLISH PUBREC PUBREL PUBCOMP` for each flow of a topic. */
  flows(topic: string): string[] {
    const { flows, topics } = this.recording;
    const { store } = flows;
    const lines: string[] = [];
    for (let flow = store.first; flow < store.end; flow += 1) {
      const detail = flowDetail(store, flow, {
        source: 0,
        nowUs: systemClock.nowUs(),
        topicText: (id) => topics.table.text(id),
        facts: (seq) => this.#facts(seq),
      });
      if (detail?.topic !== topic) continue;
      const arrow = detail.direction === 'client-to-server' ? '→' : '←';
      const steps = detail.steps.map((step) => step.type.toUpperCase() + (step.dup ? '(dup)' : ''));
      lines.push(`${detail.kind} ${arrow} ${detail.state}: ${steps.join(' ')}`);
    }
    return lines;
  }

  /** Flows in `state`. */
  flowsIn(state: FlowState): number {
    const { store } = this.recording.flows;
    let found = 0;
    for (let flow = store.first; flow < store.end; flow += 1) {
      const detail = flowDetail(store, flow, {
        source: 0,
        nowUs: systemClock.nowUs(),
        topicText: () => '',
        facts: () => undefined,
      });
      if (detail?.state === state) found += 1;
    }
    return found;
  }

  /** Messages counted for a topic, and the text of its last one's packet. */
  topic(name: string): { readonly messages: number; readonly last: string } | undefined {
    const { topics } = this.recording;
    const id = topics.table.find(utf8.encode.encode(name));
    if (id < 0) return undefined;
    const last = this.recording.lastPublish(id);
    return { messages: topics.stats.messagesOf(id), last: utf8.decode.decode(last) };
  }

  /** Names of the newest attempt's stages, a failed one with an exclamation mark. */
  stages(): string[] {
    return (this.source.log.current?.stages ?? []).map(({ name, failed }) => name + (failed ? '!' : ''));
  }

  [Symbol.dispose](): void {
    this.source.close();
  }

  #facts(seq: number) {
    const { capture } = this.recording;
    if (!capture.has(seq)) return undefined;
    const { version } = capture.protocolVersion(capture.connection(seq));
    const { packet } = decodePacket(capture.bytes(seq), version, capture.direction(seq));
    if (packet === undefined) return undefined;
    return {
      timeUs: capture.timeUs(seq),
      direction: capture.direction(seq),
      type: packet.type,
      dup: packet.type === 'publish' && packet.dup,
      reasonCode: 'reasonCode' in packet ? packet.reasonCode : 0,
      connection: capture.connection(seq),
    };
  }
}
