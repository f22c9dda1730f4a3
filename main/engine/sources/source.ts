/** What every live source tells of itself, whoever drives it: a session of ours, or a script. */

import type { ConnectionFailure } from '../../../shared/contract/connection-records.ts';
import type { SessionState } from '../../../shared/contract/source-records.ts';
import type { ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import type { SessionSnapshot } from '../session/snapshot.ts';
import type { ConnectionLog } from './connection-log.ts';
import type { TlsFacts } from './ports.ts';
import type { Recording } from './recording.ts';

export interface Source {
  readonly recording: Recording;
  readonly log: ConnectionLog;
  readonly state: SessionState;
  /** Of the newest connection. */
  readonly protocolVersion: ProtocolVersion;
  /** Number of the newest connection in the capture, -1 before the first. */
  readonly connection: number;
  /** Facts of the TLS connection that stands, if one does. */
  readonly tls: TlsFacts | undefined;
  /** Why the last connection or attempt ended; gone once connected again. */
  readonly failure: ConnectionFailure | undefined;
  snapshot(): SessionSnapshot;
  /** Ends for good; the recording stays readable. */
  close(): void;
}
