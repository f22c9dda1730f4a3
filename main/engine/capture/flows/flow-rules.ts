/** The exchanges of MQTT as tables: which packet moves a flow from one state to the next. Plain data, for the tracker, its tests and the ladder. */

import type { FlowKind } from '../../../../shared/contract/flow-records.ts';
import type { PacketType } from '../../../../shared/mqtt/packet.ts';

/** Where a flow goes with a packet: on to await another one, to its end, or nowhere (a repetition). */
export type FlowMove =
  | { readonly awaits: PacketType; readonly repeats?: true }
  | { readonly ends: 'complete' | 'failed' }
  /** The pair breaks this statement of MQTT 5.0. */
  | { readonly breaks: string };

/** Moves by packet type; `failed` is taken instead where the packet's reason code is 0x80 or more. A type that is not listed has no part in the flow. */
export type FlowMoves = { readonly [T in PacketType]?: FlowMove & { readonly failed?: FlowMove } };

const complete = { ends: 'complete', failed: { ends: 'failed' } } as const;

/**
 * For each kind, by the awaited packet. The packet that opens a flow is not in its table unless it may be repeated.
 * @mqtt MQTT-4.3.2-4 MQTT-4.3.3-4 MQTT-4.3.3-6 MQTT-4.3.3-8 MQTT-4.3.3-10 MQTT-4.3.3-11 MQTT-3.8.4-1 MQTT-3.10.4-4 MQTT-3.12.4-1
 */
export const FLOW_RULES = {
  publish1: {
    puback: {
      publish: { awaits: 'puback', repeats: true },
      puback: complete,
      pubrec: { breaks: 'MQTT-4.3.2-4' },
      pubrel: { breaks: 'MQTT-4.3.2-4' },
      pubcomp: { breaks: 'MQTT-4.3.2-4' },
    },
  },
  publish2: {
    pubrec: {
      publish: { awaits: 'pubrec', repeats: true },
      pubrec: { awaits: 'pubrel', failed: { ends: 'failed' } },
      puback: { breaks: 'MQTT-4.3.3-8' },
      pubrel: { breaks: 'MQTT-4.3.3-4' },
      pubcomp: { breaks: 'MQTT-4.3.3-11' },
    },
    pubrel: {
      publish: { awaits: 'pubrel', repeats: true },
      pubrec: { awaits: 'pubrel', repeats: true },
      pubrel: { awaits: 'pubcomp' },
      puback: { breaks: 'MQTT-4.3.3-8' },
      pubcomp: { breaks: 'MQTT-4.3.3-11' },
    },
    pubcomp: {
      publish: { breaks: 'MQTT-4.3.3-6' },
      pubrec: { awaits: 'pubcomp', repeats: true },
      pubrel: { awaits: 'pubcomp', repeats: true },
      puback: { breaks: 'MQTT-4.3.3-8' },
      pubcomp: complete,
    },
  },
  subscribe: { suback: { suback: complete, unsuback: { breaks: 'MQTT-3.8.4-1' } } },
  unsubscribe: { unsuback: { unsuback: complete, suback: { breaks: 'MQTT-3.10.4-4' } } },
  ping: { pingresp: { pingresp: complete } },
  connect: {
    connack: {
      connect: { breaks: 'MQTT-3.1.0-2' },
      auth: { awaits: 'connack' },
      connack: complete,
    },
  },
  auth: { auth: { auth: { awaits: 'auth' } } },
  orphan: {
    pubrel: {
      pubrec: { awaits: 'pubrel', repeats: true },
      pubrel: { awaits: 'pubcomp' },
    },
    pubcomp: {
      pubrel: { awaits: 'pubcomp', repeats: true },
      pubcomp: complete,
    },
  },
} as const satisfies Record<FlowKind, { readonly [T in PacketType]?: FlowMoves }>;

/** What a packet that belongs to no flow breaks. */
export const ORPHAN_RULES = {
  puback: 'MQTT-2.2.1-5',
  pubrec: 'MQTT-2.2.1-5',
  pubrel: 'MQTT-2.2.1-5',
  pubcomp: 'MQTT-2.2.1-5',
  suback: 'MQTT-2.2.1-6',
  unsuback: 'MQTT-2.2.1-6',
  connack: 'MQTT-3.2.0-2',
  pingresp: 'MQTT-3.12.4-1',
  auth: 'MQTT-4.12.0-6',
} as const satisfies { readonly [T in PacketType]?: string };

/** A packet identifier taken again while its exchange is open: by the client, by the server. */
export const REUSE_RULES = ['MQTT-2.2.1-3', 'MQTT-2.2.1-4'] as const;

/** All statements a flow can be said to break; a flow's column holds the index plus one. */
export const FLOW_STATEMENTS = [
  'MQTT-2.2.1-3',
  'MQTT-2.2.1-4',
  'MQTT-2.2.1-5',
  'MQTT-2.2.1-6',
  'MQTT-3.1.0-2',
  'MQTT-3.2.0-2',
  'MQTT-3.8.4-1',
  'MQTT-3.10.4-4',
  'MQTT-3.12.4-1',
  'MQTT-4.3.2-4',
  'MQTT-4.3.3-4',
  'MQTT-4.3.3-6',
  'MQTT-4.3.3-8',
  'MQTT-4.3.3-11',
  'MQTT-4.12.0-6',
] as const;
