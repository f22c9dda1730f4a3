/** A packet on its way through the rules that it meets: what they, and the user it may wait for, make of it. */

import type { HeldPacket, Intervention, RuleAction, Verdict } from '../../../shared/contract/rules.ts';
import { type Direction, PACKET_TYPES, type ProtocolVersion, type QoS } from '../../../shared/mqtt/packet.ts';
import type { ConnectionId } from '../capture/capture.ts';
import type { Clock, Random } from '../sources/ports.ts';
import type { Recording } from '../sources/recording.ts';
import { changePublish, corruptByte, EditFault, payloadBytes, readPublish } from './change-packet.ts';
import { isPing, type PacketLane, type Waiting } from './packet-lane.ts';
import type { ActiveRule, RuleSet } from './rule-set.ts';

/** Of what was sent instead of a packet, so much is kept with its row. */
const KEPT_BYTES = 65_536;

/** Where a connection's packets are. */
export interface PacketSurroundings {
  readonly rules: RuleSet;
  readonly recording: Recording;
  readonly connection: ConnectionId;
  /** Number of the source that a waiting packet is shown under. */
  readonly source: number;
  readonly sourceName: () => string;
  readonly clock: Clock;
  readonly random: Random;
}

export interface PacketContext extends PacketSurroundings {
  readonly lane: PacketLane;
  readonly deliver: (packet: RuledPacket) => void;
  /** It will not pass as it is. */
  readonly notPassed: (packet: RuledPacket) => void;
  readonly freeIdentifier: () => number;
  readonly answer: (packet: RuledPacket, reasonCode: number) => void;
  readonly close: (how: 'in-order' | 'reset') => void;
}

export interface PacketFacts {
  readonly direction: Direction;
  /** As they came. */
  readonly bytes: Uint8Array;
  /** Its row, -1 where none is kept. */
  readonly seq: number;
  readonly arrivedUs: number;
  readonly version: ProtocolVersion;
  readonly steps: readonly ActiveRule[];
}

/** What one step leaves of a packet. */
type Outcome = 'next' | 'waits' | 'over';

export class RuledPacket implements Waiting {
  readonly bytes: Uint8Array;
  readonly packets = 1;
  readonly isPing: boolean;
  readonly direction: Direction;
  readonly seq: number;
  readonly version: ProtocolVersion;
  /** Bytes that pass. */
  passing: Uint8Array;
  /** How often it passes beyond the once. */
  copies = 0;
  readonly #context: PacketContext;
  readonly #arrivedUs: number;
  readonly #steps: readonly ActiveRule[];
  #step = 0;
  #delayedToUs: number;
  /** A timer, or the place among those that wait for the user. */
  #wait: Disposable | undefined;
  #verdict: 'none' | 'asked' | 'given' = 'none';
  #over = false;

  constructor(context: PacketContext, { direction, bytes, seq, arrivedUs, version, steps }: PacketFacts) {
    this.#context = context;
    this.direction = direction;
    this.bytes = bytes;
    this.passing = bytes;
    this.isPing = isPing(bytes[0] ?? 0) && steps.length === 0;
    this.seq = seq;
    this.version = version;
    this.#arrivedUs = arrivedUs;
    this.#delayedToUs = arrivedUs;
    this.#steps = steps;
  }

  /** Name of the rule that acts, or acted last. */
  get lastRule(): string {
    const rule = this.#steps[Math.min(this.#step, this.#steps.length - 1)]?.rule;
    return rule === undefined ? '' : rule.name || rule.filter;
  }

  turn(): boolean {
    while (this.#step < this.#steps.length) {
      const outcome = this.#act(this.#steps[this.#step]?.rule.action ?? { kind: 'drop' });
      if (outcome === 'waits') return false;
      if (outcome === 'over') return true;
      this.#step += 1;
    }
    this.#over = true;
    this.#context.deliver(this);
    return true;
  }

  lost(): void {
    if (this.#over) return;
    this.#stopWaiting();
    this.note({ what: 'lost', rule: this.#steps.length === 0 ? '' : this.lastRule, waitedUs: this.#waitedUs() });
  }

  note(intervention: Omit<Intervention, 'atUs'>): void {
    const { recording, clock } = this.#context;
    if (this.seq >= 0) recording.intervene(this.seq, { ...intervention, atUs: clock.nowUs() });
  }

  #noteChange(what: Intervention['what'], more: Partial<Intervention> = {}): void {
    this.note({
      what,
      rule: this.lastRule,
      sent: this.passing.slice(0, KEPT_BYTES),
      sentLength: this.passing.length,
      ...more,
    });
  }

  #waitedUs(): number {
    return this.#context.clock.nowUs() - this.#arrivedUs;
  }

  #stopWaiting(): void {
    this.#wait?.[Symbol.dispose]();
    this.#wait = undefined;
  }

  #act(action: RuleAction): Outcome {
    const rule = this.lastRule;
    switch (action.kind) {
      case 'pause':
        return this.#pause();
      case 'delay':
        return this.#delay(action.ms);
      case 'duplicate':
        this.copies += action.copies;
        this.note({ what: 'duplicate', rule, copies: action.copies });
        return 'next';
      case 'corrupt':
        this.#corrupt(action);
        return 'next';
      case 'rewrite':
        this.#rewrite(action);
        return 'next';
      case 'drop':
        return this.#end('drop');
      case 'answer':
        this.#end('answer');
        this.#context.answer(this, action.reasonCode);
        return 'over';
      case 'close':
      case 'reset':
        return this.#close(action.kind);
    }
  }

  #end(what: 'drop' | 'answer' | 'close' | 'reset', more: Partial<Intervention> = {}): Outcome {
    this.#over = true;
    this.note({ what, rule: this.lastRule, ...more });
    this.#context.notPassed(this);
    return 'over';
  }

  #close(how: 'close' | 'reset', more: Partial<Intervention> = {}): Outcome {
    this.#end(how, more);
    this.#context.close(how === 'close' ? 'in-order' : 'reset');
    return 'over';
  }

  /** Counts from when it arrived: a row of packets that came together is delayed as one. */
  #delay(ms: number): Outcome {
    const { clock, lane } = this.#context;
    if (this.#wait === undefined) this.#delayedToUs += ms * 1000;
    const restMs = (this.#delayedToUs - clock.nowUs()) / 1000;
    this.#stopWaiting();
    if (restMs <= 0) {
      this.note({ what: 'delay', rule: this.lastRule, waitedUs: this.#waitedUs() });
      return 'next';
    }
    this.#wait = clock.after(Math.ceil(restMs), () => lane.advance());
    return 'waits';
  }

  #corrupt({ offset, mask }: Extract<RuleAction, { kind: 'corrupt' }>): void {
    const { random } = this.#context;
    const at = offset ?? randomBelow(random, this.passing.length);
    this.passing = corruptByte(this.passing, at, mask) ?? this.passing;
    this.#noteChange('corrupt');
  }

  #rewrite({ topic, payload, qos, retain }: Extract<RuleAction, { kind: 'rewrite' }>): void {
    try {
      this.#change({ topic, payload: payload === undefined ? undefined : payloadBytes(payload), qos, retain });
      this.#noteChange('rewrite');
    } catch (error) {
      if (!(error instanceof EditFault)) throw error;
      this.note({ what: 'rewrite', rule: this.lastRule, fault: error.reason });
    }
  }

  /** Throws an {@link EditFault}. */
  #change(changes: {
    readonly topic?: string | undefined;
    readonly payload?: Uint8Array | undefined;
    readonly qos?: QoS | undefined;
    readonly retain?: boolean | undefined;
  }): void {
    const packet = readPublish(this.passing, this.version);
    if (packet === undefined) throw new EditFault({ rule: '', message: 'only a PUBLISH has these fields' });
    const needsId = (changes.qos ?? packet.qos) > 0 && packet.packetId === undefined;
    const packetId = needsId ? this.#context.freeIdentifier() : undefined;
    this.passing = changePublish(packet, this.version, { ...changes, packetId });
  }

  // --- the user's word

  #pause(): Outcome {
    if (this.#verdict === 'given') {
      this.#verdict = 'none';
      return this.#over ? 'over' : 'next';
    }
    if (this.#verdict === 'none') {
      // Switched off since it arrived.
      const stop = this.#steps[this.#step]?.rule.id;
      if (!this.#context.rules.enabled.some(({ rule: { id } }) => id === stop)) return 'next';
      this.#verdict = 'asked';
      this.#wait = this.#context.rules.hold({
        describe: (id) => this.#describe(id),
        bytes: this.passing,
        resolve: (verdict) => this.#resolve(verdict),
      });
    }
    return 'waits';
  }

  #resolve(verdict: Verdict): void {
    if (this.#verdict !== 'asked') return;
    const waited = { waitedUs: this.#waitedUs() };
    switch (verdict.kind) {
      case 'forward':
        this.note({ what: 'forward', rule: this.lastRule, ...waited });
        break;
      case 'duplicate':
        this.copies += verdict.copies;
        this.note({ what: 'duplicate', rule: this.lastRule, copies: verdict.copies, ...waited });
        break;
      case 'edit':
        this.#change(verdict);
        this.#noteChange('edit', waited);
        break;
      case 'bytes':
        this.passing = verdict.bytes.slice();
        this.#noteChange('edit', waited);
        break;
      case 'drop':
        this.#end('drop', waited);
        break;
      case 'close':
      case 'reset':
        this.#stopWaiting();
        this.#close(verdict.kind, waited);
        return;
    }
    this.#verdict = 'given';
    this.#stopWaiting();
    this.#context.lane.advance();
  }

  #describe(id: number): HeldPacket {
    const { source, connection, lane } = this.#context;
    const rule = this.#steps[this.#step]?.rule.id ?? '';
    const type = PACKET_TYPES[(this.passing[0] ?? 0) >> 4] ?? 'reserved';
    const publish = type === 'publish' ? readPublish(this.passing, this.version) : undefined;
    const { capture, topics } = this.#context.recording;
    const known = capture.has(this.seq);
    const packetId = known ? capture.packetId(this.seq) : 0;
    const topic = publish?.topic || (known && type === 'publish' ? topics.table.text(capture.topicId(this.seq)) : '');
    return {
      id,
      rule,
      source,
      connection,
      direction: this.direction,
      seq: this.seq,
      arrivedUs: this.#arrivedUs,
      protocolVersion: this.version,
      type,
      ...(topic === '' ? {} : { topic }),
      ...(packetId === 0 ? {} : { packetId }),
      ...(publish === undefined ? {} : { qos: publish.qos, retain: publish.retain }),
      length: this.passing.length,
      behind: lane.heldPackets - 1,
      behindBytes: lane.heldBytes - this.bytes.length,
      senderStopped: lane.senderStopped,
    };
  }
}

function randomBelow(random: Random, limit: number): number {
  const [number = 0] = new Uint32Array(random.fill(new Uint8Array(4)).buffer);
  return number % limit;
}
