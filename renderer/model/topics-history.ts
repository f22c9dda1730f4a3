/** The messages of one topic that the capture holds, with a preview of each that is on screen. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { PacketViewPush } from '../../shared/contract/pushes.ts';
import type { Seq, SourceId } from '../../shared/contract/identifiers.ts';
import { ROW_FLAG } from '../../shared/contract/packet-records.ts';
import type { Inspector } from './inspector.ts';
import { createStore, disposeAll, type Readable } from './store.ts';
import { historyFilter } from './topics-names.ts';
import { type PayloadPreview, previewPayload } from './topics-preview.ts';
import { PREVIEW_BYTES } from './topics-rows.ts';
import { ViewWindow } from './view-window.ts';

/** Previews kept; the least recently shown go first. */
const MAX_PREVIEWS = 1000;
/** Milliseconds between two looks for rows without a preview: a busy topic has new rows in each frame. */
const PREVIEW_INTERVAL_MS = 100;

export interface HistoryRow {
  readonly index: number;
  readonly seq: Seq;
  readonly timeUs: number;
  /** Microseconds since the row before, NaN for the first. */
  readonly sinceUs: number;
  readonly fromClient: boolean;
  readonly qos: number;
  readonly retain: boolean;
  readonly dup: boolean;
  /** Whole packet, bytes. */
  readonly length: number;
}

export class TopicHistory implements Disposable {
  readonly #inspector: Inspector;
  readonly #source: SourceId;
  readonly #topic: string;
  readonly #window: ViewWindow<'packets'>;
  readonly #previews = createStore<ReadonlyMap<Seq, PayloadPreview | null>>(new Map());
  readonly #failure = createStore<InspectorError | undefined>(undefined);
  readonly #live: Disposable;
  #visible = { from: 0, count: 0 };
  #fetching = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  constructor(inspector: Inspector, source: SourceId, topic: string) {
    this.#inspector = inspector;
    this.#source = source;
    this.#topic = topic;
    this.#window = new ViewWindow(inspector, {
      kind: 'packets',
      open: () => inspector.call('openPacketView', { source, filter: historyFilter(topic) }),
      failed: (error) => {
        if (error instanceof InspectorError) this.#failure.set(error);
      },
      follow: true,
    });
    this.#live = disposeAll([this.#window, this.#window.push.subscribe(() => this.#fetchPreviews())]);
  }

  get topic(): string {
    return this.#topic;
  }
  get push(): Readable<PacketViewPush | undefined> {
    return this.#window.push;
  }
  get following(): Readable<boolean> {
    return this.#window.following;
  }
  /** By packet; null where the packet is gone. */
  get previews(): Readable<ReadonlyMap<Seq, PayloadPreview | null>> {
    return this.#previews;
  }
  get failure(): Readable<InspectorError | undefined> {
    return this.#failure;
  }

  /** The panel is on screen until the result is disposed; in between the view asks for no rows. */
  show(): Disposable {
    return this.#window.show();
  }

  follow(on: boolean): void {
    this.#window.follow(on);
  }

  setVisible(from: number, count: number): void {
    this.#visible = { from, count };
    this.#window.setVisible(from, count);
    this.#fetchPreviews();
  }

  row(index: number): HistoryRow | undefined {
    const rows = this.#window.push.get()?.rows;
    if (rows === undefined) return undefined;
    const i = index - rows.first;
    const seq = rows.seq[i];
    if (i < 0 || seq === undefined) return undefined;
    const timeUs = rows.timeUs[i] ?? Number.NaN;
    const flags = rows.flags[i] ?? 0;
    return {
      index,
      seq,
      timeUs,
      sinceUs: timeUs - (i === 0 ? rows.previousTimeUs : (rows.timeUs[i - 1] ?? Number.NaN)),
      fromClient: rows.direction[i] === 0,
      qos: ((rows.header[i] ?? 0) >> 1) & 3,
      retain: (flags & ROW_FLAG.retain) !== 0,
      dup: (flags & ROW_FLAG.dup) !== 0,
      length: rows.length[i] ?? 0,
    };
  }

  rowOf(seq: Seq): number {
    const rows = this.#window.push.get()?.rows;
    const i = rows?.seq.indexOf(seq) ?? -1;
    return rows === undefined || i < 0 ? -1 : rows.first + i;
  }

  /** The message before `seq` on this topic; undefined for the first that the capture still holds. */
  async before(seq: Seq): Promise<Seq | undefined> {
    const { view } = this.#window;
    if (view === undefined) return undefined;
    const { row, exact } = await this.#inspector.call('revealPacket', { view, seq });
    if (!exact || row <= 0) return undefined;
    const rows = await this.#inspector.call('readRows', { view, from: row - 1, count: 1 });
    return rows.seq[0];
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#live[Symbol.dispose]();
  }

  /** Packet rows carry no payload: what is on screen is fetched, and kept. */
  #fetchPreviews(): void {
    if (this.#disposed || this.#fetching || this.#timer !== undefined || this.#missing().length === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#fetchMissing();
    }, PREVIEW_INTERVAL_MS);
  }

  #missing(): readonly Seq[] {
    const { from, count } = this.#visible;
    const total = this.#window.push.get()?.total ?? 0;
    const start = this.#window.following.get() ? Math.max(0, total - count) : from;
    const known = this.#previews.get();
    const missing: Seq[] = [];
    for (let index = start; index < start + count; index += 1) {
      const seq = this.row(index)?.seq;
      if (seq !== undefined && !known.has(seq)) missing.push(seq);
    }
    return missing;
  }

  async #fetchMissing(): Promise<void> {
    this.#fetching = true;
    const fetched = await Promise.all(this.#missing().map(async (seq) => [seq, await this.#preview(seq)] as const));
    this.#fetching = false;
    if (this.#disposed) return;
    const previews = new Map(this.#previews.get());
    for (const [seq, preview] of fetched) if (preview !== undefined) previews.set(seq, preview);
    for (const old of previews.keys()) {
      if (previews.size <= MAX_PREVIEWS) break;
      previews.delete(old);
    }
    this.#previews.set(previews);
    this.#fetchPreviews();
  }

  /** Null where the packet is gone, undefined where the link is. */
  async #preview(seq: Seq): Promise<PayloadPreview | null | undefined> {
    try {
      const detail = await this.#inspector.call('getPacket', { source: this.#source, seq });
      const { payloadFrom, payloadTo } = detail;
      const head = detail.bytes.subarray(payloadFrom, Math.min(payloadTo, payloadFrom + PREVIEW_BYTES * 2));
      return previewPayload(head, payloadTo - payloadFrom);
    } catch (error) {
      if (!(error instanceof InspectorError)) throw error;
      return error.code === 'cancelled' ? undefined : null;
    }
  }
}
