/** Packets that wait at a breakpoint: the selected one with its bytes, what is typed over it, and what becomes of it. */

import { InspectorError } from '../../shared/contract/errors.ts';
import { MAX_DECODED_BYTES } from '../../shared/contract/procedures.ts';
import type { DecodedBytes } from '../../shared/contract/packet-records.ts';
import type { HeldPacket, Verdict } from '../../shared/contract/rules.ts';
import type { AppModel } from './app-model.ts';
import { type HeldEdit, heldEdit, type HeldVerdict, heldVerdict, withPayloadAs } from './held-edit.ts';
import { parseHex } from './publish-bytes.ts';
import { createStore, derive, type Readable } from './store.ts';

/** A packet that waits, with its bytes. */
export interface LoadedHeld {
  readonly id: number;
  readonly bytes: Uint8Array;
  /** Undefined where it is too large to be read field by field. */
  readonly decoded: DecodedBytes | undefined;
  /** As it came. */
  readonly came: HeldEdit;
  readonly edit: HeldEdit;
}

/** Bytes as typed, read field by field. */
export type TypedBytes = DecodedBytes & { readonly bytes: Uint8Array };

const UNCHANGED: HeldVerdict = { changed: false };

export class HeldModel {
  readonly #app: AppModel;
  readonly #chosen = createStore<number | undefined>(undefined);
  /** Those that were looked at, with what was typed over them, for as long as they wait. */
  readonly #loaded = createStore<ReadonlyMap<number, LoadedHeld>>(new Map());
  readonly #typed = createStore<TypedBytes | undefined>(undefined);
  /** Those whose verdict is on its way, or was taken and not yet heard of: a second press of the key is not meant for them. */
  readonly #judged = new Set<number>();
  readonly #failure = createStore<InspectorError | undefined>(undefined);
  /** The payload holds bytes that are no text: it stays hexadecimal. */
  readonly #notText = createStore(false);
  readonly held: Readable<readonly HeldPacket[]>;
  /** The one on screen. Where that has gone, the oldest. */
  readonly selected: Readable<HeldPacket | undefined>;
  /** Undefined until its bytes are here. */
  readonly loaded: Readable<LoadedHeld | undefined>;
  readonly verdict: Readable<HeldVerdict>;

  constructor(app: AppModel) {
    this.#app = app;
    const { rules } = app.inspector;
    this.held = derive([rules], () => rules.get().held);
    const found = derive([this.held, this.#chosen], () => {
      const held = this.held.get();
      return held.find(({ id }) => id === this.#chosen.get()) ?? held[0];
    });
    this.selected = found;
    this.loaded = derive([found, this.#loaded], () => {
      const selected = found.get();
      return selected === undefined ? undefined : this.#loaded.get().get(selected.id);
    });
    this.verdict = derive([this.loaded], () => {
      const loaded = this.loaded.get();
      return loaded === undefined ? UNCHANGED : heldVerdict(loaded.came, loaded.edit);
    });
    this.held.subscribe(() => this.#forgetGone());
  }

  /** Bytes as typed of the selected one, once they were read; undefined where none were typed. */
  get typed(): Readable<TypedBytes | undefined> {
    return this.#typed;
  }
  /** Why the last verdict on a packet was not taken; it still waits. */
  get failure(): Readable<InspectorError | undefined> {
    return this.#failure;
  }
  get notText(): Readable<boolean> {
    return this.#notText;
  }

  select(id: number | undefined): void {
    if (id === this.#chosen.get()) return;
    this.#chosen.set(id);
    this.#failure.set(undefined);
    this.#notText.set(false);
    this.#typed.set(undefined);
  }

  /** Fetches the bytes of the selected one; does nothing where they are here. */
  async load(): Promise<void> {
    const selected = this.selected.get();
    if (selected === undefined || this.#loaded.get().has(selected.id)) return;
    const { id, protocolVersion } = selected;
    const { inspector } = this.#app;
    try {
      const bytes = await inspector.call('readHeld', { held: id });
      const fits = bytes.length > 0 && bytes.length <= MAX_DECODED_BYTES;
      const decoded = fits
        ? await inspector.call('decodeBytes', { bytes: new Uint8Array(bytes), protocolVersion })
        : undefined;
      const came = heldEdit(selected, bytes, decoded);
      this.#loaded.update((loaded) =>
        loaded.has(id) ? loaded : new Map(loaded).set(id, { id, bytes, decoded, came, edit: came }),
      );
    } catch (error) {
      // One that is gone has left the list, or will with the next frame.
      if (error instanceof InspectorError && error.code !== 'no-such-held-packet') this.#app.actions.report(error);
    }
  }

  change(patch: Partial<HeldEdit>): void {
    const loaded = this.loaded.get();
    if (loaded === undefined) return;
    this.#failure.set(undefined);
    this.#notText.set(false);
    this.#edit({ ...loaded, edit: { ...loaded.edit, ...patch } });
  }

  setPayloadAs(as: HeldEdit['payloadAs']): void {
    const loaded = this.loaded.get();
    if (loaded === undefined) return;
    const edit = withPayloadAs(loaded.edit, as);
    this.#notText.set(edit === undefined && as === 'text');
    if (edit !== undefined) this.#edit({ ...loaded, edit });
  }

  /** Fields and bytes as they came. */
  revert(): void {
    const loaded = this.loaded.get();
    if (loaded === undefined) return;
    this.#failure.set(undefined);
    this.#typed.set(undefined);
    this.#edit({ ...loaded, edit: { ...loaded.came, as: loaded.edit.as } });
  }

  /** Reads the bytes as typed; an answer that comes after further typing is dropped. */
  async decodeTyped(): Promise<void> {
    const loaded = this.loaded.get();
    const selected = this.selected.get();
    if (loaded === undefined || selected === undefined) return;
    const { edit, came } = loaded;
    const parsed = parseHex(edit.bytes ?? '');
    if (edit.bytes === came.bytes) this.#typed.set(undefined);
    if (edit.bytes === came.bytes || !('bytes' in parsed)) return;
    const bytes = new Uint8Array(parsed.bytes);
    if (bytes.length === 0 || bytes.length > MAX_DECODED_BYTES) return;
    const { protocolVersion } = selected;
    const decoded = await this.#app.inspector.call('decodeBytes', { bytes, protocolVersion }).catch(() => undefined);
    if (decoded !== undefined && this.loaded.get()?.edit === edit)
      this.#typed.set({ ...decoded, bytes: bytes.subarray(0, decoded.length) });
  }

  /** With what was typed over it. Does nothing where that cannot be used. */
  async forward(): Promise<void> {
    const verdict = this.verdict.get();
    if ('fault' in verdict) return;
    await this.resolve(verdict.changed ? verdict.verdict : { kind: 'forward' });
  }

  /** The selected one. */
  async resolve(verdict: Verdict): Promise<void> {
    const selected = this.selected.get();
    if (selected === undefined || this.#judged.has(selected.id)) return;
    const { inspector, actions } = this.#app;
    this.#judged.add(selected.id);
    const next = this.#after(selected.id);
    try {
      await inspector.call('resolveHeld', { held: selected.id, verdict });
      this.#failure.set(undefined);
      if (this.#chosen.get() === undefined || this.#chosen.get() === selected.id) this.select(next);
    } catch (error) {
      this.#judged.delete(selected.id);
      if (error instanceof InspectorError && error.code === 'bad-edit') this.#failure.set(error);
      else actions.report(error);
    }
  }

  async resolveAll(verdict: 'forward' | 'drop'): Promise<void> {
    const { inspector, actions } = this.#app;
    await actions.run(() => inspector.call('resolveAllHeld', { verdict }));
  }

  #after(id: number): number | undefined {
    const held = this.held.get();
    const at = held.findIndex((packet) => packet.id === id);
    return (held[at + 1] ?? held[at - 1])?.id;
  }

  #edit(loaded: LoadedHeld): void {
    this.#loaded.update((all) => new Map(all).set(loaded.id, loaded));
  }

  #forgetGone(): void {
    const waiting = new Set(this.held.get().map(({ id }) => id));
    for (const id of this.#judged) if (!waiting.has(id)) this.#judged.delete(id);
    const loaded = this.#loaded.get();
    if ([...loaded.keys()].every((id) => waiting.has(id))) return;
    this.#loaded.set(new Map([...loaded].filter(([id]) => waiting.has(id))));
  }
}

const models = new WeakMap<AppModel, HeldModel>();

/** One for the page: the panel, the bar above every panel and F8 mean the same packet. */
export function heldModelOf(app: AppModel): HeldModel {
  const known = models.get(app) ?? new HeldModel(app);
  models.set(app, known);
  return known;
}
