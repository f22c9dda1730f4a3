/** Links packets into exchanges, from captured rows alone, so that sessions, taps and files are treated alike. */

import type {
  AuthPacket,
  ConnackPacket,
  ConnectPacket,
  Direction,
  DisconnectPacket,
  Packet,
} from '../../../../shared/mqtt/packet.ts';
import { PACKET_TYPES, TYPE } from '../../../../shared/mqtt/packet.ts';
import { NO_TOPIC } from '../../topics/topic-table.ts';
import { moveOf, statementNumber } from './flow-moves.ts';
import { ORPHAN_RULES, REUSE_RULES } from './flow-rules.ts';
import { DEFAULT_RECEIVE_MAXIMUM, FlowConnection, type FlowSession } from './flow-session.ts';
import { DEFAULT_FLOW_LIMIT, FlowStore, KIND, STATE } from './flow-store.ts';

/** The gauges of one connection; limits are the peers' Receive Maximum. */
export interface FlowConnectionGauges {
  readonly outInFlight: number;
  readonly outLimit: number;
  readonly inInFlight: number;
  readonly inLimit: number;
  /** Packet identifiers of both sides whose exchange is open. */
  readonly packetIdsInUse: number;
  /** Last round trip from a ping or an acknowledgement by the server, and its moving average; microseconds. */
  readonly rttUs?: number;
  readonly rttAverageUs?: number;
}

const REUSE = REUSE_RULES.map(statementNumber);
const ORPHAN = new Uint8Array(16);
for (const [number, type] of PACKET_TYPES.entries()) {
  const statement = Object.entries(ORPHAN_RULES).find(([name]) => name === type)?.[1];
  if (statement !== undefined) ORPHAN[number] = statementNumber(statement);
}
const SECOND_CONNECT = statementNumber('MQTT-3.1.0-2');

const CONNECTIONS_KEPT = 1024;
const SESSIONS_KEPT = 4096;

/**
 * Packets are told in the order of the wire. Nothing is allocated for a QoS 1 or 2 message once its page of packet identifiers exists.
 * Assumption: a session's table has, for each packet identifier, the last flow that used it, whatever became of it.
 */
export class FlowTable {
  readonly store: FlowStore;
  readonly #connections = new Map<number, FlowConnection>();
  readonly #sessions = new Map<string, FlowSession>();
  /** Whose packets are told at the moment, and which way they went: 0 from the client, 1 from the server. */
  #current = new FlowConnection(-1, 0);
  #side: 0 | 1 = 0;

  constructor(limit: number = DEFAULT_FLOW_LIMIT) {
    this.store = new FlowStore(limit);
  }

  connectionOpened(connection: number, timeUs: number): void {
    this.#add(connection, timeUs);
  }

  /** Ends the exchanges that cannot go on in another connection as abandoned; those of the session too where it ends with the connection. */
  connectionClosed(connection: number, _timeUs: number): void {
    const state = this.#connections.get(connection);
    if (state === undefined || state.closed) return;
    state.closed = true;
    for (const flow of [state.connectFlow, state.authFlow, ...state.pings]) this.#abandon(flow);
    state.connectFlow = -1;
    state.authFlow = -1;
    state.pings.length = 0;
    const lost = state.outlives === false;
    for (const table of state.session.tables) {
      table.each((flow) => {
        if (!this.store.has(flow)) return;
        const kind = this.store.kind(flow);
        if (lost || kind === KIND.subscribe || kind === KIND.unsubscribe) this.#abandon(flow);
      });
    }
    if (lost && state.clientId !== undefined && this.#sessions.get(state.clientId) === state.session) {
      this.#sessions.delete(state.clientId);
    }
  }

  /** The packets told from now on are of this connection and direction and came at that time: said once for all of a read. */
  begin(connection: number, direction: Direction, timeUs: number): void {
    this.#current = this.#connections.get(connection) ?? this.#add(connection, timeUs);
    this.#side = direction === 'client-to-server' ? 0 : 1;
    this.store.nowUs = timeUs;
  }

  /** A PUBLISH of QoS 1 or 2. `topic` may be `NO_TOPIC`. Answers its flow, -1 for other QoS. */
  publish(seq: number, firstByte: number, packetId: number, topic: number): number {
    const qos = (firstByte >> 1) & 3;
    if (qos !== 1 && qos !== 2) return -1;
    const state = this.#current;
    const side = this.#side;
    const table = state.session.tables[side];
    const dup = (firstByte & 8) !== 0;
    const kind = qos === 1 ? KIND.publish1 : KIND.publish2;
    // Most identifiers are free again: their last exchange is over and this is no repetition.
    const known = table.get(packetId);
    if (this.store.has(known) && (dup || ((this.store.meta(known) >>> 8) & 15) === STATE.open)) {
      if (this.#continues(known, kind, topic, dup, state)) return this.#step(known, TYPE.publish, seq, 0);
      if (this.store.state(known) === STATE.open) this.#break(known, REUSE[side] ?? 0);
      else if (this.#isResent(known, kind, topic, dup, state))
        return this.#reopen(known, qos === 1 ? TYPE.puback : TYPE.pubrec, seq);
    }
    const awaits = qos === 1 ? TYPE.puback : TYPE.pubrec;
    const flow = this.store.open(kind, awaits, seq, state.id, side, packetId, topic, dup);
    table.set(packetId, flow);
    return flow;
  }

  /** PUBACK, PUBREC, PUBREL or PUBCOMP by its type number. Answers its flow, a new one where it belongs to none. */
  acknowledgement(seq: number, type: number, packetId: number, reasonCode: number): number {
    const state = this.#current;
    const sender = this.#side;
    const side = type === TYPE.pubrel ? sender : sender === 0 ? 1 : 0;
    const flow = state.session.tables[side].get(packetId);
    if (!this.store.has(flow)) {
      return this.#orphan(state, side, type, packetId, reasonCode, seq, flow >= 0 || !state.session.historyKnown);
    }
    const meta = this.store.meta(flow);
    const flowState = (meta >>> 8) & 15;
    if (flowState === STATE.open) {
      const awaits = (meta >>> 4) & 15;
      const move = moveOf(meta & 15, awaits, type, reasonCode >= 0x80);
      if (move !== undefined) {
        if (sender === 1 && awaits === type) this.#measure(state, flow);
        if (move.statement !== 0 || move.repeats) return this.#step(flow, type, seq, reasonCode);
        const reason = type === TYPE.pubrel ? meta >>> 24 : reasonCode;
        this.store.step(flow, seq, meta, move.awaits, move.state, reason);
        return flow;
      }
    } else if (flowState === STATE.complete) {
      if (type === TYPE.pubrel && this.store.kind(flow) !== KIND.publish1) {
        return this.#reopen(flow, TYPE.pubcomp, seq);
      }
      // A message that was sent twice may be acknowledged twice.
      if (this.store.retries(flow) > 0 && type !== TYPE.pubrel) {
        this.store.addStep(flow, seq, false);
        return flow;
      }
    }
    return this.#orphan(state, side, type, packetId, reasonCode, seq, false);
  }

  /** Any other packet. Answers its flow, -1 where it is part of none. */
  packet(seq: number, packet: Packet): number {
    const state = this.#current;
    const side = this.#side;
    switch (packet.type) {
      case 'connect':
        return this.#connect(state, packet, seq);
      case 'connack':
        return this.#connack(state, packet, seq);
      case 'subscribe':
        return this.#request(state, KIND.subscribe, TYPE.suback, packet.packetId, seq);
      case 'unsubscribe':
        return this.#request(state, KIND.unsubscribe, TYPE.unsuback, packet.packetId, seq);
      case 'suback':
      case 'unsuback': {
        const failed = packet.reasonCodes.find((code) => code >= 0x80);
        return this.#answer(state, TYPE[packet.type], packet.packetId, failed ?? packet.reasonCodes[0] ?? 0, seq);
      }
      case 'pingreq': {
        const flow = this.#open(state, KIND.ping, TYPE.pingresp, side, 0, seq);
        state.pings.push(flow);
        return flow;
      }
      case 'pingresp':
        return this.#pingresp(state, seq);
      case 'auth':
        return this.#auth(state, packet, side, seq);
      case 'disconnect':
        return this.#disconnect(state, packet, side, seq);
      case 'publish':
      case 'puback':
      case 'pubrec':
      case 'pubrel':
      case 'pubcomp':
        break;
    }
    throw new TypeError(`${packet.type} has a call of its own`);
  }

  /** Rows below `seq` are gone: drops the flows that began there, in blocks. Answers how many went. */
  evicted(seq: number): number {
    return this.store.evictBefore(seq);
  }

  /** Forgets all flows; connections and sessions go on, and what belonged to a forgotten flow is not called an error. */
  clear(): void {
    this.store.clear();
    for (const connection of this.#connections.values()) {
      connection.connectFlow = -1;
      connection.authFlow = -1;
      connection.pings.length = 0;
      connection.session.historyKnown = false;
    }
    for (const session of this.#sessions.values()) session.historyKnown = false;
  }

  /** Exchanges of a connection that are open and had no packet for `afterUs`. */
  stalled(connection: number, nowUs: number, afterUs: number): number {
    const state = this.#connections.get(connection);
    if (state === undefined) return 0;
    let stalled = 0;
    const look = (flow: number): void => {
      if (!this.store.has(flow) || this.store.state(flow) !== STATE.open) return;
      if (nowUs - this.store.lastUs(flow) > afterUs) stalled++;
    };
    for (const table of state.session.tables) table.each(look);
    for (const flow of [state.connectFlow, state.authFlow, ...state.pings]) look(flow);
    return stalled;
  }

  /** Gauges of a connection; looks at the packet identifiers in use, up to 0.3 ms. */
  gauges(connection: number): FlowConnectionGauges {
    const state = this.#connections.get(connection) ?? new FlowConnection(connection, 0);
    const inFlight: [number, number] = [0, 0];
    let packetIdsInUse = 0;
    for (const side of [0, 1] as const) {
      state.session.tables[side].each((flow) => {
        if (!this.store.has(flow) || this.store.state(flow) !== STATE.open) return;
        packetIdsInUse++;
        const kind = this.store.kind(flow);
        if (kind === KIND.publish1 || kind === KIND.publish2) inFlight[side]++;
      });
    }
    return {
      outInFlight: inFlight[0],
      outLimit: state.serverReceiveMaximum,
      inInFlight: inFlight[1],
      inLimit: state.clientReceiveMaximum,
      packetIdsInUse,
      ...(Number.isNaN(state.rttUs) ? {} : { rttUs: state.rttUs, rttAverageUs: state.rttAverageUs }),
    };
  }

  #add(connection: number, timeUs: number): FlowConnection {
    const added = new FlowConnection(connection, timeUs);
    this.#connections.set(connection, added);
    if (this.#connections.size <= CONNECTIONS_KEPT) return added;
    for (const [id, { closed }] of this.#connections) {
      if (!closed) continue;
      this.#connections.delete(id);
      break;
    }
    return added;
  }

  #open(state: FlowConnection, kind: number, awaits: number, side: 0 | 1, packetId: number, seq: number): number {
    return this.store.open(kind, awaits, seq, state.id, side, packetId, NO_TOPIC, false);
  }

  /** Whether a PUBLISH is the repetition of an open flow: by DUP, or, where a sender forgot that, by a connection that is newer than the flow. */
  #continues(flow: number, kind: number, topic: number, dup: boolean, state: FlowConnection): boolean {
    if (this.store.state(flow) !== STATE.open || this.store.kind(flow) !== kind || this.store.topic(flow) !== topic)
      return false;
    return dup || this.store.lastUs(flow) < state.openedUs;
  }

  /** Whether a PUBLISH repeats one that was complete as the capture saw it: the acknowledgement was lost with the connection. */
  #isResent(flow: number, kind: number, topic: number, dup: boolean, state: FlowConnection): boolean {
    if (!dup || this.store.state(flow) !== STATE.complete || this.store.lastUs(flow) >= state.openedUs) return false;
    return this.store.kind(flow) === kind && this.store.topic(flow) === topic;
  }

  #reopen(flow: number, awaits: number, seq: number): number {
    this.store.addStep(flow, seq, true);
    this.store.move(flow, awaits, STATE.open, 0);
    return flow;
  }

  #step(flow: number, type: number, seq: number, reasonCode: number): number {
    return this.#stepAs(flow, type, seq, reasonCode, reasonCode >= 0x80);
  }

  #stepAs(flow: number, type: number, seq: number, reasonCode: number, failed: boolean): number {
    const move = moveOf(this.store.kind(flow), this.store.awaits(flow), type, failed);
    this.store.addStep(flow, seq, move?.repeats === true && (type === TYPE.publish || type === TYPE.pubrel));
    if (move === undefined) return flow;
    const reason = type === TYPE.publish || type === TYPE.pubrel ? this.store.reasonCode(flow) : reasonCode;
    this.store.move(flow, move.awaits, move.state, reason);
    if (move.statement !== 0) this.store.setStatement(flow, move.statement);
    return flow;
  }

  #break(flow: number, statement: number): void {
    this.store.move(flow, 0, STATE.protocolError, this.store.reasonCode(flow));
    this.store.setStatement(flow, statement);
  }

  #abandon(flow: number): void {
    if (!this.store.has(flow) || this.store.state(flow) !== STATE.open) return;
    this.store.move(flow, 0, STATE.abandoned, this.store.reasonCode(flow));
  }

  #measure(state: FlowConnection, flow: number): void {
    if (this.store.retries(flow) === 0) state.measured(this.store.nowUs - this.store.lastUs(flow));
  }

  /** A packet without a flow gets one of its own; it is an error unless what it answers may have come before the capture began. */
  #orphan(
    state: FlowConnection,
    side: 0 | 1,
    type: number,
    packetId: number,
    reasonCode: number,
    seq: number,
    excusable: boolean,
  ): number {
    const flow = this.#open(state, KIND.orphan, 0, side, packetId, seq);
    const failed = reasonCode >= 0x80;
    if (!excusable) {
      this.store.move(flow, 0, STATE.protocolError, reasonCode);
      this.store.setStatement(flow, ORPHAN[type] ?? 0);
    } else if (type === TYPE.pubrel || (type === TYPE.pubrec && !failed)) {
      this.store.move(flow, type === TYPE.pubrel ? TYPE.pubcomp : TYPE.pubrel, STATE.open, reasonCode);
      state.session.tables[side].set(packetId, flow);
    } else {
      this.store.move(flow, 0, failed ? STATE.failed : STATE.complete, reasonCode);
    }
    return flow;
  }

  #request(state: FlowConnection, kind: number, awaits: number, packetId: number, seq: number): number {
    const table = state.session.tables[0];
    const known = table.get(packetId);
    if (this.store.has(known) && this.store.state(known) === STATE.open) this.#break(known, REUSE[0] ?? 0);
    const flow = this.#open(state, kind, awaits, 0, packetId, seq);
    table.set(packetId, flow);
    return flow;
  }

  #answer(state: FlowConnection, type: number, packetId: number, reasonCode: number, seq: number): number {
    const flow = state.session.tables[0].get(packetId);
    const known = this.store.has(flow);
    if (
      !known ||
      this.store.state(flow) !== STATE.open ||
      moveOf(this.store.kind(flow), this.store.awaits(flow), type, false) === undefined
    ) {
      const excusable = known ? false : flow >= 0 || !state.session.historyKnown;
      return this.#orphan(state, 0, type, packetId, reasonCode, seq, excusable);
    }
    this.#measure(state, flow);
    return this.#step(flow, type, seq, reasonCode);
  }

  #pingresp(state: FlowConnection, seq: number): number {
    const flow = state.pings.shift() ?? -1;
    if (!this.store.has(flow)) {
      return this.#orphan(state, 0, TYPE.pingresp, 0, 0, seq, flow >= 0 || !state.session.historyKnown);
    }
    this.#measure(state, flow);
    return this.#step(flow, TYPE.pingresp, seq, 0);
  }

  #connect(state: FlowConnection, packet: ConnectPacket, seq: number): number {
    if (state.accepted || state.connectFlow >= 0) {
      const second = this.#open(state, KIND.connect, TYPE.connack, 0, 0, seq);
      this.#break(second, SECOND_CONNECT);
      return second;
    }
    const { properties } = packet;
    state.version = packet.protocolVersion;
    state.cleanStart = packet.cleanStart;
    state.clientId = packet.clientId === '' ? undefined : packet.clientId;
    state.clientReceiveMaximum = properties?.receiveMaximum ?? DEFAULT_RECEIVE_MAXIMUM;
    state.outlives = packet.protocolVersion === 5 ? (properties?.sessionExpiryInterval ?? 0) > 0 : !packet.cleanStart;
    const session = state.clientId === undefined ? undefined : this.#sessions.get(state.clientId);
    if (!packet.cleanStart && session !== undefined) state.session = session;
    // A fresh session has no past; whether an unknown one has is said by CONNACK.
    else state.session.historyKnown = packet.cleanStart;
    state.connectFlow = this.#open(state, KIND.connect, TYPE.connack, 0, 0, seq);
    return state.connectFlow;
  }

  #connack(state: FlowConnection, packet: ConnackPacket, seq: number): number {
    const flow = state.connectFlow;
    const { reasonCode, properties } = packet;
    const failed = reasonCode >= 0x80 || (state.version !== 5 && reasonCode !== 0);
    if (!this.store.has(flow)) {
      const excusable = flow >= 0 || (state.version === undefined && !state.accepted);
      if (!failed) state.accepted = true;
      return this.#orphan(state, 0, TYPE.connack, 0, failed ? 0x80 | reasonCode : reasonCode, seq, excusable);
    }
    this.#measure(state, flow);
    this.#stepAs(flow, TYPE.connack, seq, reasonCode, failed);
    state.connectFlow = -1;
    if (failed) return flow;
    state.accepted = true;
    state.serverReceiveMaximum = properties?.receiveMaximum ?? DEFAULT_RECEIVE_MAXIMUM;
    state.clientId ??= properties?.assignedClientIdentifier;
    if (properties?.sessionExpiryInterval !== undefined) state.outlives = properties.sessionExpiryInterval > 0;
    this.#enterSession(state, packet.sessionPresent);
    return flow;
  }

  /**
   * Goes on with the client's session, or ends what was open in it. MQTT 3.1 has no Session Present flag: without Clean Session the
   * old session is taken to be there.
   * @mqtt MQTT-3.2.2-4 MQTT-3.2.2-5
   */
  #enterSession(state: FlowConnection, sessionPresent: boolean): void {
    const before = state.clientId === undefined ? undefined : this.#sessions.get(state.clientId);
    const present = sessionPresent || (state.version === 3 && !state.cleanStart);
    if (before !== undefined && !present) {
      for (const table of before.tables) {
        table.each((flow) => {
          if (this.store.has(flow) && this.store.lastUs(flow) < state.openedUs) this.#abandon(flow);
        });
      }
    }
    if (!present) state.session.historyKnown = true;
    if (state.clientId === undefined) return;
    this.#sessions.delete(state.clientId);
    this.#sessions.set(state.clientId, state.session);
    if (this.#sessions.size <= SESSIONS_KEPT) return;
    for (const oldest of this.#sessions.keys()) {
      this.#sessions.delete(oldest);
      break;
    }
  }

  #auth(state: FlowConnection, packet: AuthPacket, side: 0 | 1, seq: number): number {
    if (this.store.has(state.connectFlow)) return this.#step(state.connectFlow, TYPE.auth, seq, packet.reasonCode);
    if (!this.store.has(state.authFlow)) {
      if (side === 1) {
        const excusable = state.authFlow >= 0 || !state.session.historyKnown;
        return this.#orphan(state, 1, TYPE.auth, 0, packet.reasonCode, seq, excusable);
      }
      state.authFlow = this.#open(state, KIND.auth, TYPE.auth, 0, 0, seq);
      return state.authFlow;
    }
    const flow = this.#step(state.authFlow, TYPE.auth, seq, packet.reasonCode);
    if (side === 0 || packet.reasonCode !== 0) return flow;
    this.store.move(flow, 0, STATE.complete, 0);
    state.authFlow = -1;
    return flow;
  }

  /** A server's DISCONNECT ends the handshake or re-authentication that is open; a client's may change how long the session lives. */
  #disconnect(state: FlowConnection, packet: DisconnectPacket, side: 0 | 1, seq: number): number {
    const expiry = packet.properties?.sessionExpiryInterval;
    if (side === 0 && expiry !== undefined && state.version === 5) state.outlives = expiry > 0;
    const flow = this.store.has(state.connectFlow) ? state.connectFlow : state.authFlow;
    if (side === 0 || !this.store.has(flow)) return -1;
    this.store.addStep(flow, seq, false);
    this.store.move(flow, 0, STATE.failed, packet.reasonCode);
    state.connectFlow = -1;
    state.authFlow = -1;
    return flow;
  }
}
