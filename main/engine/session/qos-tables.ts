/** The QoS 1 and 2 handshakes of both sides as tables: state × event → next state, reply, statement. */

import type { AckType } from './output.ts';

/** State of a packet identifier that we gave out. The last two are taken by handshakes that are not PUBLISH's. */
export const SENDER_STATES = [
  'free',
  'awaitPuback',
  'awaitPubrec',
  'awaitPubcomp',
  'awaitSuback',
  'awaitUnsuback',
] as const;
export type SenderState = (typeof SENDER_STATES)[number];

/** `…Failed` is a Reason Code of 0x80 or more, which only MQTT 5.0 has. */
export const SENDER_EVENTS = ['puback', 'pubackFailed', 'pubrec', 'pubrecFailed', 'pubcomp', 'pubcompFailed'] as const;
export type SenderEvent = (typeof SENDER_EVENTS)[number];

/** State of a packet identifier that the server gave out. `owes…` occur only where the owner acknowledges by hand. */
export const RECEIVER_STATES = ['free', 'owesPuback', 'owesPubrec', 'awaitPubrel'] as const;
export type ReceiverState = (typeof RECEIVER_STATES)[number];

/** `puback`, `pubrec` and `pubrecFailed` are answers that we give; the others arrive. */
export const RECEIVER_EVENTS = ['publishQos1', 'publishQos2', 'pubrel', 'puback', 'pubrec', 'pubrecFailed'] as const;
export type ReceiverEvent = (typeof RECEIVER_EVENTS)[number];

export interface Step<State extends string> {
  readonly next: State;
  /** Normative statement, or the section where none is numbered. */
  readonly statement: string;
  readonly reply?: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp';
  /** The reply says Packet Identifier not found (0x92); 3.1 and 3.1.1 have no code to say it with. */
  readonly notFound?: true;
  /** The application gets the message now; without it a PUBLISH is a duplicate. */
  readonly delivers?: true;
}

export type TransitionTable<State extends string, Event extends string> = {
  readonly [S in State]?: { readonly [E in Event]?: Step<State> };
};

/**
 * Sender side, MQTT 5.0 §4.3.2 and §4.3.3. A pair that is not listed is a protocol error.
 * @mqtt MQTT-4.3.2-3 MQTT-4.3.3-3 MQTT-4.3.3-4 MQTT-4.3.3-5 MQTT-4.4.0-2
 */
export const SENDER = {
  free: {
    pubrec: { next: 'free', reply: 'pubrel', notFound: true, statement: 'MQTT5 §3.6.2.1' },
    pubrecFailed: { next: 'free', statement: 'MQTT5 §3.5.2.1' },
  },
  awaitPuback: {
    puback: { next: 'free', statement: 'MQTT-4.3.2-3' },
    pubackFailed: { next: 'free', statement: 'MQTT-4.4.0-2' },
  },
  awaitPubrec: {
    pubrec: { next: 'awaitPubcomp', reply: 'pubrel', statement: 'MQTT-4.3.3-4' },
    pubrecFailed: { next: 'free', statement: 'MQTT-4.4.0-2' },
  },
  awaitPubcomp: {
    pubrec: { next: 'awaitPubcomp', reply: 'pubrel', statement: 'MQTT-4.3.3-4' },
    pubcomp: { next: 'free', statement: 'MQTT-4.3.3-5' },
    pubcompFailed: { next: 'free', statement: 'MQTT5 §3.7.2.1' },
  },
} as const satisfies TransitionTable<SenderState, SenderEvent>;

/**
 * Receiver side. A pair that is not listed is a protocol error.
 * @mqtt MQTT-4.3.2-4 MQTT-4.3.2-5 MQTT-4.3.3-8 MQTT-4.3.3-9 MQTT-4.3.3-10 MQTT-4.3.3-11 MQTT-4.3.3-12
 */
export const RECEIVER = {
  free: {
    publishQos1: { next: 'owesPuback', delivers: true, statement: 'MQTT-4.3.2-5' },
    publishQos2: { next: 'owesPubrec', delivers: true, statement: 'MQTT-4.3.3-12' },
    pubrel: { next: 'free', reply: 'pubcomp', notFound: true, statement: 'MQTT-4.3.3-11' },
  },
  owesPuback: {
    publishQos1: { next: 'owesPuback', statement: 'MQTT-4.4.0-1' },
    puback: { next: 'free', reply: 'puback', statement: 'MQTT-4.3.2-4' },
  },
  owesPubrec: {
    publishQos2: { next: 'owesPubrec', statement: 'MQTT-4.3.3-10' },
    pubrec: { next: 'awaitPubrel', reply: 'pubrec', statement: 'MQTT-4.3.3-8' },
    pubrecFailed: { next: 'free', reply: 'pubrec', statement: 'MQTT-4.3.3-9' },
  },
  awaitPubrel: {
    publishQos2: { next: 'awaitPubrel', reply: 'pubrec', statement: 'MQTT-4.3.3-10' },
    pubrel: { next: 'free', reply: 'pubcomp', statement: 'MQTT-4.3.3-11' },
  },
} as const satisfies TransitionTable<ReceiverState, ReceiverEvent>;

/** A {@link Step} with numbers for names, made once so that a message allocates nothing. */
export interface CompiledStep {
  readonly next: number;
  /** 0 for none. */
  readonly reply: 0 | AckType;
  readonly notFound: boolean;
  readonly delivers: boolean;
}

const REPLY = { puback: 4, pubrec: 5, pubrel: 6, pubcomp: 7 } as const;

function compile<State extends string, Event extends string>(
  table: TransitionTable<State, Event>,
  states: readonly State[],
  events: readonly Event[],
): readonly (CompiledStep | undefined)[] {
  return states.flatMap((state) =>
    events.map((event) => {
      const step = table[state]?.[event];
      if (step === undefined) return undefined;
      return {
        next: states.indexOf(step.next),
        reply: step.reply === undefined ? 0 : REPLY[step.reply],
        notFound: step.notFound === true,
        delivers: step.delivers === true,
      };
    }),
  );
}

const senderSteps = compile<SenderState, SenderEvent>(SENDER, SENDER_STATES, SENDER_EVENTS);
const receiverSteps = compile<ReceiverState, ReceiverEvent>(RECEIVER, RECEIVER_STATES, RECEIVER_EVENTS);

/** Undefined where the pair is not in {@link SENDER}. Both arguments are indexes into the lists above. */
export function senderStep(state: number, event: number): CompiledStep | undefined {
  return senderSteps[state * SENDER_EVENTS.length + event];
}

/** Undefined where the pair is not in {@link RECEIVER}. */
export function receiverStep(state: number, event: number): CompiledStep | undefined {
  return receiverSteps[state * RECEIVER_EVENTS.length + event];
}

/** Indexes of {@link SENDER_STATES}. */
export const SENDING = {
  free: 0,
  awaitPuback: 1,
  awaitPubrec: 2,
  awaitPubcomp: 3,
  awaitSuback: 4,
  awaitUnsuback: 5,
} as const satisfies Record<SenderState, number>;

/** Indexes of {@link RECEIVER_STATES}. */
export const RECEIVING = { free: 0, owesPuback: 1, owesPubrec: 2, awaitPubrel: 3 } as const satisfies Record<
  ReceiverState,
  number
>;

/** Indexes of {@link RECEIVER_EVENTS}. */
export const RECEIVED = {
  publishQos1: 0,
  publishQos2: 1,
  pubrel: 2,
  puback: 3,
  pubrec: 4,
  pubrecFailed: 5,
} as const satisfies Record<ReceiverEvent, number>;

/** Of a receiver who acknowledges at once: a step that leads to where an answer is owed, and that answer, in one. */
const answeringSteps = receiverSteps.map((step) => {
  if (step === undefined) return undefined;
  const { next, delivers } = step;
  const answer = receiverStep(next, next === RECEIVING.owesPuback ? RECEIVED.puback : RECEIVED.pubrec);
  return answer === undefined ? step : { ...answer, delivers };
});

/** As {@link receiverStep}, with the acknowledgement where one would be owed: the states in which it is never come about. */
export function answeringStep(state: number, event: number): CompiledStep | undefined {
  return answeringSteps[state * RECEIVER_EVENTS.length + event];
}
