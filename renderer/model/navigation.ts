/** How one panel asks for another without knowing it: a request goes out here, the panel that serves it takes it. */

import type { ChosenFile } from './file-opening.ts';
import type { MessageProperties, SubscriptionRequest } from '../../shared/contract/profiles.ts';
import type { Seq, SeqRange, SourceId } from '../../shared/contract/identifiers.ts';
import type { QoS } from '../../shared/mqtt/packet.ts';
import { createStore, disposable, type Readable, type Writable } from './store.ts';

/** A message for the Publish panel's form. */
export interface MessageDraft {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly properties?: MessageProperties;
}

/** Several packets of one list: those that pass its filter in these ranges. */
export interface ChosenPackets {
  readonly ranges: readonly SeqRange[];
  readonly count: number;
}

/** What can be asked for. `packet`, `packets` and so on are also the rows of {@link PANEL_OF}. */
export type NavigationRequest =
  /** Select this packet in the list, whatever filter hides it. */
  | { readonly to: 'packet'; readonly source: SourceId; readonly seq: Seq }
  /** Show the list under this filter. */
  | { readonly to: 'packets'; readonly source: SourceId; readonly filter: string }
  | { readonly to: 'flow'; readonly source: SourceId; readonly flow: number }
  | { readonly to: 'topic'; readonly source: SourceId; readonly topic: string }
  /** Fill the form; nothing is sent. */
  | { readonly to: 'publish'; readonly source: SourceId; readonly message: MessageDraft }
  /** Fill the form that subscribes; nothing is sent. */
  | { readonly to: 'subscribe'; readonly source: SourceId; readonly subscription: SubscriptionRequest }
  /** The form of a replay of the source's messages, those that pass a filter, come from one packet on, or were chosen. */
  | {
      readonly to: 'replay';
      readonly source: SourceId;
      readonly filter?: string | undefined;
      readonly fromSeq?: Seq | undefined;
      readonly chosen?: ChosenPackets | undefined;
    }
  /** The form that compares, with one side filled: a source, or one exchange of it. */
  | { readonly to: 'compare'; readonly source: SourceId; readonly side: 'a' | 'b'; readonly flow?: number | undefined }
  /** The connection of a source. */
  | { readonly to: 'connection'; readonly source: SourceId }
  /** Show a line of a script in the console's editor. */
  | { readonly to: 'script'; readonly file: string; readonly line: number }
  /** Take files into the console's editor. */
  | { readonly to: 'scripts'; readonly files: readonly ChosenFile[] }
  /** The taps, and the form of a new one. */
  | { readonly to: 'tap' }
  /** A new rule for packets like one, and its form; without a filter, the form of a rule that is still off. */
  | { readonly to: 'rule'; readonly filter?: string; readonly action?: 'pause' | 'drop' }
  /** A packet that waits at a rule; the oldest where none is named. */
  | { readonly to: 'held'; readonly held?: number }
  /** The form of a new connection, of a saved one, or of what a session that was never saved was opened with. */
  | { readonly to: 'profile'; readonly profileId?: string; readonly like?: SourceId };

export type RequestKind = NavigationRequest['to'];
export type RequestOf<K extends RequestKind> = Extract<NavigationRequest, { readonly to: K }>;

/** Which panel serves a request. */
export const PANEL_OF = {
  packet: 'packets',
  packets: 'packets',
  flow: 'flows',
  topic: 'topics',
  publish: 'publish',
  subscribe: 'topics',
  replay: 'replay',
  compare: 'compare',
  connection: 'connection',
  script: 'console',
  scripts: 'console',
  profile: 'profiles',
  tap: 'taps',
  rule: 'rules',
  held: 'rules',
} as const satisfies Record<RequestKind, string>;

type Handlers = { [K in RequestKind]?: (request: RequestOf<K>) => void };

export class Navigation {
  readonly #panel: Writable<string>;
  readonly #source: Writable<SourceId | undefined> = createStore<SourceId | undefined>(undefined);
  readonly #waiting = new Map<RequestKind, NavigationRequest>();
  readonly #servers = new Set<Handlers>();

  constructor(panel: string) {
    this.#panel = createStore(panel);
  }

  /** The panel on screen. */
  get panel(): Readable<string> {
    return this.#panel;
  }

  /** The source whose tab is selected; undefined while there is none. */
  get source(): Readable<SourceId | undefined> {
    return this.#source;
  }

  showPanel(id: string): void {
    this.#panel.set(id);
  }

  selectSource(source: SourceId | undefined): void {
    this.#source.set(source);
  }

  /** Brings source and panel to the front and hands the request over, at once or when the panel has loaded. */
  go(request: NavigationRequest): void {
    if ('source' in request) this.#source.set(request.source);
    this.#panel.set(PANEL_OF[request.to]);
    for (const server of this.#servers) if (handOver(server, request)) return;
    this.#waiting.set(request.to, request);
  }

  /** Takes requests of some kinds from now on, first the newest that waited of each. */
  serve(handlers: Handlers): Disposable {
    this.#servers.add(handlers);
    for (const [kind, request] of this.#waiting) if (handOver(handlers, request)) this.#waiting.delete(kind);
    return disposable(() => this.#servers.delete(handlers));
  }
}

function handOver(handlers: Handlers, request: NavigationRequest): boolean {
  const handler = handlers[request.to] as ((request: NavigationRequest) => void) | undefined;
  handler?.(request);
  return handler !== undefined;
}
