/** Messages that were sent and messages that were saved, kept on the host as small documents. */

import type { MessageProperties } from '../../shared/contract/profiles.ts';
import type { QoS } from '../../shared/mqtt/packet.ts';
import { toBase64 } from '../../shared/payload/payload-encoding.ts';
import type { Inspector } from './inspector.ts';
import type { MessageDraft } from './navigation.ts';
import { parseBase64 } from './publish-bytes.ts';
import { createStore, type Readable } from './store.ts';

export interface KeptMessage extends MessageDraft {
  /** Given by the user to a saved one. */
  readonly name: string;
  /** Wall clock, milliseconds since the Unix epoch. */
  readonly atMs: number;
}

/** Oldest go beyond these. */
export const HISTORY_LIMIT = 100;
export const SAVED_LIMIT = 200;
/** Larger payloads are sent but not kept, bytes. */
export const LARGEST_KEPT = 65_536;
/** Characters of one document, well below what the host takes. */
const LARGEST_DOCUMENT = 3_500_000;

interface Stored {
  readonly name: string;
  readonly atMs: number;
  readonly topic: string;
  readonly payload: string;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly properties?: Omit<MessageProperties, 'correlationData'> & { readonly correlationData?: string };
}

export class KeptMessages {
  readonly #inspector: Inspector;
  readonly #document: string;
  readonly #limit: number;
  readonly #messages = createStore<readonly KeptMessage[]>([]);
  #loaded = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(inspector: Inspector, document: 'publish-history' | 'saved-messages', limit: number) {
    this.#inspector = inspector;
    this.#document = document;
    this.#limit = limit;
  }

  /** Newest first. */
  get messages(): Readable<readonly KeptMessage[]> {
    return this.#messages;
  }

  /** Reads the document once; a damaged one counts as empty and is replaced by the next change. */
  async load(): Promise<void> {
    if (this.#loaded) return;
    const text = await this.#inspector.call('readDocument', { name: this.#document });
    if (this.#loaded) return;
    this.#loaded = true;
    this.#messages.set([...this.#messages.get(), ...readKept(text)].slice(0, this.#limit));
  }

  /** Puts a message first. One that equals an older of the same name replaces it. Answers false where it is too large to keep. */
  add(message: KeptMessage): boolean {
    if (message.payload.length > LARGEST_KEPT) return false;
    const key = keyOf(message);
    const others = this.#messages.get().filter((other) => keyOf(other) !== key);
    this.#set([message, ...others].slice(0, this.#limit));
    return true;
  }

  remove(message: KeptMessage): void {
    this.#set(this.#messages.get().filter((other) => other !== message));
  }

  clear(): void {
    this.#set([]);
  }

  #set(messages: readonly KeptMessage[]): void {
    this.#messages.set(messages);
    this.#writing = this.#writing.then(async () => {
      if (this.#messages.get() !== messages) return;
      await this.#inspector
        .call('writeDocument', { name: this.#document, text: writeKept(messages) })
        .catch(() => undefined);
    });
  }
}

function keyOf(message: KeptMessage): string {
  const { atMs: _, ...stored } = storedOf(message);
  return JSON.stringify(stored);
}

function storedOf(message: KeptMessage): Stored {
  const { name, atMs, topic, qos, retain, properties } = message;
  const { correlationData, ...others } = properties ?? {};
  return {
    name,
    atMs,
    topic,
    payload: toBase64(message.payload),
    qos,
    retain,
    ...(properties === undefined
      ? {}
      : {
          properties: {
            ...others,
            ...(correlationData === undefined ? {} : { correlationData: toBase64(correlationData) }),
          },
        }),
  };
}

/** As many of the newest as one document holds. */
export function writeKept(messages: readonly KeptMessage[]): string {
  const parts: string[] = [];
  let length = 2;
  for (const message of messages) {
    const part = JSON.stringify(storedOf(message));
    length += part.length + 1;
    if (length > LARGEST_DOCUMENT) break;
    parts.push(part);
  }
  return `[${parts.join(',')}]`;
}

/** What of a document can be read; never throws. */
export function readKept(text: string | null): readonly KeptMessage[] {
  try {
    const parsed: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(parsed) ? parsed.flatMap(keptOf) : [];
  } catch {
    return [];
  }
}

function keptOf(value: unknown): readonly KeptMessage[] {
  if (typeof value !== 'object' || value === null) return [];
  const { name, atMs, topic, payload, qos, retain, properties } = value as Partial<Record<keyof Stored, unknown>>;
  if (typeof topic !== 'string' || typeof payload !== 'string' || (qos !== 0 && qos !== 1 && qos !== 2)) return [];
  const bytes = parseBase64(payload);
  if (!('bytes' in bytes)) return [];
  const kept = typeof properties === 'object' && properties !== null ? propertiesOf(properties) : undefined;
  return [
    {
      name: typeof name === 'string' ? name : '',
      atMs: typeof atMs === 'number' ? atMs : 0,
      topic,
      payload: bytes.bytes,
      qos,
      retain: retain === true,
      ...(kept === undefined ? {} : { properties: kept }),
    },
  ];
}

function propertiesOf(stored: object): MessageProperties {
  const { correlationData, ...others } = stored as NonNullable<Stored['properties']>;
  const bytes = typeof correlationData === 'string' ? parseBase64(correlationData) : undefined;
  return {
    ...others,
    ...(bytes !== undefined && 'bytes' in bytes ? { correlationData: new Uint8Array(bytes.bytes) } : {}),
  };
}
