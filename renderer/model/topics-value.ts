/** One message in full: fetched by its row number, its payload loaded piece by piece, never shown as whole where it is not. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { Seq, SourceId } from '../../shared/contract/identifiers.ts';
import type { PacketDetail } from '../../shared/contract/packet-records.ts';
import type { Field } from '../../shared/mqtt/packet.ts';
import type { Inspector } from './inspector.ts';
import { createStore, type Readable } from './store.ts';

/** Most bytes of one `readBytes`. */
const PIECE_BYTES = 4 * 1024 * 1024;
/** Milliseconds between two messages of a live topic: more than that nobody reads. */
const LIVE_INTERVAL_MS = 100;

export interface LoadedMessage {
  readonly detail: PacketDetail;
  /** The payload from its beginning, as far as it was loaded. */
  readonly payload: Uint8Array;
  readonly payloadLength: number;
}

type ValueState =
  | { readonly step: 'none' }
  | { readonly step: 'loading'; readonly seq: Seq }
  | ({ readonly step: 'loaded'; readonly loadingMore: boolean } & LoadedMessage)
  | { readonly step: 'failed'; readonly seq: Seq; readonly error: InspectorError };

export async function loadMessage(inspector: Inspector, source: SourceId, seq: Seq): Promise<LoadedMessage> {
  const detail = await inspector.call('getPacket', { source, seq });
  const payloadLength = Math.max(0, detail.payloadTo - detail.payloadFrom);
  return { detail, payload: detail.bytes.subarray(detail.payloadFrom, detail.payloadTo), payloadLength };
}

/** Properties of the packet as the field tree names them, repeated ones as often as they occur. */
export function propertyFields(fields: readonly Field[]): readonly Field[] {
  for (const field of fields) {
    if (field.name === 'properties') return (field.children ?? []).filter((child) => child.name !== 'propertyLength');
    const inside = propertyFields(field.children ?? []);
    if (inside.length > 0) return inside;
  }
  return [];
}

export class MessageValue implements Disposable {
  readonly #inspector: Inspector;
  readonly #source: SourceId;
  readonly #state = createStore<ValueState>({ step: 'none' });
  #wanted: Seq | undefined;
  #loading = false;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(inspector: Inspector, source: SourceId) {
    this.#inspector = inspector;
    this.#source = source;
  }

  get state(): Readable<ValueState> {
    return this.#state;
  }

  /** Shows the message; the one before stays on screen until it has arrived. Calls in between are skipped. */
  show(seq: Seq | undefined): void {
    if (seq === this.#wanted) return;
    this.#wanted = seq;
    if (seq === undefined) this.#state.set({ step: 'none' });
    else if (!this.#loading && this.#pause === undefined) void this.#load(seq);
  }

  /** Loads the next piece of the payload. */
  async loadMore(): Promise<void> {
    const state = this.#state.get();
    if (state.step !== 'loaded' || state.loadingMore || state.payload.length >= state.payloadLength) return;
    const { detail } = state;
    this.#state.set({ ...state, loadingMore: true });
    const from = detail.payloadFrom + state.payload.length;
    const to = Math.min(detail.payloadTo, from + PIECE_BYTES);
    try {
      const piece = await this.#inspector.call('readBytes', { source: this.#source, seq: detail.seq, from, to });
      const payload = new Uint8Array(state.payload.length + piece.length);
      payload.set(state.payload);
      payload.set(piece, state.payload.length);
      if (this.#shows(detail.seq)) this.#state.set({ ...state, payload, loadingMore: false });
    } catch (error) {
      if (!(error instanceof InspectorError)) throw error;
      if (this.#shows(detail.seq)) this.#state.set({ step: 'failed', seq: detail.seq, error });
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#pause);
    this.#wanted = undefined;
  }

  #shows(seq: Seq): boolean {
    const state = this.#state.get();
    return state.step === 'loaded' && state.detail.seq === seq;
  }

  async #load(seq: Seq): Promise<void> {
    this.#loading = true;
    if (this.#state.get().step !== 'loaded') this.#state.set({ step: 'loading', seq });
    let next: ValueState;
    try {
      next = { step: 'loaded', loadingMore: false, ...(await loadMessage(this.#inspector, this.#source, seq)) };
    } catch (error) {
      if (!(error instanceof InspectorError)) throw error;
      next = { step: 'failed', seq, error };
    }
    this.#loading = false;
    if (this.#wanted === undefined) return;
    this.#state.set(next);
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      if (this.#wanted !== undefined && this.#wanted !== seq) void this.#load(this.#wanted);
    }, LIVE_INTERVAL_MS);
  }
}
