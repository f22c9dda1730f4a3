/** A capture file, or bytes somebody pasted, as packets in order. */

import type { FileFault } from '../../shared/contract/file-fault.ts';
import type { Filter } from '../../shared/filter/filter-ast.ts';
import type { ProtocolVersion } from '../../shared/mqtt/packet.ts';
import { CaptureFile, type FileFindings } from '../engine/files/capture-file.ts';
import type { Random } from '../engine/sources/ports.ts';
import { Recording } from '../engine/sources/recording.ts';
import { HeadlessRows } from './headless-rows.ts';

export interface HeadlessDecodeOptions {
  readonly filter: Filter;
  /** Of connections whose CONNECT is not there; guessed from their packets where absent. */
  readonly protocolVersion: ProtocolVersion | undefined;
  readonly byteBudget: number;
  readonly random: Random;
}

/** Read {@link rows} after each {@link push}: what the byte budget evicts before is counted there. */
export class HeadlessDecode {
  readonly recording: Recording;
  readonly rows: HeadlessRows;
  readonly #file: CaptureFile;

  constructor({ filter, protocolVersion, byteBudget, random }: HeadlessDecodeOptions) {
    const recording = new Recording({ byteBudget, maxPacketBytes: Number.POSITIVE_INFINITY, random });
    const file = new CaptureFile({
      open: (timeUs, _parties, gap) => {
        const known = gap === undefined ? undefined : recording.capture.protocolVersion(gap.after);
        const version = known === undefined || known.origin === 'unknown' ? protocolVersion : known.version;
        return recording.openConnection(timeUs, version);
      },
      data: (connection, direction, bytes, timeUs, initiator) =>
        recording.append(connection, direction, bytes, timeUs, undefined, initiator),
      close: (connection, timeUs) => recording.closeConnection(connection, timeUs),
    });
    this.recording = recording;
    this.rows = new HeadlessRows(recording, filter, () => file.timed);
    this.#file = file;
  }

  /** False where the file cannot be read on: {@link fault} says why. */
  push(bytes: Uint8Array): boolean {
    return this.#file.push(bytes);
  }

  end(): void {
    this.#file.end();
  }

  get fault(): FileFault | undefined {
    return this.#file.fault;
  }

  get findings(): FileFindings {
    return this.#file.findings;
  }
}
