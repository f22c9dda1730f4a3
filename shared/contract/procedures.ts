/** Everything a page may ask of the service: each procedure with its input schema and output type. */

import * as v from 'valibot';
import { COPY_FORMS } from '../copy-as/subject.ts';
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
import type { ComparedField, ComparedRows, ComparisonRecord } from './comparison-records.ts';
import type { FlowDetail } from './flow-records.ts';
import type { SourceId, ViewId } from './identifiers.ts';
import type { DecodedBytes, PacketDetail, PacketRows } from './packet-records.ts';
import type { RepeatRecord, ReplayRecord } from './replay-records.ts';
import type { ExportPiece, Notice, SourceSummary, TapRecord } from './source-records.ts';
import { TOPIC_SORTS } from './topic-records.ts';
import { RuleBookSchema, type RulesRecord, VerdictSchema } from './rules.ts';
import { type Settings, SettingsPatchSchema } from './settings.ts';
import { LinkConditionsSchema, type ShapingRecord } from './shaping.ts';

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

/** Only what is in these ranges, {@link file://./identifiers.ts SeqRange}: in order, and each behind the one before. */
const ranges = v.optional(
  v.pipe(
    v.array(v.tuple([index, index])),
    v.maxLength(100_000),
    v.check(
      (all) => all.every(([first, last], at) => first <= last && first > (all[at - 1]?.[1] ?? -1)),
      'ranges in order and apart',
    ),
  ),
);

/** The messages of a source, and where they go. */
const replayed = {
  from: source,
  filter: v.optional(filterText, ''),
  direction: v.optional(v.picklist(['both', 'client-to-server', 'server-to-client']), 'both'),
  /** Leaves out what was recorded before. */
  fromSeq: v.optional(index),
  ranges,
  /** `from` is a topic filter, whose wildcards `to` may repeat; the first rule that matches counts. */
  topics: v.optional(v.pipe(v.array(v.object({ from: v.string(), to: v.string() })), v.maxLength(100)), []),
};

/** Packets that pass a filter, or one exchange. */
const compared = v.object({ source, filter: v.optional(filterText, ''), flow: v.optional(index) });
const comparison = v.object({ comparison: index });

/** Bytes that `decodeBytes` takes. */
export const MAX_DECODED_BYTES = 65_536;

/** Bytes of a file that one `pushFile` takes. */
export const MAX_FILE_PIECE = 4_194_304;

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
  /** Opens a session like this one, with its secrets, under a new client identifier; a saved profile stays as it is. */
  reopenSession: procedure(ofSource).returns<SourceSummary>(),
  /** What the session was opened with, saved or not, and the names of the secrets it has. */
  sessionProfile: procedure(ofSource).returns<ListedProfile>(),
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

  // --- taps
  /**
   * Listens for devices and passes their connections on to where the profile leads; of the profile only the way there counts, the devices say the rest.
   * A saved profile's secrets serve where it has an id. Fails with `tap-to-itself`, `port-taken`, `port-forbidden`, `cannot-listen` and `bad-tap-certificate`.
   */
  startTap: procedure(
    v.object({
      listen: v.object({
        protocol: ProfileSchema.entries.protocol,
        /** Others than this machine can connect only where this says so. */
        host: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(255)), '127.0.0.1'),
        /** 0 takes any free one. */
        port: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)),
        /** PEM; without it one is made for each name that a device asks for. */
        certificate: v.optional(
          v.object({
            cert: v.pipe(v.string(), v.maxLength(1_000_000)),
            key: v.pipe(v.string(), v.maxLength(1_000_000)),
          }),
        ),
      }),
      upstream: v.object({ profile: ProfileSchema, secrets: v.optional(SecretChangesSchema, {}) }),
    }),
  ).returns<TapRecord>(),
  /** Cuts off the devices that are connected; their sources stay. */
  stopTap: procedure(v.object({ tap: index })).returns<void>(),
  listTaps: procedure(nothing).returns<readonly TapRecord[]>(),
  /** PEM of the authority that devices must trust; made where there is none yet. */
  tapAuthority: procedure(nothing).returns<{ certificate: string }>(),

  // --- shaping of the links to servers, for sessions, scripts and taps alike
  /**
   * Conditions from now on, for one source or, without it, for all that have none of their own. Without conditions the source is shaped as all
   * are, and all are left alone.
   */
  setShaping: procedure(
    v.object({ source: v.optional(source), conditions: v.optional(LinkConditionsSchema) }),
  ).returns<void>(),
  /** Resets the connections that stand, of one source or all. Whoever reconnects by itself does. */
  cutLinks: procedure(v.object({ source: v.optional(source) })).returns<void>(),

  // --- rules between clients and servers, for own sessions and taps
  /** All rules from now on, kept on disk; counters of rules that did not change go on. Fails with `bad-rule`. */
  setRules: procedure(RuleBookSchema).returns<void>(),
  /** Counters start again from zero. */
  resetRuleCounts: procedure(nothing).returns<void>(),
  /** The bytes of a packet that waits. Fails with `no-such-held-packet`. */
  readHeld: procedure(v.object({ held: index })).returns<Uint8Array>(),
  /** What becomes of a packet that waits. Fails with `no-such-held-packet`, and `bad-edit` where the fields make no packet: then it still waits. */
  resolveHeld: procedure(v.object({ held: index, verdict: VerdictSchema })).returns<void>(),
  /** The same for all that wait now. */
  resolveAllHeld: procedure(v.object({ verdict: v.picklist(['forward', 'drop']) })).returns<void>(),

  // --- capture files: the page reads them piece by piece, so that a file of any size is never in memory as a whole
  /** The source stands at once; {@link procedures.pushFile} follows. */
  openFile: procedure(v.object({ name: v.pipe(v.string(), v.maxLength(1000)), size: index })).returns<SourceSummary>(),
  /** The next bytes of the file. `goesOn` is false where no more are wanted: it is damaged, was cancelled, or its source is closed. */
  pushFile: procedure(
    v.object({ source, bytes: v.pipe(v.instance(Uint8Array), v.maxLength(MAX_FILE_PIECE)) }),
  ).returns<{ goesOn: boolean }>(),
  /** The file is over, or reading it is cancelled; what was read stays. Does nothing where it ended before. */
  endFile: procedure(v.object({ source, cancelled: v.boolean() })).returns<void>(),

  /**
   * Begins to write packets to a file: those of a source that stand now, or of all sources with all that happened, as a session. Fails with
   * `bad-filter`.
   */
  startExport: procedure(
    v.object({
      format: v.picklist(['pcapng', 'json', 'csv', 'session']),
      /** Ignored for a session. */
      source: v.optional(source),
      filter: v.optional(filterText, ''),
      ranges,
      /** User names, passwords and authentication data are written out. */
      credentials: v.optional(v.boolean(), false),
      /** Of a session: what the page wants to find again, {@link file://./source-records.ts SessionRecord.view}. */
      view: v.optional(v.pipe(v.string(), v.maxLength(262_144)), ''),
    }),
  ).returns<{ export: number }>(),
  readExport: procedure(v.object({ export: index })).returns<ExportPiece>(),
  /** Also where it was not read to its end. */
  endExport: procedure(v.object({ export: index })).returns<void>(),

  /** Words on a packet, kept in files too; the empty text takes them away. Fails with `no-such-packet`. */
  setComment: procedure(
    v.object({ source, seq: index, text: v.pipe(v.string(), v.trim(), v.maxLength(10_000)) }),
  ).returns<void>(),

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
  /** Sends a captured PUBLISH or SUBSCRIBE of any source once more, by the session `to`, which must be connected. */
  resend: procedure(v.object({ source, seq: index, to: source })).returns<void>(),
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
  /**
   * Publishes the messages of a source over a connected session, in their order. Fails with `bad-filter`, with `bad-topic` for a rule, and
   * with `wrong-state`.
   */
  startReplay: procedure(
    v.object({
      ...replayed,
      to: source,
      /** 1 keeps the recorded distances, 0 sends as fast as the session takes them. */
      speed: v.pipe(v.number(), v.minValue(0), v.maxValue(1000)),
      /** 0 begins anew until stopped. */
      rounds: v.optional(index, 1),
      /** As recorded where absent. */
      qos: v.optional(QosSchema),
      retain: v.optional(v.boolean()),
    }),
  ).returns<ReplayRecord>(),
  /** How many messages there are, how long they took, and some of their topics; not `complete` where they were not all counted in time. */
  previewReplay: procedure(v.object(replayed)).returns<{
    total: number;
    complete: boolean;
    durationUs: number;
    topics: readonly string[];
  }>(),
  pauseReplay: procedure(v.object({ replay: index })).returns<void>(),
  /** After a pause or the loss of the connection; fails with `wrong-state` while that does not stand. */
  resumeReplay: procedure(v.object({ replay: index })).returns<void>(),
  /** Ends it; takes it off the list where it is over. */
  stopReplay: procedure(v.object({ replay: index })).returns<void>(),
  /** Begins to compare what there is now; progress is pushed. Fails with `bad-filter` and `no-such-flow`. */
  startComparison: procedure(
    v.object({
      a: compared,
      b: compared,
      /** What a client sent answers to what a server sent. */
      ignoresDirection: v.optional(v.boolean(), false),
      ignoresOrder: v.optional(v.boolean(), false),
      /** Times, from each side's first packet, that differ by more are a difference; absent: times do not count. */
      toleranceMs: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(86_400_000))),
    }),
  ).returns<ComparisonRecord>(),
  /** Stops one that runs; forgets one that does not. */
  closeComparison: procedure(comparison).returns<void>(),
  /** Rows of one that is done, all or those that differ; at most 1 000. */
  readComparison: procedure(
    v.object({
      ...comparison.entries,
      from: index,
      count: v.pipe(index, v.maxValue(1000)),
      only: v.picklist(['all', 'differences']),
    }),
  ).returns<ComparedRows>(),
  /** The nearest row after or before `row` that differs; -1 where there is none. `row` -1 is before the first. */
  nextDifference: procedure(
    v.object({
      ...comparison.entries,
      row: v.pipe(v.number(), v.integer(), v.minValue(-1)),
      back: v.optional(v.boolean(), false),
    }),
  ).returns<{ row: number }>(),
  /** In what the packets of a row differ but for the payload, with each side's value. */
  comparedFields: procedure(v.object({ ...comparison.entries, row: index })).returns<readonly ComparedField[]>(),
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
  /** Pushes {@link file://./connection-records.ts ConnectionReport} of the source. */
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
      /** A text that asks for fields of the filter language is a filter, wherever it is looked `in`. Fails with `bad-filter`. */
      search: v.optional(v.object({ text: filterText, in: v.picklist(['name', 'value', 'both']) })),
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
  /**
   * The packet for the clipboard; empty where it has no such form. Without `credentials` stars stand in the place of user name, password and
   * authentication data. Fails with `too-large` over 16 MiB.
   */
  copyPacket: procedure(
    v.object({ source, seq: index, form: v.picklist(COPY_FORMS), credentials: v.optional(v.boolean(), false) }),
  ).returns<{ text: string }>(),
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
  readonly replays: readonly ReplayRecord[];
  readonly comparisons: readonly ComparisonRecord[];
  readonly taps: readonly TapRecord[];
  readonly shaping: ShapingRecord;
  readonly rules: RulesRecord;
}
