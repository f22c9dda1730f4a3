/** A source between a device and its server: passes the bytes of one connection on as they are, and records both directions. */

import type { ConnectionFailure, DeviceRecord, StageRecord } from '../../../shared/contract/connection-records.ts';
import type { SessionState } from '../../../shared/contract/source-records.ts';
import type { Direction, Packet, ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import type { CaptureEvent } from '../capture/capture.ts';
import type { SessionSnapshot } from '../session/snapshot.ts';
import { ConnectionLog } from './connection-log.ts';
import { firstWords } from './first-words.ts';
import type { GateFactory, PacketGate } from './gate-ports.ts';
import { ObservedSession } from './observed-session.ts';
import type { Clock, Stage, TlsFacts, TransportFailure, TransportOptions } from './ports.ts';
import { reasonData } from './packet-reason.ts';
import type { PacketActor, Recording } from './recording.ts';
import type { Source } from './source.ts';
import type { DeviceFacts, DeviceRelay, Relay, RelayEvents } from './tap-ports.ts';

/** Bytes of the device that are read while the way on is still being made; then it waits. */
const MOST_HELD_BYTES = 262_144;
/** First bytes that are shown of what is no MQTT. */
const SHOWN_BYTES = 16;
/** CONNACK and AUTH. */
const FIRST_OF_SERVER: ReadonlySet<number> = new Set([0x20, 0xf0]);

/** Whoever does not answer the end of a connection in this time is cut off. */
const LONGEST_CLOSE_MS = 5000;

/** Reasons that are no failure: somebody here wanted it. */
const BY_US: ReadonlySet<string> = new Set(['tap-stopped', 'closed-by-rule']);

/** Session taken over, MQTT 5.0 §3.14.2.1. */
const TAKEN_OVER = 0x8e;

export interface TapSourceOptions {
  /** May be shared by many sources: each has a connection of its own in it. */
  readonly recording: Recording;
  readonly clock: Clock;
  readonly device: DeviceRelay;
  /** Makes the way on; called once, when the device's own byte stream stands. */
  readonly connectOn: (device: DeviceFacts) => Relay;
  /** Makes what stands between the two sides; without it nothing does. */
  readonly makeGate?: GateFactory | undefined;
}

export interface TapSourceListener {
  /** The summary changed. */
  changed(): void;
  /** Rows may have come. */
  recorded?(): void;
  /** Something was recorded that is no packet. */
  noted?(connection: number, event: CaptureEvent): void;
  /** The last call: both sides are closed. */
  ended(): void;
}

/** One of the two ends. */
interface Side {
  readonly name: 'device' | 'server';
  /** Of what it sends. */
  readonly direction: Direction;
  readonly actor: PacketActor;
  relay: Relay | undefined;
  open: boolean;
  /** It sent its last byte. */
  ended: boolean;
  /** Its last byte has passed. */
  finished: boolean;
  closed: boolean;
  /** Some byte of it was recorded. */
  spoke: boolean;
  /** The gate keeps so much of it that no more is read. */
  stopped: boolean;
}

/**
 * Never changes, adds or keeps back a byte, but for what its gate does. What one side closes, half or whole, in order or by a reset, is closed in the same way on the other, after
 * the bytes that came before it. A side that reads slowly makes the other wait.
 * Assumption: calls come from relay events, one at a time.
 */
export class TapSource implements Source {
  readonly log = new ConnectionLog();
  readonly recording: Recording;
  readonly connection: number;
  readonly #options: TapSourceOptions;
  readonly #listener: TapSourceListener;
  readonly #clock: Clock;
  readonly #observed = new ObservedSession();
  readonly #device: Side;
  readonly #server: Side;
  readonly #gate: PacketGate | undefined;
  readonly #deviceStages: StageRecord[] = [];
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #state: SessionState = 'connecting';
  #tls: TlsFacts | undefined;
  #failure: ConnectionFailure | undefined;
  /** A better reason for the end than that bytes stopped. */
  #reason: Pick<ConnectionFailure, 'code' | 'data'> | undefined;
  #connectSeen = false;
  /** {@link #reason} is of the device's side. */
  #isDevices = false;
  #accepted = false;
  /** Somebody said DISCONNECT: whoever closes then does what was agreed. */
  #disconnected = false;
  #firstToEnd: Side['name'] | undefined;
  #over = false;

  /** The device's handshakes begin at once. */
  constructor(options: TapSourceOptions, listener: TapSourceListener) {
    this.#options = options;
    this.#listener = listener;
    this.#clock = options.clock;
    this.recording = options.recording;
    const nowUs = this.#clock.nowUs();
    this.connection = this.recording.openConnection(nowUs);
    this.#device = this.#makeSide('device', options.device);
    this.#server = this.#makeSide('server', undefined);
    this.#gate = this.#makeGate();
    this.#observed.connectionOpened(4);
    this.log.begin(this.connection, nowUs);
    this.#tellDevice();
    this.#note('device-connected', { remoteAddress: options.device.remoteAddress });
    this.#follow(this.#device, options.device, {
      stage: (stage) => this.#deviceStage(stage),
      open: () => this.#deviceOpened(),
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  get protocolVersion(): ProtocolVersion {
    return this.recording.capture.protocolVersion(this.connection).version;
  }

  /** Of the way on to the server. */
  get tls(): TlsFacts | undefined {
    return this.#over ? undefined : this.#tls;
  }

  get failure(): ConnectionFailure | undefined {
    return this.#failure;
  }

  /** Whether both sides are closed. */
  get over(): boolean {
    return this.#over;
  }

  snapshot(): SessionSnapshot {
    const gauges = this.recording.flows.gauges(this.connection);
    return {
      ...this.#observed.facts(),
      protocolVersion: this.protocolVersion,
      state: this.#state === 'closed' ? 'idle' : this.#state,
      inFlightOut: gauges.outInFlight,
      inFlightIn: gauges.inInFlight,
      window: gauges.outLimit,
      queued: 0,
      queuedBytes: this.#heldBytes + (this.#gate?.heldBytes ?? 0),
      queueLimit: 0,
      queueLost: 0,
      reconnect: { attempt: 0 },
    };
  }

  /** Cuts both sides off. */
  close(): void {
    this.#reason ??= { code: 'tap-stopped', data: {} };
    this.#end('tap', 'reset');
  }

  #makeSide(name: Side['name'], relay: Relay | undefined): Side {
    const told = name === 'device' ? this.#packetOfDevice.bind(this) : this.#packetOfServer.bind(this);
    const way = name === 'device' ? 'out' : 'in';
    return {
      name,
      direction: name === 'device' ? 'client-to-server' : 'server-to-client',
      actor: {
        topicAlias: (alias, topic) => this.#observed.aliasTold(way, alias, topic),
        publish: () => undefined,
        acknowledgement: () => undefined,
        packet: told,
        malformed: () => undefined,
        refused: () => undefined,
      },
      relay,
      open: false,
      ended: false,
      finished: false,
      closed: false,
      spoke: false,
      stopped: false,
    };
  }

  #makeGate(): PacketGate | undefined {
    return this.#options.makeGate?.(this.connection, {
      record: (direction, bytes, timeUs) => this.#record(this.#senderOf(direction), bytes, timeUs),
      pass: (direction, bytes) => this.#passOrHold(this.#senderOf(direction), bytes),
      stopSender: (direction, stopped) => {
        const side = this.#senderOf(direction);
        side.stopped = stopped;
        if (stopped) side.relay?.pause();
        else side.relay?.resume();
      },
      close: (how) => this.#closeByRule(how),
    });
  }

  #senderOf(direction: Direction): Side {
    return direction === 'client-to-server' ? this.#device : this.#server;
  }

  #other(side: Side): Side {
    return side === this.#device ? this.#server : this.#device;
  }

  #note(kind: string, data: ConnectionFailure['data']): void {
    const event: CaptureEvent = { kind, data };
    this.recording.note(this.connection, this.#clock.nowUs(), event);
    this.#listener.noted?.(this.connection, event);
  }

  #setState(state: SessionState): void {
    this.#state = state;
    this.#listener.changed();
  }

  // --- the two byte streams

  #follow(side: Side, relay: Relay, events: Pick<RelayEvents, 'stage' | 'open'>): void {
    relay.start({
      ...events,
      keyLog: (line) => this.recording.noteKey(line),
      data: (bytes) => this.#arrived(side, bytes),
      drained: () => {
        const other = this.#other(side);
        if (!this.#over && !other.stopped) other.relay?.resume();
      },
      ended: () => this.#sideEnded(side),
      closed: (failure) => this.#sideClosed(side, failure),
    });
  }

  #arrived(side: Side, bytes: Uint8Array): void {
    if (this.#over) return;
    const nowUs = this.#clock.nowUs();
    if (!side.spoke) this.#firstBytes(side, bytes);
    if (this.#gate !== undefined && !this.#gate.isOpen) {
      this.#gate.take(side.direction, bytes, nowUs);
      return;
    }
    this.#passOrHold(side, bytes);
    this.#record(side, bytes, nowUs);
  }

  #passOrHold(side: Side, bytes: Uint8Array): void {
    const other = this.#other(side);
    if (other.open) this.#pass(side, other, bytes);
    else this.#hold(side, bytes);
  }

  #record(side: Side, bytes: Uint8Array, nowUs: number): void {
    const { messages } = this.recording.capture.totals;
    const before = messages[1] ?? 0;
    this.recording.append(this.connection, side.direction, bytes, nowUs, side.actor);
    if (side.name === 'server' && (messages[1] ?? 0) > before) {
      this.log.packetStageEnded('first-message', nowUs, false, {});
    }
    this.#listener.recorded?.();
  }

  #pass(from: Side, to: Side, bytes: Uint8Array): void {
    if (to.relay?.write(bytes) === false) from.relay?.pause();
  }

  #hold(side: Side, bytes: Uint8Array): void {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes >= MOST_HELD_BYTES) side.relay?.pause();
  }

  #sideEnded(side: Side, wholly = false): void {
    if (this.#over || side.ended) return;
    side.ended = true;
    const other = this.#other(side);
    if (!other.ended && !wholly) this.#note('half-closed', { by: side.name });
    this.#blame(side, undefined);
    if (this.#gate === undefined) this.#finish(side);
    else this.#gate.whenPassed(side.direction, () => this.#finish(side));
    if (other.ended && !(side.finished && other.finished)) this.#endUnpassed(side);
    if (this.#state === 'connected') this.#setState('disconnecting');
  }

  /** The side's last byte has passed: the other's half is closed behind it. */
  #finish(side: Side): void {
    side.finished = true;
    const other = this.#other(side);
    if (other.open) other.relay?.finish();
  }

  /** Both have sent their last, and what the gate still keeps is for somebody who has gone. */
  #endUnpassed(side: Side): void {
    for (const one of [this.#device, this.#server]) if (!one.finished) this.#finish(one);
    this.#end(this.#firstToEnd ?? side.name, 'in-order');
  }

  #sideClosed(side: Side, failure: TransportFailure | undefined): void {
    side.closed = true;
    if (this.#over) return;
    const other = this.#other(side);
    if (failure === undefined) {
      this.#sideEnded(side, true);
      if (other.closed || other.relay === undefined) this.#end(this.#firstToEnd ?? side.name, 'in-order');
      return;
    }
    this.#blame(side, failure);
    this.#end(side.name, this.#device.open && (side.open || side === this.#device) ? 'reset' : 'failed');
  }

  /** A rule, or a user's word on a packet, ends the connection. */
  #closeByRule(how: 'in-order' | 'reset'): void {
    if (this.#over) return;
    this.#reason ??= { code: 'closed-by-rule', data: { how } };
    this.#end('rule', how);
    if (how === 'reset') return;
    const sides = [this.#device, this.#server];
    for (const { open, relay } of sides) {
      if (open) relay?.finish();
      else relay?.reset();
    }
    this.#clock.after(LONGEST_CLOSE_MS, () => {
      for (const { closed, relay } of sides) if (!closed) relay?.reset();
    });
  }

  /** Keeps the reason of the side that ended first: what the other does then follows from it. */
  #blame(side: Side, failure: TransportFailure | undefined): void {
    if (this.#firstToEnd !== undefined) return;
    this.#firstToEnd = side.name;
    if (failure === undefined && this.#disconnected) return;
    if (this.#reason !== undefined) return;
    this.#isDevices = side === this.#device;
    this.#reason = this.#isDevices ? deviceFailure(failure) : (failure ?? { code: 'closed-by-peer', data: {} });
  }

  #end(by: Side['name'] | 'tap' | 'rule', how: 'in-order' | 'reset' | 'failed'): void {
    if (this.#over) return;
    this.#over = true;
    this.#gate?.end();
    const nowUs = this.#clock.nowUs();
    this.recording.closeConnection(this.connection, nowUs);
    const reason = this.#reason;
    if (reason !== undefined) {
      this.#failure = { stage: this.#stageAtFault(), ...reason, atUs: nowUs };
      this.log.failed(this.#failure);
    }
    const kind = this.#server.open || reason === undefined ? 'connection-closed' : 'connection-failed';
    this.#note(kind, {
      by,
      how,
      ...(this.#failure === undefined
        ? {}
        : { stage: this.#failure.stage, code: this.#failure.code, ...this.#failure.data }),
    });
    this.log.ended(nowUs);
    this.#held = [];
    this.#heldBytes = 0;
    if (how !== 'in-order') for (const side of [this.#device, this.#server]) if (!side.closed) side.relay?.reset();
    this.#setState(reason === undefined || BY_US.has(reason.code) ? 'closed' : 'failed');
    this.#listener.recorded?.();
    this.#listener.ended();
  }

  #stageAtFault(): string {
    const handshake = this.#deviceStages.findLast((stage) => stage.failed);
    if (handshake !== undefined) return `device-${handshake.name}`;
    if (this.#isDevices) return 'device-session';
    if (this.#accepted) return 'session';
    const running = this.log.current?.stages.findLast((stage) => stage.failed || stage.endUs === undefined);
    return running?.name ?? 'connect';
  }

  // --- the device

  #deviceStage(stage: Stage): void {
    const { name, startUs, endUs, failure } = stage;
    const facts = failure === undefined ? stage.facts : { ...stage.facts, code: failure.code, ...failure.data };
    const record: StageRecord = {
      name,
      startUs,
      ...(endUs === undefined ? {} : { endUs }),
      failed: failure !== undefined,
      facts,
    };
    const at = this.#deviceStages.findIndex((one) => one.name === name);
    if (at < 0) this.#deviceStages.push(record);
    else this.#deviceStages[at] = record;
    if (endUs !== undefined)
      this.#note(record.failed ? 'device-handshake-failed' : 'device-handshake', { stage: name, ...facts });
    this.#tellDevice();
    this.#listener.changed();
  }

  #tellDevice(): void {
    const { remoteAddress, localAddress, facts } = this.#options.device;
    const device: DeviceRecord = { remoteAddress, localAddress, stages: [...this.#deviceStages], ...facts };
    this.log.device(device);
  }

  #deviceOpened(): void {
    const { device, connectOn } = this.#options;
    this.#device.open = true;
    this.#tellDevice();
    const relay = connectOn(device.facts);
    this.#server.relay = relay;
    this.#follow(this.#server, relay, {
      stage: (stage) => {
        if (this.#over) return;
        this.log.stage(stage);
        this.#listener.changed();
      },
      open: (facts) => this.#serverOpened(facts),
    });
  }

  #serverOpened(facts: Parameters<RelayEvents['open']>[0]): void {
    if (this.#over) return;
    const device = this.#device;
    const server = this.#server;
    server.open = true;
    this.#tls = facts.tls;
    this.log.opened(facts);
    this.#note('connection-opened', {
      remoteAddress: facts.remoteAddress,
      ...(facts.tls === undefined ? {} : { tls: facts.tls.protocol }),
    });
    if (this.#connectSeen) this.log.packetStageBegan('connect', this.#clock.nowUs());
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    if (!device.stopped) device.relay?.resume();
    for (const bytes of held) this.#pass(device, server, bytes);
    if (device.finished) server.relay?.finish();
    this.#listener.changed();
  }

  // --- what the bytes tell

  /** What is no MQTT is said to be so, once; it passes all the same. */
  #firstBytes(side: Side, bytes: Uint8Array): void {
    side.spoke = true;
    const [first = 0] = bytes;
    if (side.name === 'device' ? first === 0x10 : FIRST_OF_SERVER.has(first)) return;
    const shown = Array.from(bytes.subarray(0, SHOWN_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('');
    this.#note('not-mqtt', { by: side.name, looksLike: firstWords(bytes), firstBytes: shown });
  }

  #packetOfDevice(packet: Packet): void {
    this.#observed.sent(packet);
    const nowUs = this.#clock.nowUs();
    if (packet.type === 'connect') this.#connectSeen = true;
    if (packet.type === 'connect' && this.#server.open) this.log.packetStageBegan('connect', nowUs);
    if (packet.type === 'subscribe') this.log.packetStageBegan('suback', nowUs);
    if (packet.type === 'disconnect') this.#disconnected = true;
    this.#listener.changed();
  }

  #packetOfServer(packet: Packet): void {
    this.#observed.received(packet);
    const nowUs = this.#clock.nowUs();
    if (packet.type === 'connack') {
      const { reasonCode, sessionPresent } = packet;
      const refused = reasonCode !== 0;
      this.log.packetStageEnded('connect', nowUs, refused, refused ? { reasonCode } : { reasonCode, sessionPresent });
      if (refused) this.#reason ??= { code: 'connack', data: reasonData(packet) };
      else {
        this.#accepted = true;
        this.log.packetStageBegan('first-message', nowUs);
        if (this.#state === 'connecting') this.#state = 'connected';
      }
    } else if (packet.type === 'suback') {
      const failed = packet.reasonCodes.some((code) => code >= 0x80);
      this.log.packetStageEnded('suback', nowUs, failed, { reasonCodes: packet.reasonCodes.map(String) });
    } else if (packet.type === 'disconnect') {
      this.#reason ??= {
        code: packet.reasonCode === TAKEN_OVER ? 'taken-over' : 'disconnect',
        data: reasonData(packet),
      };
    }
    this.#listener.changed();
  }
}

/**
 * The way on for a device: where the tap's owner named no ALPN protocol or WebSocket sub-protocol, the one that was agreed on with the device.
 */
export function onwardOptions(upstream: TransportOptions, { tls, websocket }: DeviceFacts): TransportOptions {
  const agreed = tls?.alpn;
  const passesAlpn = upstream.protocol === 'mqtts' && upstream.tls?.alpn === undefined;
  const passesSubprotocol = upstream.websocket !== undefined && upstream.websocket.subprotocol === undefined;
  return {
    ...upstream,
    ...(passesAlpn && agreed !== undefined && agreed !== 'http/1.1'
      ? { tls: { verify: true, ...upstream.tls, alpn: [agreed] } }
      : {}),
    ...(passesSubprotocol && websocket !== undefined
      ? {
          websocket: {
            ...upstream.websocket,
            path: upstream.websocket?.path ?? '/mqtt',
            subprotocol: websocket.subprotocol,
          },
        }
      : {}),
  };
}

/** The device's end of the connection ended without DISCONNECT. */
function deviceFailure(failure: TransportFailure | undefined): Pick<ConnectionFailure, 'code' | 'data'> {
  if (failure === undefined) return { code: 'device-closed', data: {} };
  if (failure.code === 'tcp-reset' || failure.code === 'write-failed')
    return { code: 'device-reset', data: failure.data };
  return failure;
}
