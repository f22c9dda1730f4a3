/** A source that is read from a file: the connections that were recorded once, with what their packets tell of them. */

import type { ConnectionFailure } from '../../../shared/contract/connection-records.ts';
import type { SessionState } from '../../../shared/contract/source-records.ts';
import type { Direction, ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import type { CaptureEvent } from '../capture/capture.ts';
import type { Endpoint } from '../files/ip-address.ts';
import type { Gap, Parties } from '../files/mqtt-conversation.ts';
import type { SessionSnapshot } from '../session/snapshot.ts';
import { ConnectionLog } from './connection-log.ts';
import { ObservedSession } from './observed-session.ts';
import type { TlsFacts } from './ports.ts';
import type { PacketActor, Recording } from './recording.ts';
import type { Source } from './source.ts';

/** Events that end a connection: what it left unfinished is a row before them. */
const ENDS: ReadonlySet<string> = new Set(['connection-closed', 'connection-failed']);

/** Takes what a reader of files finds; numbers of connections are those of the recording. */
export class FileSource implements Source {
  readonly log = new ConnectionLog();
  readonly recording: Recording;
  readonly tls: TlsFacts | undefined = undefined;
  readonly failure: ConnectionFailure | undefined = undefined;
  readonly #observed = new ObservedSession();
  readonly #actors: { readonly [D in Direction]: PacketActor };
  /** Of each connection, in their order. */
  readonly #parties: (Parties | undefined)[] = [];
  #connection = -1;
  #over = false;

  constructor(recording: Recording) {
    this.recording = recording;
    this.#actors = { 'client-to-server': this.#makeActor('out'), 'server-to-client': this.#makeActor('in') };
  }

  /** `connecting` while it is read. */
  get state(): SessionState {
    return this.#over ? 'closed' : 'connecting';
  }

  get protocolVersion(): ProtocolVersion {
    return this.#connection < 0 ? 4 : this.recording.capture.protocolVersion(this.#connection).version;
  }

  get connection(): number {
    return this.#connection;
  }

  /** The two ends of a connection, where the file tells. */
  parties(connection: number): Parties | undefined {
    return this.#parties[connection];
  }

  /** `version` is of a connection whose CONNECT is not in the file, where somebody knew it. */
  openConnection(
    timeUs: number,
    parties: Parties | undefined,
    gap: Gap | undefined,
    version?: ProtocolVersion,
  ): number {
    const { recording } = this;
    const before = gap === undefined ? undefined : recording.capture.protocolVersion(gap.after);
    const known = before === undefined || before.origin === 'unknown' ? version : before.version;
    const connection = recording.openConnection(timeUs, known);
    this.#connection = connection;
    this.#parties[connection] = parties;
    this.#observed.connectionOpened(known ?? 4);
    this.log.begin(connection, timeUs);
    if (parties !== undefined && parties.server.address !== '')
      this.log.opened({ remoteAddress: endpointText(parties.server), localAddress: endpointText(parties.client) });
    if (gap !== undefined) {
      const { after, direction, bytes } = gap;
      recording.note(connection, timeUs, { kind: 'bytes-missing', data: { bytes, direction, after: after + 1 } });
    }
    return connection;
  }

  append(connection: number, direction: Direction, bytes: Uint8Array, timeUs: number, initiator: string): void {
    const actor = connection === this.#connection ? this.#actors[direction] : undefined;
    this.recording.append(connection, direction, bytes, timeUs, actor, initiator);
  }

  /** On the packet that came last. */
  comment(text: string): void {
    const { capture } = this.recording;
    if (capture.nextSeq > capture.firstSeq) this.recording.comment(capture.nextSeq - 1, text);
  }

  /** Something that happened to a connection. */
  note(connection: number, timeUs: number, event: CaptureEvent): void {
    if (ENDS.has(event.kind)) this.closeConnection(connection, timeUs);
    this.recording.note(connection, timeUs, event);
  }

  closeConnection(connection: number, timeUs: number): void {
    this.recording.closeConnection(connection, timeUs);
    if (connection === this.#connection) this.log.ended(timeUs);
  }

  close(): void {
    this.#over = true;
  }

  snapshot(): SessionSnapshot {
    return {
      state: 'idle',
      ...this.#observed.facts(),
      protocolVersion: this.protocolVersion,
      inFlightOut: 0,
      inFlightIn: 0,
      window: 0,
      queued: 0,
      queuedBytes: 0,
      queueLimit: 0,
      queueLost: 0,
      reconnect: { attempt: 0 },
    };
  }

  #makeActor(direction: 'out' | 'in'): PacketActor {
    return {
      topicAlias: (alias, topic) => this.#observed.aliasTold(direction, alias, topic),
      publish: () => undefined,
      acknowledgement: () => undefined,
      packet: (packet) => (direction === 'out' ? this.#observed.sent(packet) : this.#observed.received(packet)),
      malformed: () => undefined,
      refused: () => undefined,
    };
  }
}

function endpointText({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
