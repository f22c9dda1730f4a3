/** Session tests as transcripts: what happens to the session, and what it must do about it, in order. */

import { expect } from 'vitest';
import { DEFAULT_OPTIONS, type SessionOptions } from '../../main/engine/session/options.ts';
import type {
  AckType,
  OutgoingMessage,
  SessionFact,
  SessionOutput,
  Settlement,
  SubscriptionRequest,
} from '../../main/engine/session/output.ts';
import { ClientSession, type DisconnectOptions, type TransportEnd } from '../../main/engine/session/session.ts';
import { packetLabel } from '../../shared/mqtt/labels.ts';
import type {
  ConnackPacket,
  Packet,
  Properties,
  ProtocolVersion,
  PublishPacket,
  QoS,
} from '../../shared/mqtt/packet.ts';
import { PACKET_TYPES } from '../../shared/mqtt/packet.ts';
import { REASON_CODES } from '../../shared/mqtt/reason-codes.ts';

/** Fields that a told fact must have; others are not looked at. */
type FactPattern<N extends SessionFact['fact']> = Pattern<Omit<Extract<SessionFact, { fact: N }>, 'fact'>>;

type Pattern<T> = T extends readonly unknown[] | Uint8Array
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Pattern<T[K]> }
    : T;

interface Expectation {
  /** What the reader sees; strict expectations compare by it. */
  readonly line: string;
  /** Facts are matched by pattern and may stand among others. */
  readonly matches?: (fact: SessionFact) => boolean;
}

interface Step {
  readonly input: string;
  readonly act: (book: Stage) => void;
  readonly expected: Expectation[];
  /** Names of facts that must not be told. */
  readonly untold: SessionFact['fact'][];
}

const UTF8 = new TextEncoder();

/** Records what the session does; sizes are plain counts, so that tests can tell limits by heart. */
class Stage implements SessionOutput {
  readonly session: ClientSession;
  readonly version: ProtocolVersion;
  nowMs = 1_000_000;
  lines: string[] = [];
  facts: SessionFact[] = [];
  /** For {@link Playbook.then}. */
  lastTicket = 0;

  constructor(options: SessionOptions) {
    this.version = options.protocolVersion;
    this.session = new ClientSession(options, this);
  }

  openTransport(): void {
    this.lines.push('opens transport');
  }

  closeTransport(how: 'end' | 'destroy'): void {
    this.lines.push(`closes transport (${how})`);
  }

  sendPacket(packet: Packet): void {
    const label = packetLabel(packet, this.version);
    const identifier = packet.type === 'subscribe' ? packet.properties?.subscriptionIdentifiers?.[0] : undefined;
    this.lines.push(`sends ${label}${identifier === undefined ? '' : ` id ${identifier}`}`);
  }

  sendPublish(message: OutgoingMessage, packetId: number, dup: boolean, topicAlias: number, omitTopic: boolean): void {
    const packet: PublishPacket = {
      type: 'publish',
      dup,
      qos: message.qos,
      retain: message.retain,
      topic: omitTopic ? '' : message.topic,
      ...(packetId === 0 ? {} : { packetId }),
      ...(topicAlias === 0 ? {} : { properties: { topicAlias } }),
      payload: message.payload,
    };
    const label = packetLabel(packet, this.version).replace(', 0 B', '');
    this.lines.push(`sends ${label}${topicAlias === 0 || omitTopic ? '' : ` as alias ${topicAlias}`}`);
  }

  sendAck(type: AckType, packetId: number, reasonCode: number): void {
    const name = ACKS[type];
    this.lines.push(`sends ${packetLabel({ type: name, packetId, reasonCode }, this.version)}`);
  }

  publishSettled(ticket: number, packetId: number, settlement: Settlement, reasonCode: number): void {
    const id = packetId === 0 ? '' : ` #${packetId}`;
    const code = reasonCode === 0 ? '' : ` 0x${reasonCode.toString(16)}`;
    this.lines.push(`settles ${ticket}${id} ${settlement}${code}`);
  }

  fact(fact: SessionFact): void {
    this.facts.push(fact);
  }

  packetSize(packet: Packet): number {
    return UTF8.encode(JSON.stringify(packet)).length;
  }

  publishSize(message: OutgoingMessage, topicAlias: number, omitTopic: boolean): number {
    return 10 + (omitTopic ? 0 : message.topic.length) + (topicAlias === 0 ? 0 : 3) + message.payload.length;
  }

  /** Lets time pass, ticking at each deadline as a source does. */
  pass(ms: number): void {
    const until = this.nowMs + ms;
    while (this.session.nextDeadlineMs <= until) {
      this.nowMs = Math.max(this.nowMs, this.session.nextDeadlineMs);
      this.session.tick(this.nowMs);
    }
    this.nowMs = until;
    this.session.tick(until);
  }
}

const ACKS = { 4: 'puback', 5: 'pubrec', 6: 'pubrel', 7: 'pubcomp' } as const;

export interface PublishFields {
  readonly qos?: QoS;
  readonly id?: number;
  readonly dup?: boolean;
  readonly retain?: boolean;
  readonly properties?: Properties;
  readonly payload?: Uint8Array;
}

/** An inbound PUBLISH. */
export function publish(topic: string, fields: PublishFields = {}): PublishPacket {
  const { qos = 0, id, dup = false, retain = false, properties, payload = new Uint8Array(0) } = fields;
  return {
    type: 'publish',
    dup,
    qos,
    retain,
    topic,
    ...(id === undefined ? {} : { packetId: id }),
    ...(properties === undefined ? {} : { properties }),
    payload,
  };
}

export function connack(fields: Partial<Omit<ConnackPacket, 'type'>> = {}): ConnackPacket {
  return { type: 'connack', sessionPresent: false, reasonCode: 0, ...fields };
}

/** `PUBREC #7`, `PUBREC #7 quota-exceeded`, `SUBACK #1 0 1 0x80`, `PINGRESP`, `DISCONNECT session-taken-over`. */
function parsePacket(text: string): Packet {
  const [word = '', ...rest] = text.split(' ');
  const type = PACKET_TYPES.find((name) => name === word.toLowerCase());
  const packetId = Number(rest[0]?.startsWith('#') === true ? rest.shift()?.slice(1) : 0);
  const [code] = rest;
  switch (type) {
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return { type, packetId, reasonCode: codeOf(code) };
    case 'suback':
    case 'unsuback':
      return { type, packetId, reasonCodes: rest.map(codeOf) };
    case 'pingresp':
    case 'pingreq':
      return { type };
    case 'disconnect':
    case 'auth':
      return { type, reasonCode: codeOf(code) };
    case 'connack':
      return connack();
    default:
      throw new Error(`the playbook cannot read "${text}"`);
  }
}

function codeOf(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^(0x)?[0-9a-f]+$/.test(text)) return Number(text);
  const row = REASON_CODES.find(({ name }) => name.toLowerCase().replaceAll(' ', '-') === text);
  if (row === undefined) throw new Error(`no reason code is called "${text}"`);
  return row.code;
}

export type PlaybookOptions = Partial<Omit<SessionOptions, 'policy' | 'reconnect' | 'queue'>> & {
  readonly policy?: Partial<SessionOptions['policy']>;
  readonly reconnect?: Partial<SessionOptions['reconnect']>;
  readonly queue?: Partial<SessionOptions['queue']>;
};

/** Steps and expectations, played by {@link Playbook.run}. Everything the session does must be expected, in order; facts may be left out, but no protocol error. */
class Playbook {
  readonly #version: ProtocolVersion;
  readonly #options: PlaybookOptions;
  readonly #steps: Step[] = [];

  constructor(version: ProtocolVersion, options: PlaybookOptions) {
    this.#version = version;
    this.#options = options;
  }

  // --- what happens

  does(input: string, act: (stage: Stage) => void): this {
    this.#steps.push({ input, act, expected: [], untold: [] });
    return this;
  }

  connects(): this {
    return this.does('connect()', (stage) => noteOutcome(stage, stage.session.connect(stage.nowMs)));
  }

  opened(): this {
    return this.does('transport opened', (stage) => stage.session.transportOpened(stage.nowMs));
  }

  /** The peer ends the connection, or the transport reports its end. */
  closed(end?: TransportEnd): this {
    return this.does('transport closed', (stage) => stage.session.transportClosed(stage.nowMs, end));
  }

  /** Connected, without retelling how. */
  connected(fields: Partial<Omit<ConnackPacket, 'type'>> = {}): this {
    return this.connects().opens().opened().sendsConnect().receives(connack(fields));
  }

  /** The connection breaks, the schedule runs out, and a new transport stands with CONNECT on its way. */
  reconnects(fields: Partial<Omit<ConnackPacket, 'type'>> = {}): this {
    return this.closed().waits(200_000).opens().opened().sendsConnect().receives(connack(fields));
  }

  receives(packet: Packet | string): this {
    const read = typeof packet === 'string' ? parsePacket(packet) : packet;
    return this.does(`receives ${packetLabel(read, this.#version)}`, (stage) => feed(stage, read));
  }

  /** A PUBLISH of QoS 0 that names its topic by `alias` alone, as the capture meets it. */
  receivesAlias(alias: number): this {
    return this.does(`receives PUBLISH (alias ${alias}) q0`, (stage) => {
      const topic = stage.session.receiveTopicAlias(alias, '', stage.nowMs);
      stage.lines.push(`resolves ${topic ?? 'nothing'}`);
    });
  }

  publishes(topic: string, fields: PublishFields = {}): this {
    const { qos = 0, retain = false, properties, payload = new Uint8Array(0) } = fields;
    const message = { topic, payload, qos, retain, ...(properties === undefined ? {} : { properties }) };
    return this.does(`publish(${topic}, q${qos})`, (stage) => {
      const outcome = stage.session.publish(message, stage.nowMs);
      if (outcome.outcome !== 'refused') stage.lastTicket = outcome.ticket;
      noteOutcome(stage, outcome);
    });
  }

  cancels(ticket: number): this {
    return this.does(`cancel(${ticket})`, (stage) => {
      stage.lines.push(stage.session.cancel(ticket, stage.nowMs) ? 'cancelled' : 'cancels nothing');
    });
  }

  subscribes(...requests: readonly SubscriptionRequest[]): this {
    return this.does(`subscribe(${requests.map((r) => r.topicFilter).join(', ')})`, (stage) =>
      noteOutcome(stage, stage.session.subscribe(requests, undefined, stage.nowMs)),
    );
  }

  unsubscribes(...filters: readonly string[]): this {
    return this.does(`unsubscribe(${filters.join(', ')})`, (stage) =>
      noteOutcome(stage, stage.session.unsubscribe(filters, undefined, stage.nowMs)),
    );
  }

  authenticates(reasonCode: 0x18 | 0x19, data?: Uint8Array): this {
    return this.does(`authenticate(0x${reasonCode.toString(16)})`, (stage) =>
      noteOutcome(stage, stage.session.authenticate(reasonCode, data, stage.nowMs)),
    );
  }

  disconnects(options?: DisconnectOptions): this {
    return this.does('disconnect()', (stage) => noteOutcome(stage, stage.session.disconnect(stage.nowMs, options)));
  }

  aborts(): this {
    return this.does('abort()', (stage) => stage.session.abort(stage.nowMs));
  }

  waits(ms: number): this {
    return this.does(`${ms} ms pass`, (stage) => stage.pass(ms));
  }

  /** Looks at the snapshot; the expectation is the assertion inside. */
  shows(look: (snapshot: ReturnType<ClientSession['snapshot']>) => void): this {
    return this.does('snapshot()', (stage) => look(stage.session.snapshot()));
  }

  // --- what it must do

  sends(...labels: readonly string[]): this {
    return this.#expect(...labels.map((label) => `sends ${label}`));
  }

  sendsConnect(): this {
    return this.#expect('sends CONNECT …');
  }

  delivers(topic: string): this {
    return this.#expect(`delivers ${topic}`);
  }

  /** For the reader: what is not expected fails in any case. */
  deliversNothing(): this {
    return this;
  }

  sendsNothing(): this {
    return this;
  }

  opens(): this {
    return this.#expect('opens transport');
  }

  closes(how: 'end' | 'destroy'): this {
    return this.#expect(`closes transport (${how})`);
  }

  settles(...what: readonly string[]): this {
    return this.#expect(...what.map((text) => `settles ${text}`));
  }

  /** Stands after what the session sends. */
  resolves(topic: string): this {
    return this.#expect(`resolves ${topic}`);
  }

  queues(): this {
    return this.#expect('queued');
  }

  drains(): this {
    return this.#expect('draining');
  }

  refuses(reason: string, statement?: string): this {
    return this.#expect(`refused ${reason}${statement === undefined ? '' : ` ${statement}`}`);
  }

  cancelled(): this {
    return this.#expect('cancelled');
  }

  cancelsNothing(): this {
    return this.#expect('cancels nothing');
  }

  tells<N extends SessionFact['fact']>(name: N, pattern?: FactPattern<N>): this {
    const line = `tells ${name} ${JSON.stringify(pattern ?? {})}`;
    this.#last().expected.push({ line, matches: (fact) => fact.fact === name && covers(fact, pattern ?? {}) });
    return this;
  }

  /** No fact of this name was told in the step. */
  tellsNothingOf(name: SessionFact['fact']): this {
    this.#last().untold.push(name);
    return this;
  }

  /** A protocol error of the server's; `closes` whether the connection is given up for it. */
  blames(statement: string, closes = false): this {
    return this.tells('protocol-error', { statement, closes });
  }

  /** Plays the steps and compares; a failure prints both transcripts side by side. */
  run(): void {
    const stage = new Stage(sessionOptions(this.#version, this.#options));
    const rows: [expected: string, actual: string][] = [];
    let differs = false;
    for (const { input, act, expected, untold: silent } of this.#steps) {
      stage.lines = [];
      stage.facts = [];
      rows.push([`— ${input}`, `— ${input}`]);
      act(stage);
      const strict = expected.filter((expectation) => expectation.matches === undefined);
      const wanted = expected.filter((expectation) => expectation.matches !== undefined);
      for (let index = 0; index < Math.max(strict.length, stage.lines.length); index += 1) {
        const want = strict[index]?.line ?? '';
        const got = stage.lines[index] ?? '';
        if (!sameLine(want, got)) differs = true;
        rows.push([want, got]);
      }
      const untold = wanted.filter(({ matches }) => !stage.facts.some((fact) => matches?.(fact) === true));
      const unasked = stage.facts.filter(
        (fact) =>
          silent.includes(fact.fact) ||
          (fact.fact === 'protocol-error' && !wanted.some(({ matches }) => matches?.(fact) === true)),
      );
      if (untold.length > 0 || unasked.length > 0) {
        differs = true;
        rows.push(...untold.map(({ line }): [string, string] => [line, '']));
        rows.push(...stage.facts.map((fact): [string, string] => ['', `tells ${JSON.stringify(fact)}`]));
      }
    }
    if (differs) expect.fail(sideBySide(rows));
  }

  #last(): Step {
    const step = this.#steps.at(-1);
    if (step === undefined) throw new Error('an expectation needs a step before it');
    return step;
  }

  #expect(...lines: readonly string[]): this {
    this.#last().expected.push(...lines.map((line) => ({ line })));
    return this;
  }
}

/** A playbook for `version`; keep-alive is off unless `options` say otherwise, so that waiting is quiet. */
export function playbook(version: ProtocolVersion, options: PlaybookOptions = {}): Playbook {
  return new Playbook(version, options);
}

export function sessionOptions(version: ProtocolVersion, options: PlaybookOptions = {}): SessionOptions {
  return {
    ...DEFAULT_OPTIONS,
    keepAlive: 0,
    clientId: 'tester',
    ...options,
    protocolVersion: version,
    policy: { ...DEFAULT_OPTIONS.policy, ...options.policy },
    reconnect: { ...DEFAULT_OPTIONS.reconnect, ...options.reconnect },
    queue: { ...DEFAULT_OPTIONS.queue, ...options.queue },
  };
}

function feed(stage: Stage, packet: Packet): void {
  const { session, nowMs } = stage;
  session.noteInbound(nowMs);
  if (packet.type === 'publish') {
    const fast = packet.qos !== 0 && packet.properties?.topicAlias === undefined;
    const arrival = fast
      ? session.receivePublish(packet.packetId ?? 0, packet.qos === 1 ? 1 : 2, packet.dup, nowMs)
      : session.receivePacket(packet, nowMs);
    if (arrival === 'deliver') stage.lines.push(`delivers ${packet.topic}`);
    return;
  }
  session.receivePacket(packet, nowMs);
}

function noteOutcome(stage: Stage, outcome: { outcome: string; reason?: string; statement?: string }): void {
  if (outcome.outcome === 'sent' || outcome.outcome === 'done') return;
  const statement = outcome.statement === undefined ? '' : ` ${outcome.statement}`;
  stage.lines.push(outcome.outcome === 'refused' ? `refused ${outcome.reason ?? ''}${statement}` : outcome.outcome);
}

/** `…` at the end of an expectation leaves the rest open. */
function sameLine(want: string, got: string): boolean {
  return want.endsWith('…') ? got.startsWith(want.slice(0, -1)) : want === got;
}

function covers(value: unknown, pattern: unknown): boolean {
  if (typeof pattern !== 'object' || pattern === null) return Object.is(value, pattern);
  if (typeof value !== 'object' || value === null) return false;
  const record: Readonly<Record<string, unknown>> = { ...value };
  return Object.entries(pattern).every(([key, part]) => covers(record[key], part));
}

function sideBySide(rows: readonly (readonly [string, string])[]): string {
  const width = Math.min(72, Math.max(...rows.map(([expected]) => expected.length)));
  const lines = rows.map(([expected, actual]) => {
    const mark = expected.startsWith('—') || sameLine(expected, actual) ? ' ' : '≠';
    return `${mark} ${expected.padEnd(width)} | ${actual}`;
  });
  return ['the session did not play its part', `  ${'expected'.padEnd(width)} | actual`, ...lines].join('\n');
}
