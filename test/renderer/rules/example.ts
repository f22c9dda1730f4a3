/** A book of rules with their counters, and packets that wait at one of them, for tests and pictures. */

import type { HeldPacket, Rule, RulesRecord } from '../../../shared/contract/rules.ts';

export const rule = (more: Partial<Rule> & { readonly id: string }): Rule => ({
  name: '',
  enabled: true,
  filter: '',
  every: 1,
  action: { kind: 'pause' },
  ...more,
});

export const exampleRules: readonly Rule[] = [
  rule({ id: 'stop', name: 'look at temperatures', filter: 'type:publish topic:site/+/temp' }),
  rule({ id: 'lose', name: 'lose acks', filter: 'type:puback dir:in', every: 3, action: { kind: 'drop' } }),
  rule({
    id: 'deny',
    name: 'no entry',
    enabled: false,
    filter: 'type:connect',
    action: { kind: 'answer', reasonCode: 0x87 },
  }),
  rule({
    id: 'move',
    filter: 'topic:actuator/#',
    action: { kind: 'rewrite', topic: 'test/actuator', qos: 0, payload: { as: 'text', text: 'off' } },
  }),
  rule({ id: 'slow', enabled: false, action: { kind: 'delay', ms: 1500 } }),
];

/** Row 5 of the fake capture is a PUBLISH at QoS 1, row 6 its PUBACK. */
export const heldPacket = (more: Partial<HeldPacket> = {}): HeldPacket => ({
  id: 1,
  rule: 'stop',
  source: 1,
  connection: 1,
  direction: 'server-to-client',
  seq: 5,
  arrivedUs: Date.now() * 1000 - 12_400_000,
  protocolVersion: 5,
  type: 'publish',
  topic: 'site/a1/temp',
  packetId: 1,
  qos: 1,
  retain: false,
  length: 66,
  behind: 0,
  behindBytes: 0,
  senderStopped: false,
  ...more,
});

export function record(more: Partial<RulesRecord> = {}, rules = exampleRules): RulesRecord {
  const counts = rules.map(({ id }, index) => ({ id, found: 1204 - index * 400, acted: 400 - index * 100 }));
  return { book: { keepAlive: true, rules: [...rules] }, counts: counts.map(clamped), held: [], ...more };
}

const clamped = ({ id, found, acted }: { readonly id: string; readonly found: number; readonly acted: number }) => ({
  id,
  found: Math.max(0, found),
  acted: Math.max(0, acted),
});
