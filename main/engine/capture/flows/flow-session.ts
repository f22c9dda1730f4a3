/** What flows know of MQTT sessions and of the connections that carry them, learned from captured packets alone. */

import type { ProtocolVersion } from '../../../../shared/mqtt/packet.ts';
import { PacketIdTable } from './packet-id-table.ts';

/** Receive Maximum where CONNECT or CONNACK name none (MQTT 5.0 §3.1.2.11.3). */
export const DEFAULT_RECEIVE_MAXIMUM = 65_535;

/** A session as far as the capture saw it: the packet identifiers of both sides, which outlive a connection. */
export class FlowSession {
  /** Exchanges that the client began, and those that the server began: separate spaces of packet identifiers. */
  readonly tables: readonly [PacketIdTable, PacketIdTable] = [new PacketIdTable(), new PacketIdTable()];
  /** False where exchanges may have begun before the capture did. */
  historyKnown = false;
}

/** One connection of the capture. */
export class FlowConnection {
  readonly id: number;
  readonly openedUs: number;
  session = new FlowSession();
  clientId: string | undefined;
  version: ProtocolVersion | undefined;
  cleanStart = true;
  /** Whether the session goes on when the connection ends; unknown without a CONNECT. */
  outlives: boolean | undefined;
  /** A CONNACK accepted the connection. */
  accepted = false;
  closed = false;
  /** Open CONNECT and AUTH exchanges, -1 for none. */
  connectFlow = -1;
  authFlow = -1;
  /** PINGREQ exchanges that await their PINGRESP, oldest first. */
  readonly pings: number[] = [];
  clientReceiveMaximum = DEFAULT_RECEIVE_MAXIMUM;
  serverReceiveMaximum = DEFAULT_RECEIVE_MAXIMUM;
  /** Microseconds, NaN before the first; numbers throughout, since an acknowledgement that changes them must not allocate. */
  rttUs = Number.NaN;
  rttAverageUs = Number.NaN;

  constructor(id: number, openedUs: number) {
    this.id = id;
    this.openedUs = openedUs;
  }

  /** Notes one measured round trip, microseconds. */
  measured(rttUs: number): void {
    this.rttUs = rttUs;
    this.rttAverageUs = Number.isNaN(this.rttAverageUs) ? rttUs : this.rttAverageUs + (rttUs - this.rttAverageUs) / 8;
  }
}
