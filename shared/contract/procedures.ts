/** Everything a page may ask of the service: each procedure with its input schema and output type. */

import * as v from 'valibot';
import {
  type ListedProfile,
  MessagePropertiesSchema,
  ProfileSchema,
  ProtocolVersionSchema,
  QosSchema,
  SecretChangesSchema,
  type SecretStatus,
  SubscriptionSchema,
} from './profiles.ts';
import type {
  DecodedBytes,
  FlowDetail,
  Notice,
  PacketDetail,
  PacketRows,
  RepeatRecord,
  SourceId,
  SourceSummary,
  ViewId,
} from './records.ts';
import { TOPIC_SORTS } from './records.ts';
import { type Settings, SettingsPatchSchema } from './settings.ts';

export interface Procedure<Schema extends v.GenericSchema = v.GenericSchema, Output = unknown> {
  readonly input: Schema;
  /** Type only; never set. */
  readonly output?: Output;
}

function procedure<const Schema extends v.GenericSchema>(input: Schema) {
  return { returns: <Output>(): Procedure<Schema, Output> => ({ input }) };
}

const source = v.pipe(v.number(), v.integer(), v.minValue(0));
const view = source;
const index = v.pipe(v.number(), v.integer(), v.minValue(0));
const filterText = v.pipe(v.string(), v.maxLength(20_000));
const ofSource = v.object({ source });
const nothing = v.object({});

/** Bytes that `decodeBytes` takes. */
export const MAX_DECODED_BYTES = 65_536;

export const procedures = {
  // --- the service as a whole
  /** Called once by a new page: everything that is not a view. */
  hello: procedure(nothing).returns<Hello>(),
  getSettings: procedure(nothing).returns<Settings>(),
  setSettings: procedure(SettingsPatchSchema).returns<Settings>(),
  dismissNotice: procedure(v.object({ id: index })).returns<void>(),
  /** Small documents that the page keeps on the host: publish history, saved messages, filter history, layout. JSON text. */
  readDocument: procedure(v.object({ name: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,40}$/)) })).returns<
    string | null
  >(),
  writeDocument: procedure(
    v.object({
      name: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,40}$/)),
      text: v.pipe(v.string(), v.maxLength(4_000_000)),
    }),
  ).returns<void>(),

  // --- profiles
  listProfiles: procedure(nothing).returns<{ profiles: readonly ListedProfile[]; secrets: SecretStatus }>(),
  /** Creates (empty id) or replaces. Returns what was stored. */
  saveProfile: procedure(
    v.object({ profile: ProfileSchema, secrets: v.optional(SecretChangesSchema, {}) }),
  ).returns<ListedProfile>(),
  deleteProfile: procedure(v.object({ id: v.string() })).returns<void>(),
  /** A copy with a new id and a client identifier of its own. */
  duplicateProfile: procedure(v.object({ id: v.string() })).returns<ListedProfile>(),
  /** All (empty list) or some profiles as one JSON text without secrets. */
  exportProfiles: procedure(v.object({ ids: v.array(v.string()) })).returns<string>(),
  /** Adds the profiles of an export; a clash of ids gets a new id. */
  importProfiles: procedure(v.object({ text: v.pipe(v.string(), v.maxLength(10_000_000)) })).returns<{
    added: number;
    renamed: number;
  }>(),
  setSecretStorage: procedure(
    v.object({ storage: v.picklist(['system', 'vault', 'memory']), passphrase: v.optional(v.string()) }),
  ).returns<SecretStatus>(),
  unlockVault: procedure(v.object({ passphrase: v.string() })).returns<SecretStatus>(),

  // --- sources
  /** Opens a session and starts to connect. `secrets` serve this session only and are not stored. */
  openSession: procedure(
    v.object({
      profile: ProfileSchema,
      secrets: v.optional(SecretChangesSchema, {}),
      connect: v.optional(v.boolean(), true),
    }),
  ).returns<SourceSummary>(),
  openSavedSession: procedure(
    v.object({ profileId: v.string(), connect: v.optional(v.boolean(), true) }),
  ).returns<SourceSummary>(),
  /** Starts the built-in broker and its demo devices where they do not run, and opens a session to it. */
  openDemo: procedure(nothing).returns<SourceSummary>(),
  connect: procedure(ofSource).returns<void>(),
  disconnect: procedure(
    v.object({
      source,
      reasonCode: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255)), 0),
      sessionExpiryInterval: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(4_294_967_295))),
      /** Cuts the connection without DISCONNECT, so that the will is sent. */
      abort: v.optional(v.boolean(), false),
    }),
  ).returns<void>(),
  closeSource: procedure(ofSource).returns<void>(),
  renameSource: procedure(
    v.object({ source, name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)) }),
  ).returns<void>(),
  /** The source's new place among the tabs. */
  moveSource: procedure(v.object({ source, to: index })).returns<void>(),
  /** Off: bytes still flow but no row is kept; the gap is an event row with its count. */
  setRecording: procedure(v.object({ source, recording: v.boolean() })).returns<void>(),
  clearCapture: procedure(ofSource).returns<void>(),

  // --- doing things on a session
  publish: procedure(
    v.object({
      source,
      topic: v.string(),
      payload: v.instance(Uint8Array),
      qos: QosSchema,
      retain: v.boolean(),
      properties: v.optional(MessagePropertiesSchema),
    }),
  ).returns<{ outcome: 'sent' | 'queued'; packetId: number }>(),
  /** Publishes now and every `intervalMs` until stopped or the source closes. */
  startRepeat: procedure(
    v.object({
      source,
      topic: v.string(),
      payload: v.instance(Uint8Array),
      qos: QosSchema,
      retain: v.boolean(),
      properties: v.optional(MessagePropertiesSchema),
      intervalMs: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(86_400_000)),
      /** Stops by itself after so many; 0 never. */
      count: v.optional(index, 0),
    }),
  ).returns<RepeatRecord>(),
  stopRepeat: procedure(v.object({ repeat: index })).returns<void>(),
  /** Writes bytes as they are; they are captured and decoded like any others, and the session is not told. */
  sendRaw: procedure(v.object({ source, bytes: v.instance(Uint8Array) })).returns<void>(),
  /** What `sendRaw` would put on the wire, read field by field; nothing is sent. At most 64 KiB. */
  decodeBytes: procedure(
    v.object({
      bytes: v.pipe(v.instance(Uint8Array), v.minLength(1), v.maxLength(MAX_DECODED_BYTES)),
      protocolVersion: ProtocolVersionSchema,
    }),
  ).returns<DecodedBytes>(),
  subscribe: procedure(
    v.object({ source, subscriptions: v.pipe(v.array(SubscriptionSchema), v.minLength(1)) }),
  ).returns<void>(),
  unsubscribe: procedure(
    v.object({ source, topicFilters: v.pipe(v.array(v.string()), v.minLength(1)) }),
  ).returns<void>(),
  ping: procedure(ofSource).returns<void>(),
  /** Answers the challenge of enhanced authentication, or starts a re-authentication. */
  authenticate: procedure(
    v.object({ source, reasonCode: v.picklist([0x18, 0x19]), data: v.optional(v.instance(Uint8Array)) }),
  ).returns<void>(),
  /** Publishes an empty retained message to each retained topic at and below `topic`; answers how many. */
  clearRetained: procedure(v.object({ source, topic: v.string(), subtree: v.boolean() })).returns<{
    cleared: number;
  }>(),
  countRetained: procedure(v.object({ source, topic: v.string(), subtree: v.boolean() })).returns<{
    retained: number;
  }>(),

  // --- views: the page opens one, sets its window, and gets a push in each frame in which the window changed
  openPacketView: procedure(v.object({ source, filter: v.optional(filterText, '') })).returns<{ view: ViewId }>(),
  openTopicView: procedure(ofSource).returns<{ view: ViewId }>(),
  openFlowView: procedure(v.object({ source, filter: v.optional(filterText, '') })).returns<{ view: ViewId }>(),
  /** Pushes {@link file://./records.ts ConnectionReport} of the source. */
  openConnectionView: procedure(ofSource).returns<{ view: ViewId }>(),
  closeView: procedure(v.object({ view })).returns<void>(),
  /** Rows to push. With `follow` the window sticks to the newest rows and `from` is ignored. At most 500 rows. */
  setWindow: procedure(
    v.object({ view, from: index, count: v.pipe(index, v.maxValue(500)), follow: v.optional(v.boolean(), false) }),
  ).returns<void>(),
  /** Packet and flow views; fails with `bad-filter`, and the view keeps its old filter then. */
  setFilter: procedure(v.object({ view, filter: filterText })).returns<void>(),
  setTopicView: procedure(
    v.object({
      view,
      sort: v.optional(v.picklist(TOPIC_SORTS)),
      descending: v.optional(v.boolean()),
      search: v.optional(v.object({ text: v.string(), in: v.picklist(['name', 'value', 'both']) })),
      hideSystem: v.optional(v.boolean()),
    }),
  ).returns<void>(),
  expandTopic: procedure(
    v.object({ view, node: index, expanded: v.boolean(), deep: v.optional(v.boolean(), false) }),
  ).returns<void>(),
  /** Expands what hides the topic; answers its row, or -1 where there is no such topic or the search hides it. */
  revealTopic: procedure(v.object({ view, topic: v.string() })).returns<{ row: number }>(),
  /** Row of a packet in the view, or of the nearest later one; `exact` tells which. */
  revealPacket: procedure(v.object({ view, seq: index })).returns<{ row: number; exact: boolean }>(),
  revealFlow: procedure(v.object({ view, flow: index })).returns<{ row: number; exact: boolean }>(),
  /** Rows once, for copying a selection; at most 10 000. */
  readRows: procedure(v.object({ view, from: index, count: v.pipe(index, v.maxValue(10_000)) })).returns<PacketRows>(),
  getPacket: procedure(v.object({ source, seq: index })).returns<PacketDetail>(),
  /** Bytes `from`…`to` of a packet, at most 4 MiB a call. */
  readBytes: procedure(v.object({ source, seq: index, from: index, to: index })).returns<Uint8Array>(),
  getFlow: procedure(v.object({ source, flow: index })).returns<FlowDetail>(),
  /** Topic names for completion: those that contain `text`, most active first. */
  completeTopic: procedure(v.object({ source, text: v.string(), limit: v.pipe(index, v.maxValue(100)) })).returns<
    readonly string[]
  >(),
  /** Values of one numeric field over a topic's stored history, thinned to `points` by keeping each bucket's minimum and maximum; `total` says of how many. */
  chartTopic: procedure(
    v.object({
      source,
      topic: v.string(),
      path: v.array(v.union([v.string(), v.number()])),
      points: v.pipe(index, v.minValue(2), v.maxValue(5000)),
    }),
  ).returns<{ timeUs: Float64Array; value: Float64Array; total: number }>(),
} as const satisfies Record<string, Procedure>;

export type Procedures = typeof procedures;
export type ProcedureName = keyof Procedures;
export type ProcedureInput<N extends ProcedureName> = v.InferInput<Procedures[N]['input']>;
/** The input after the door parsed it: defaults filled in. */
export type ProcedureParsed<N extends ProcedureName> = v.InferOutput<Procedures[N]['input']>;
export type ProcedureOutput<N extends ProcedureName> =
  Procedures[N] extends Procedure<v.GenericSchema, infer Output> ? Output : never;

/** What a page needs before it draws. */
export interface Hello {
  readonly version: string;
  readonly host: 'electron' | 'web' | 'cli';
  readonly platform: string;
  readonly settings: Settings;
  readonly sources: readonly SourceSummary[];
  /** The source that the page shows first. */
  readonly current?: SourceId;
  readonly notices: readonly Notice[];
  readonly repeats: readonly RepeatRecord[];
}
