/** Writes the packets of something that records, as they come: lines, a file, or both, no faster than their readers take them. */

import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import type { HeadlessRow, HeadlessRows } from '../../service/headless-rows.ts';
import type { Output } from './capture-output.ts';

/** Rows between two looks at the network. */
const ROWS_AT_ONCE = 1_000;

/** What records. */
export interface PacketOrigin {
  readonly rows: HeadlessRows;
  /** A row as it stands in the file; undefined for a packet whose bytes were not kept. */
  filePiece(row: HeadlessRow): Uint8Array | undefined;
}

export interface PacketOutputs {
  readonly lines: Output | undefined;
  readonly file: Output | undefined;
  readonly asJson: boolean;
}

export class PacketPump {
  readonly #origin: PacketOrigin;
  readonly #isShown: (row: HeadlessRow) => boolean;
  readonly #events = new EventTarget();
  #stirred = false;

  /** @param isShown asked once for each row, in order: whether it becomes a line. */
  constructor(origin: PacketOrigin, isShown: (row: HeadlessRow) => boolean) {
    this.#origin = origin;
    this.#isShown = isShown;
  }

  /** Rows may have come, or the end. */
  stir(): void {
    this.#stirred = true;
    this.#events.dispatchEvent(new Event('stir'));
  }

  /** Writes rows until `isOver` and nothing is left. Throws an `OutputError`. */
  async run(outputs: PacketOutputs, isOver: () => boolean): Promise<void> {
    for (;;) {
      this.#stirred = false;
      const wasOver = isOver();
      // Each step waits for the one before it: order is the point.
      // oxlint-disable-next-line no-await-in-loop
      await this.#write(outputs);
      if (this.#origin.rows.behind) {
        // oxlint-disable-next-line no-await-in-loop
        await turn();
      } else if (wasOver) return;
      else if (!this.#stirred) {
        // oxlint-disable-next-line no-await-in-loop
        await once(this.#events, 'stir');
      }
    }
  }

  async #write({ lines, file, asJson }: PacketOutputs): Promise<void> {
    const { rows } = this.#origin;
    let text = '';
    const pieces: Uint8Array[] = [];
    for (const row of rows.take(ROWS_AT_ONCE)) {
      const piece = file === undefined ? undefined : this.#origin.filePiece(row);
      if (piece !== undefined) pieces.push(piece);
      if (this.#isShown(row) && lines !== undefined) text += `${asJson ? rows.json(row) : rows.line(row)}\n`;
    }
    await lines?.write(text);
    for (const piece of pieces) {
      // oxlint-disable-next-line no-await-in-loop
      await file?.write(piece);
    }
  }
}
