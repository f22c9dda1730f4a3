/** The Publish panel of one source: the form, sending, repeating, raw bytes, and what came of it. */

import { InspectorError } from '../../shared/contract/errors.ts';
import { MAX_DECODED_BYTES } from '../../shared/contract/procedures.ts';
import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { DecodedBytes } from '../../shared/contract/packet-records.ts';
import type { ProtocolVersion } from '../../shared/mqtt/packet.ts';
import type { Inspector } from './inspector.ts';
import type { MessageDraft } from './navigation.ts';
import { parseHex } from './publish-bytes.ts';
import {
  type CheckedMessage,
  checkMessage,
  EMPTY_MESSAGE,
  numberIn,
  type PayloadFormat,
  type PublishFaults,
  type PublishForm,
  type PublishField,
  type PublishFault,
  withFormat,
  withMessage,
  withPayload,
} from './publish-form.ts';
import type { KeptMessages } from './publish-history.ts';
import { createStore, derive, type Readable } from './store.ts';

export type PublishResult =
  | {
      readonly kind: 'message';
      readonly outcome: 'sent' | 'queued';
      readonly packetId: number;
      readonly topic: string;
      readonly atMs: number;
    }
  | { readonly kind: 'raw'; readonly length: number; readonly atMs: number }
  | { readonly kind: 'repeat'; readonly topic: string; readonly atMs: number };

/** The first packet of the bytes typed, as a server would read it. */
export type RawPreview = DecodedBytes & { readonly bytes: Uint8Array };

const NO_FAULTS: PublishFaults = new Map();
const COMPLETIONS = 20;
const LONGEST_INTERVAL_MS = 86_400_000;
const MOST_REPEATS = 1_000_000_000;

export class PublishModel implements Disposable {
  readonly source: SourceId;
  readonly #inspector: Inspector;
  readonly #history: KeptMessages;
  readonly #form = createStore<PublishForm>(EMPTY_MESSAGE);
  readonly #raw = createStore('');
  readonly #preview = createStore<RawPreview | undefined>(undefined);
  readonly mode = createStore<'message' | 'raw'>('message');
  readonly #tried = createStore<'no' | 'send' | 'repeat'>('no');
  readonly #failure = createStore<InspectorError | undefined>(undefined);
  readonly #result = createStore<PublishResult | undefined>(undefined);
  readonly #completions = createStore<readonly string[]>([]);
  /** The payload holds bytes that are no text: the format stayed. */
  readonly #notText = createStore(false);
  /** Counts the times the payload was replaced from outside the editor. */
  readonly #revision = createStore(0);
  readonly faults: Readable<PublishFaults>;

  constructor(inspector: Inspector, source: SourceId, history: KeptMessages) {
    this.#inspector = inspector;
    this.source = source;
    this.#history = history;
    this.faults = derive([this.#form, this.#tried], () => {
      const tried = this.#tried.get();
      return tried === 'no' ? NO_FAULTS : this.#faultsOf(tried === 'repeat');
    });
  }

  get form(): Readable<PublishForm> {
    return this.#form;
  }
  /** Hexadecimal as typed. */
  get raw(): Readable<string> {
    return this.#raw;
  }
  /** Of the bytes typed last that were whole bytes and no more than the service decodes. */
  get preview(): Readable<RawPreview | undefined> {
    return this.#preview;
  }
  get failure(): Readable<InspectorError | undefined> {
    return this.#failure;
  }
  get result(): Readable<PublishResult | undefined> {
    return this.#result;
  }
  get completions(): Readable<readonly string[]> {
    return this.#completions;
  }
  get notText(): Readable<boolean> {
    return this.#notText;
  }
  get revision(): Readable<number> {
    return this.#revision;
  }

  change(patch: Partial<PublishForm>): void {
    this.#form.update((form) => ({ ...form, ...patch }));
    this.#notText.set(false);
  }

  setFormat(format: PayloadFormat): void {
    const next = withFormat(this.#form.get(), format);
    this.#notText.set(next === undefined);
    if (next !== undefined) this.#replace(next);
  }

  setPayload(bytes: Uint8Array): void {
    this.#replace(withPayload(this.#form.get(), bytes));
  }

  replacePayload(payload: string): void {
    this.#replace({ ...this.#form.get(), payload });
  }

  /** Fills the form; nothing is sent. */
  fill(message: MessageDraft): void {
    this.mode.set('message');
    this.#tried.set('no');
    this.#failure.set(undefined);
    this.#replace(withMessage(this.#form.get(), message));
  }

  setRaw(text: string): void {
    this.#raw.set(text);
  }

  /** Reads what was typed, as the version given; an answer that comes after further typing is dropped. */
  async decode(protocolVersion: ProtocolVersion): Promise<void> {
    const raw = this.#raw.get();
    const parsed = parseHex(raw);
    if (!('bytes' in parsed) || parsed.bytes.length === 0 || parsed.bytes.length > MAX_DECODED_BYTES) {
      // Half a byte on the way to the next one: what was read so far stays.
      if (!('fault' in parsed && parsed.fault === 'half-byte')) this.#preview.set(undefined);
      return;
    }
    const bytes = new Uint8Array(parsed.bytes);
    try {
      const decoded = await this.#inspector.call('decodeBytes', { bytes, protocolVersion });
      if (this.#raw.get() === raw) this.#preview.set({ ...decoded, bytes: bytes.subarray(0, decoded.length) });
    } catch (error) {
      if (!(error instanceof InspectorError)) throw error;
      this.#preview.set(undefined);
    }
  }

  /** Asks for topics that contain what was typed. */
  async complete(text: string): Promise<void> {
    try {
      const topics = await this.#inspector.call('completeTopic', { source: this.source, text, limit: COMPLETIONS });
      if (this.#form.get().topic === text) this.#completions.set(topics);
    } catch (error) {
      if (!(error instanceof InspectorError)) throw error;
      this.#completions.set([]);
    }
  }

  async send(): Promise<boolean> {
    if (this.mode.get() === 'raw') return this.sendRaw();
    const message = this.#checked(false);
    if (message === undefined) return false;
    const { source } = this;
    return this.#ask(async () => {
      const { outcome, packetId } = await this.#inspector.call('publish', { source, ...message });
      const atMs = Date.now();
      this.#result.set({ kind: 'message', outcome, packetId, topic: message.topic, atMs });
      this.#history.add({ ...message, name: '', atMs });
    });
  }

  async repeat(): Promise<boolean> {
    const message = this.#checked(true);
    if (message === undefined) return false;
    const { source } = this;
    const { intervalMs, count } = this.#form.get();
    return this.#ask(async () => {
      await this.#inspector.call('startRepeat', {
        source,
        ...message,
        intervalMs: Number(intervalMs),
        count: count.trim() === '' ? 0 : Number(count),
      });
      this.#result.set({ kind: 'repeat', topic: message.topic, atMs: Date.now() });
      this.#history.add({ ...message, name: '', atMs: Date.now() });
    });
  }

  stop(repeat: number): Promise<boolean> {
    return this.#ask(() => this.#inspector.call('stopRepeat', { repeat }));
  }

  async sendRaw(): Promise<boolean> {
    const parsed = parseHex(this.#raw.get());
    if (!('bytes' in parsed) || parsed.bytes.length === 0) {
      this.#tried.set('send');
      return false;
    }
    const { source } = this;
    const bytes = new Uint8Array(parsed.bytes);
    return this.#ask(async () => {
      await this.#inspector.call('sendRaw', { source, bytes });
      this.#result.set({ kind: 'raw', length: bytes.length, atMs: Date.now() });
    });
  }

  /** The message of the form, to be saved under a name. */
  current(): CheckedMessage | undefined {
    return this.#checked(false);
  }

  connect(): Promise<boolean> {
    return this.#ask(() => this.#inspector.call('connect', { source: this.source }));
  }

  dismiss(): void {
    this.#failure.set(undefined);
  }

  [Symbol.dispose](): void {
    this.#completions.set([]);
  }

  get #version(): ProtocolVersion {
    return this.#inspector.sources.get().find(({ id }) => id === this.source)?.protocolVersion ?? 5;
  }

  #replace(form: PublishForm): void {
    this.#form.set(form);
    this.#revision.update((revision) => revision + 1);
  }

  #faultsOf(repeating: boolean): PublishFaults {
    const form = this.#form.get();
    const checked = checkMessage(form, this.#version);
    const faults = new Map<PublishField, PublishFault>('faults' in checked ? checked.faults : []);
    if (!repeating) return faults;
    const interval = numberIn(form.intervalMs, 1, LONGEST_INTERVAL_MS);
    if (interval === undefined || Number.isNaN(interval))
      faults.set('intervalMs', { code: 'number', min: 1, max: LONGEST_INTERVAL_MS });
    if (Number.isNaN(numberIn(form.count, 0, MOST_REPEATS)))
      faults.set('count', { code: 'number', min: 0, max: MOST_REPEATS });
    return faults;
  }

  #checked(repeating: boolean): CheckedMessage | undefined {
    this.#tried.set(repeating ? 'repeat' : 'send');
    if (this.#faultsOf(repeating).size > 0) return undefined;
    const checked = checkMessage(this.#form.get(), this.#version);
    return 'message' in checked ? checked.message : undefined;
  }

  async #ask(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      this.#failure.set(undefined);
      this.#tried.set('no');
      return true;
    } catch (error) {
      if (!(error instanceof InspectorError)) throw error;
      this.#failure.set(error);
      this.#result.set(undefined);
      return false;
    }
  }
}
