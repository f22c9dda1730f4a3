/** Rules between a client and its server: which packets they are for, what becomes of them, and the packets that wait for a user's word. */

import * as v from 'valibot';
import type { Direction, PacketType, ProtocolVersion, QoS } from '../mqtt/packet.ts';
import { QosSchema } from './profiles.ts';
import type { Seq, SourceId } from './identifiers.ts';

export const MOST_RULES = 200;

/** An hour: nobody waits longer for a packet that is only delayed. */
const MOST_DELAY_MS = 3_600_000;
const MOST_PAYLOAD_CHARS = 1_000_000;

const whole = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

/** A payload as text, or as hexadecimal digits in pairs with spaces where one likes. */
export const RulePayloadSchema = v.variant('as', [
  v.object({ as: v.literal('text'), text: v.pipe(v.string(), v.maxLength(MOST_PAYLOAD_CHARS)) }),
  v.object({
    as: v.literal('hex'),
    text: v.pipe(v.string(), v.maxLength(MOST_PAYLOAD_CHARS), v.regex(/^\s*(?:[\da-fA-F]{2}\s*)*$/)),
  }),
]);

/** What becomes of a packet. Those that change or delay it leave it to the rules after them; the others are the last word. */
export const RuleActionSchema = v.variant('kind', [
  /** It waits until a user forwards, edits or drops it. */
  v.object({ kind: v.literal('pause') }),
  v.object({ kind: v.literal('delay'), ms: whole(1, MOST_DELAY_MS) }),
  v.object({ kind: v.literal('drop') }),
  /** Passes `copies` more times. */
  v.object({ kind: v.literal('duplicate'), copies: whole(1, 100) }),
  /** Turns bits of one byte over. */
  v.object({
    kind: v.literal('corrupt'),
    /** From the first byte of the fixed header; a negative one counts from the end, -1 is the last. Absent: any byte, by chance. */
    offset: v.optional(whole(-268_435_460, 268_435_459)),
    mask: whole(1, 255),
  }),
  /** Of a PUBLISH; other packets pass as they are. Whoever is acknowledged in another QoS than it asked for is answered by the rule. */
  v.object({
    kind: v.literal('rewrite'),
    topic: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(65_535))),
    payload: v.optional(RulePayloadSchema),
    qos: v.optional(QosSchema),
    retain: v.optional(v.boolean()),
  }),
  /** The packet does not pass, and whoever sent it is answered as the other side would. Packets that nobody answers are dropped. */
  v.object({ kind: v.literal('answer'), reasonCode: whole(0, 255) }),
  /** Both sides are closed in order, after what came before the packet. */
  v.object({ kind: v.literal('close') }),
  v.object({ kind: v.literal('reset') }),
]);

export const RULE_ACTIONS = [
  'pause',
  'delay',
  'drop',
  'duplicate',
  'corrupt',
  'rewrite',
  'answer',
  'close',
  'reset',
] as const satisfies readonly RuleAction['kind'][];

export const RuleSchema = v.object({
  /** Unique in its book; made by the page. */
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  name: v.pipe(v.string(), v.maxLength(200)),
  enabled: v.boolean(),
  /** An expression of the filter language; empty for every packet. */
  filter: v.pipe(v.string(), v.maxLength(20_000)),
  /** It acts on every nth packet that its filter finds. */
  every: v.optional(whole(1, 1_000_000), 1),
  action: RuleActionSchema,
});

export const RuleBookSchema = v.object({
  /** PINGREQ and PINGRESP go past a packet that waits, so that neither side gives the other up. */
  keepAlive: v.optional(v.boolean(), true),
  rules: v.pipe(
    v.array(RuleSchema),
    v.maxLength(MOST_RULES),
    v.check((rules) => new Set(rules.map(({ id }) => id)).size === rules.length, 'two rules with one id'),
  ),
});

export type RulePayload = v.InferOutput<typeof RulePayloadSchema>;
export type RuleAction = v.InferOutput<typeof RuleActionSchema>;
export type Rule = v.InferOutput<typeof RuleSchema>;
/** Rules in their order: the first that has the last word on a packet has it. */
export type RuleBook = v.InferOutput<typeof RuleBookSchema>;

export const NO_RULES: RuleBook = { keepAlive: true, rules: [] };

/** What a user says of a packet that waits. */
export const VerdictSchema = v.variant('kind', [
  v.object({ kind: v.literal('forward') }),
  v.object({ kind: v.literal('drop') }),
  v.object({ kind: v.literal('duplicate'), copies: whole(1, 100) }),
  /** Fields of a PUBLISH; absent ones stay. */
  v.object({
    kind: v.literal('edit'),
    topic: v.optional(v.pipe(v.string(), v.maxLength(65_535))),
    payload: v.optional(v.instance(Uint8Array)),
    qos: v.optional(QosSchema),
    retain: v.optional(v.boolean()),
  }),
  /** These bytes go instead, whatever they are. */
  v.object({ kind: v.literal('bytes'), bytes: v.pipe(v.instance(Uint8Array), v.minLength(1), v.maxLength(4_194_304)) }),
  v.object({ kind: v.literal('close') }),
  v.object({ kind: v.literal('reset') }),
]);

export type Verdict = v.InferOutput<typeof VerdictSchema>;

/** A rule's counters since it was made or changed. */
export interface RuleCount {
  readonly id: string;
  /** Packets that its filter found. */
  readonly found: number;
  /** Of those, the ones it acted on. */
  readonly acted: number;
}

/** A packet that waits for a user's word. */
export interface HeldPacket {
  readonly id: number;
  readonly rule: string;
  readonly source: SourceId;
  readonly connection: number;
  readonly direction: Direction;
  /** Its row. */
  readonly seq: Seq;
  /** When it arrived, microseconds since the Unix epoch. */
  readonly arrivedUs: number;
  readonly protocolVersion: ProtocolVersion;
  readonly type: PacketType | 'reserved';
  readonly topic?: string;
  readonly packetId?: number;
  readonly qos?: QoS;
  readonly retain?: boolean;
  readonly length: number;
  /** What came after it in its direction and waits too. */
  readonly behind: number;
  readonly behindBytes: number;
  /** So much waits that its sender is not read any more: it notices, and keep-alive is not kept. */
  readonly senderStopped: boolean;
}

/** The rules as they are, for every page. */
export interface RulesRecord {
  readonly book: RuleBook;
  /** As many as rules, in their order. */
  readonly counts: readonly RuleCount[];
  /** Oldest first. */
  readonly held: readonly HeldPacket[];
}

export const NO_RULES_RECORD: RulesRecord = { book: NO_RULES, counts: [], held: [] };

/** What was done to a packet, or why there is one that nobody sent; kept with its row. */
export interface Intervention {
  readonly what:
    | Exclude<RuleAction['kind'], 'pause'>
    /** A user let it wait and pass. */
    | 'forward'
    /** A user's own fields or bytes went instead. */
    | 'edit'
    /** The inspector sent it, in answer to {@link Intervention.cause}. */
    | 'sent-in-stead'
    /** It acknowledges what a rule had changed, and was kept from a side that does not wait for it. */
    | 'acknowledges-rewrite'
    /** The connection ended while it waited. */
    | 'lost';
  /** Name of the rule, or its filter where it has none; empty where it is none's doing alone. */
  readonly rule: string;
  readonly atUs: number;
  /** Microseconds that its receiver waited for it. */
  readonly waitedUs?: number;
  readonly copies?: number;
  /** What passed instead of the packet's own bytes: its first 64 KiB. */
  readonly sent?: Uint8Array;
  /** Bytes of all that passed instead. */
  readonly sentLength?: number;
  /** Why the rule could not change the packet, which passed as it was. */
  readonly fault?: string;
  /** Row of the packet that is answered. */
  readonly cause?: Seq;
}
