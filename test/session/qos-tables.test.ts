/** Walks the QoS tables: every listed pair does what it says, every other pair is a protocol error and changes nothing. */

import { describe, expect, it } from 'vitest';
import type { SessionFact, SessionOutput } from '../../main/engine/session/output.ts';
import {
  RECEIVER,
  RECEIVER_EVENTS,
  RECEIVER_STATES,
  type ReceiverEvent,
  type ReceiverState,
  SENDER,
  SENDER_EVENTS,
  SENDER_STATES,
  type SenderEvent,
  type SenderState,
  type Step,
  type TransitionTable,
} from '../../main/engine/session/qos-tables.ts';
import { ClientSession } from '../../main/engine/session/session.ts';
import { connack, sessionOptions } from './playbook.ts';

const ACK = { puback: 4, pubrec: 5, pubrel: 6, pubcomp: 7 } as const;

/** A connected 5.0 session whose output is a list of `type#id:code` and blamed statements. */
function connected(autoAcknowledge = true) {
  const sent: string[] = [];
  const blamed: string[] = [];
  const settled: string[] = [];
  const output: SessionOutput = {
    openTransport: () => undefined,
    closeTransport: () => undefined,
    sendPacket: (packet) => sent.push(packet.type),
    sendPublish: (_message, packetId) => sent.push(`publish#${packetId}`),
    sendAck: (type, packetId, code) => sent.push(`${type}#${packetId}:${code}`),
    publishSettled: (_ticket, packetId, settlement) => settled.push(`#${packetId} ${settlement}`),
    fact: (fact: SessionFact) => {
      if (fact.fact === 'protocol-error') blamed.push(fact.statement);
    },
    packetSize: () => 0,
    publishSize: () => 0,
  };
  const session = new ClientSession(sessionOptions(5, { policy: { autoAcknowledge } }), output);
  session.connect(0);
  session.transportOpened(0);
  session.receivePacket(connack(), 0);
  const reset = (): void => {
    for (const list of [sent, blamed, settled]) list.length = 0;
  };
  reset();
  return { session, sent, blamed, settled, reset };
}

type Peer = ReturnType<typeof connected>;

function replyOf(step: Step<string> | undefined): readonly string[] {
  return step?.reply === undefined ? [] : [`${ACK[step.reply]}#1:${step.notFound ? 0x92 : 0}`];
}

function arrivalOf(step: Step<string> | undefined): string {
  if (step === undefined) return 'ignored';
  return step.delivers ? 'deliver' : 'duplicate';
}

const message = (qos: 1 | 2) => ({ topic: 't', payload: new Uint8Array(0), qos, retain: false });

/** Brings identifier 1 of ours into `state`. */
const reachSender: Record<SenderState, (peer: Peer) => void> = {
  free: () => undefined,
  awaitPuback: ({ session }) => session.publish(message(1), 0),
  awaitPubrec: ({ session }) => session.publish(message(2), 0),
  awaitPubcomp: ({ session }) => {
    session.publish(message(2), 0);
    session.receiveAck(5, 1, 0, 0);
  },
  awaitSuback: ({ session }) => session.subscribe([{ topicFilter: 't', qos: 0 }], undefined, 0),
  awaitUnsuback: ({ session }) => session.unsubscribe(['t'], undefined, 0),
};

const fireSender: Record<SenderEvent, (session: ClientSession) => void> = {
  puback: (session) => session.receiveAck(4, 1, 0, 0),
  pubackFailed: (session) => session.receiveAck(4, 1, 0x97, 0),
  pubrec: (session) => session.receiveAck(5, 1, 0, 0),
  pubrecFailed: (session) => session.receiveAck(5, 1, 0x97, 0),
  pubcomp: (session) => session.receiveAck(7, 1, 0, 0),
  pubcompFailed: (session) => session.receiveAck(7, 1, 0x92, 0),
};

/** What shows the state from outside: does this identifier still end well from here? */
const finishSender: Partial<Record<SenderState, readonly SenderEvent[]>> = {
  awaitPuback: ['puback'],
  awaitPubrec: ['pubrec', 'pubcomp'],
  awaitPubcomp: ['pubcomp'],
};

describe('sender table', () => {
  for (const state of SENDER_STATES) {
    for (const event of SENDER_EVENTS) {
      const table: TransitionTable<SenderState, SenderEvent> = SENDER;
      const step: Step<SenderState> | undefined = table[state]?.[event];
      const title = step === undefined ? 'is a protocol error' : `leads to ${step.next} [${step.statement}]`;
      it(`${state} × ${event} ${title}`, () => {
        const peer = connected();
        reachSender[state](peer);
        peer.reset();
        const before = peer.session.snapshot().inFlightOut;
        fireSender[event](peer.session);
        const ends = step !== undefined && state !== 'free' && step.next === 'free';
        expect(peer.sent).toEqual(replyOf(step));
        expect(peer.settled).toHaveLength(ends ? 1 : 0);
        expect(peer.blamed).toHaveLength(step === undefined || state === 'free' ? 1 : 0);
        expect(peer.session.snapshot().inFlightOut).toBe(ends ? 0 : before);
        const now = step?.next ?? state;
        for (const next of finishSender[now] ?? []) fireSender[next](peer.session);
        expect(peer.session.snapshot().inFlightOut).toBe(0);
      });
    }
  }
});

const reachReceiver: Record<ReceiverState, (peer: Peer) => void> = {
  free: () => undefined,
  owesPuback: ({ session }) => session.receivePublish(1, 1, false, 0),
  owesPubrec: ({ session }) => session.receivePublish(1, 2, false, 0),
  awaitPubrel: ({ session }) => {
    session.receivePublish(1, 2, false, 0);
    session.acknowledge(1, 0, 0);
  },
};

const fireReceiver: Partial<Record<ReceiverEvent, (session: ClientSession) => string | undefined>> = {
  publishQos1: (session) => session.receivePublish(1, 1, true, 0),
  publishQos2: (session) => session.receivePublish(1, 2, true, 0),
  pubrel: (session) => {
    session.receiveAck(6, 1, 0, 0);
    return undefined;
  },
};

describe('receiver table', () => {
  for (const state of RECEIVER_STATES) {
    for (const event of RECEIVER_EVENTS) {
      const table: TransitionTable<ReceiverState, ReceiverEvent> = RECEIVER;
      const step: Step<ReceiverState> | undefined = table[state]?.[event];
      const fire = fireReceiver[event];
      if (fire === undefined) continue;
      const title = step === undefined ? 'is a protocol error' : `leads to ${step.next} [${step.statement}]`;
      it(`${state} × ${event} ${title}`, () => {
        const peer = connected(false);
        reachReceiver[state](peer);
        peer.reset();
        const arrival = fire(peer.session);
        expect(peer.sent).toEqual(replyOf(step));
        expect(peer.blamed).toHaveLength(step === undefined || step.notFound === true ? 1 : 0);
        expect(arrival ?? 'none').toBe(event === 'pubrel' ? 'none' : arrivalOf(step));
        expect(peer.session.snapshot().inFlightIn).toBe((step?.next ?? state) === 'free' ? 0 : 1);
      });
    }
  }

  it.each([
    ['owesPuback', 0, '4#1:0'],
    ['owesPubrec', 0, '5#1:0'],
    ['owesPubrec', 0x83, '5#1:131'],
    ['owesPuback', 0x83, '4#1:131'],
  ] as const)('%s × an answer of ours with %i sends %s', (state, code, expected) => {
    const peer = connected(false);
    reachReceiver[state](peer);
    expect(peer.session.acknowledge(1, code, 0)).toBe(true);
    expect(peer.sent).toEqual([expected]);
  });

  it.each(['free', 'awaitPubrel'] as const)('%s × an answer of ours sends nothing', (state) => {
    const peer = connected(false);
    reachReceiver[state](peer);
    peer.reset();
    expect(peer.session.acknowledge(1, 0, 0)).toBe(false);
    expect(peer.sent).toEqual([]);
  });
});

describe('packet identifiers', () => {
  it('queue a message when all 65 535 are in use, and send it when one is free [MQTT-2.2.1-3]', () => {
    const peer = connected();
    const filters = Array.from({ length: 65_535 }, (_, index) => `t/${index}`);
    for (const topicFilter of filters) peer.session.subscribe([{ topicFilter, qos: 0 }], undefined, 0);
    expect(new Set(peer.sent).size).toBe(1);
    expect(peer.sent).toHaveLength(65_535);
    const refused = peer.session.subscribe([{ topicFilter: 'one/more', qos: 0 }], undefined, 0);
    expect(refused).toMatchObject({ outcome: 'refused', reason: 'packet-identifiers-exhausted' });
    peer.reset();
    expect(peer.session.publish(message(1), 0).outcome).toBe('queued');
    peer.session.receivePacket({ type: 'suback', packetId: 300, reasonCodes: [0] }, 0);
    expect(peer.sent).toEqual(['publish#300']);
  });
});
