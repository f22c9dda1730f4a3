/** What the readers of capture files have in common: what they tell, and how they fail. */

import type { FileFault } from '../../../shared/contract/file-fault.ts';

/** One packet of a capture file as the capturing program saw it. */
export interface FileFrame {
  readonly linkType: number;
  /** Microseconds since the Unix epoch; undefined where the file does not tell. */
  readonly timeUs: number | undefined;
  /** Borrowed: valid until the call returns. */
  readonly bytes: Uint8Array;
  /** Absent where the format has none. */
  readonly marks?: FrameMarks;
}

/** What the capturing program says of a packet. */
export interface FrameMarks {
  /** Number of the interface in its section. */
  readonly interfaceId: number;
  readonly queue: number | undefined;
  readonly inbound: boolean | undefined;
  readonly comments: readonly string[];
}

/** Opens a section of a file: what stands in it of the whole. */
export interface FileSection {
  readonly comments: readonly string[];
}

/** Takes a file's bytes in pieces of any size. */
export interface FileReader {
  /** False after a fault: nothing more is read. */
  push(bytes: Uint8Array): boolean;
  /** The file is over; a fault where it is cut. */
  end(): void;
  readonly fault: FileFault | undefined;
}

/** Larger records do not exist in real files; a length beyond says that the file is damaged. */
export const LARGEST_BLOCK = 256 * 1024 * 1024;
