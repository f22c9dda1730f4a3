/** What the capture remembers of a connection between two chunks: its protocol version and, for each direction, the packet that is still arriving. */

import type { ProtocolVersion } from '../../../shared/mqtt/packet.ts';

/** How the capture knows a connection's version; a guess is marked as such wherever the version is shown. */
export type VersionOrigin = 'given' | 'connect' | 'guessed' | 'unknown';

/** One direction of a connection. */
export class StreamState {
  readonly connection: ConnectionState;
  /** 1 for server to client, as in the party column. */
  readonly toClient: 0 | 1;
  /** First bytes of a packet whose fixed header is not whole yet. */
  readonly header = new Uint8Array(5);
  headerLength = 0;
  /** Where the packet that is still arriving is collected: a reserved range of the arena, or a buffer of its own. */
  partial: Uint8Array | undefined;
  /** Arena address of {@link partial}; -1 for a buffer of its own. */
  partialAddress = -1;
  /** Slot of the segment that {@link partial} lies in; -1 for a buffer of its own. */
  partialSlot = -1;
  partialReceived = 0;
  /** Bytes of the whole packet; a buffer of its own grows towards it as bytes arrive, so that a header's mere claim costs nothing. */
  partialTotal = 0;
  /** Bytes of a refused packet that are still to come and are not kept. */
  skip = 0;
  /** No packet boundary can be found any more. */
  broken = false;
  /** Topic ids by Topic Alias, MQTT 5.0 §3.3.2.3.4: one table for each direction. */
  aliases: Map<number, number> | undefined;

  constructor(connection: ConnectionState, toClient: 0 | 1) {
    this.connection = connection;
    this.toClient = toClient;
  }
}

export class ConnectionState {
  readonly id: number;
  readonly openedUs: number;
  closedUs: number | undefined;
  version: ProtocolVersion | undefined;
  versionOrigin: VersionOrigin = 'unknown';
  /** Of the CONNECT, or as the server assigned it; undefined before it is known. */
  clientId: string | undefined;
  /** False where the capture joined a connection that already ran: aliases may be older than the capture. */
  sawConnect = false;
  readonly toServer: StreamState;
  readonly toClient: StreamState;

  constructor(id: number, openedUs: number, version: ProtocolVersion | undefined) {
    this.id = id;
    this.openedUs = openedUs;
    this.version = version;
    if (version !== undefined) this.versionOrigin = 'given';
    this.toServer = new StreamState(this, 0);
    this.toClient = new StreamState(this, 1);
  }
}
