/** QoS 0, 1 and 2 both ways: handshakes, windows, identifiers, resends. */

import { describe, it } from 'vitest';
import { playbook, publish } from './playbook.ts';

const VERSIONS = [3, 4, 5] as const;

describe.each(VERSIONS)('sending, MQTT level %i', (version) => {
  it('sends QoS 0 once and forgets it [MQTT-4.3.1-1]', () =>
    playbook(version).connected().publishes('lamp').sends('PUBLISH lamp q0').run());

  it('holds a QoS 1 message until its PUBACK [MQTT-4.3.2-1] [MQTT-4.3.2-2] [MQTT-4.3.2-3]', () =>
    playbook(version)
      .connected()
      .publishes('lamp', { qos: 1 })
      .sends('PUBLISH lamp q1 #1')
      .receives('PUBACK #1')
      .settles('1 #1 acknowledged')
      .run());

  it('takes QoS 2 through PUBREC, PUBREL and PUBCOMP [MQTT-4.3.3-1] [MQTT-4.3.3-2] [MQTT-4.3.3-3] [MQTT-4.3.3-4] [MQTT-4.3.3-5]', () =>
    playbook(version)
      .connected()
      .publishes('lamp', { qos: 2 })
      .sends('PUBLISH lamp q2 #1')
      .receives('PUBREC #1')
      .sends('PUBREL #1')
      .receives('PUBCOMP #1')
      .settles('1 #1 acknowledged')
      .run());

  it('answers a repeated PUBREC with PUBREL again [MQTT-4.3.3-4]', () =>
    playbook(version)
      .connected()
      .publishes('lamp', { qos: 2 })
      .sends('PUBLISH lamp q2 #1')
      .receives('PUBREC #1')
      .sends('PUBREL #1')
      .receives('PUBREC #1')
      .sends('PUBREL #1')
      .receives('PUBCOMP #1')
      .settles('1 #1 acknowledged')
      .run());

  it('never reuses an identifier that is in flight [MQTT-2.2.1-3]', () =>
    playbook(version)
      .connected()
      .publishes('a', { qos: 1 })
      .sends('PUBLISH a q1 #1')
      .subscribes({ topicFilter: 's', qos: 0 })
      .sends('SUBSCRIBE #2 s q0')
      .publishes('b', { qos: 2 })
      .sends('PUBLISH b q2 #3')
      .receives('PUBACK #1')
      .settles('1 #1 acknowledged')
      .publishes('c', { qos: 1 })
      .sends('PUBLISH c q1 #4')
      .run());

  it('queues what the in-flight window does not take, and sends it as the window opens [MQTT-4.9.0-1] [MQTT-4.9.0-2]', () =>
    playbook(version, { inflightWindow: 2 })
      .connected()
      .publishes('a', { qos: 1 })
      .sends('PUBLISH a q1 #1')
      .publishes('b', { qos: 2 })
      .sends('PUBLISH b q2 #2')
      .publishes('c', { qos: 1 })
      .queues()
      .publishes('d')
      .sends('PUBLISH d q0')
      .receives('PUBREC #2')
      .sends('PUBREL #2')
      .receives('PUBCOMP #2')
      .settles('2 #2 acknowledged')
      .sends('PUBLISH c q1 #3')
      .run());

  it('records an acknowledgement that belongs to no message, and goes on [MQTT-2.2.1-5]', () =>
    playbook(version)
      .connected()
      .receives('PUBACK #9')
      .blames('MQTT-2.2.1-5')
      .receives('PUBCOMP #9')
      .blames('MQTT-2.2.1-5')
      .publishes('lamp', { qos: 1 })
      .sends('PUBLISH lamp q1 #1')
      .run());

  it('records PUBREC for a QoS 1 message, and still waits for PUBACK [MQTT-3.3.4-1]', () =>
    playbook(version)
      .connected()
      .publishes('lamp', { qos: 1 })
      .sends('PUBLISH lamp q1 #1')
      .receives('PUBREC #1')
      .blames('MQTT-3.3.4-1')
      .receives('PUBACK #1')
      .settles('1 #1 acknowledged')
      .run());

  it('does not take an acknowledgement of PUBLISH for the answer to SUBSCRIBE [MQTT-2.2.1-6]', () =>
    playbook(version)
      .connected()
      .subscribes({ topicFilter: 's', qos: 1 })
      .sends('SUBSCRIBE #1 s q1')
      .receives('PUBACK #1')
      .blames('MQTT-2.2.1-5')
      .receives('SUBACK #1 1')
      .tells('subscribed', { packetId: 1 })
      .receives('SUBACK #1 1')
      .blames('MQTT-2.2.1-6')
      .run());
});

describe('sending, MQTT 5.0', () => {
  it('ends a QoS 1 message that PUBACK rejects, and does not send it again [MQTT-4.4.0-2]', () =>
    playbook(5, { cleanStart: false, properties: { sessionExpiryInterval: 60 } })
      .connected()
      .publishes('lamp', { qos: 1 })
      .sends('PUBLISH lamp q1 #1')
      .receives('PUBACK #1 quota-exceeded')
      .settles('1 #1 rejected 0x97')
      .reconnects({ sessionPresent: true })
      .run());

  it('ends a QoS 2 message that PUBREC rejects, without PUBREL [MQTT-4.4.0-2] [MQTT-4.3.3-4]', () =>
    playbook(5)
      .connected()
      .publishes('lamp', { qos: 2 })
      .sends('PUBLISH lamp q2 #1')
      .receives('PUBREC #1 not-authorized')
      .settles('1 #1 rejected 0x87')
      .run());

  it('settles with the code where PUBCOMP says that the identifier is unknown', () =>
    playbook(5)
      .connected()
      .publishes('lamp', { qos: 2 })
      .sends('PUBLISH lamp q2 #1')
      .receives('PUBREC #1')
      .sends('PUBREL #1')
      .receives('PUBCOMP #1 packet-identifier-not-found')
      .settles('1 #1 acknowledged 0x92')
      .run());

  it('answers a PUBREC of no message with PUBREL that says so', () =>
    playbook(5)
      .connected()
      .receives('PUBREC #7')
      .sends('PUBREL #7 packet-identifier-not-found')
      .blames('MQTT-2.2.1-5')
      .run());

  it('keeps to the Receive Maximum of the server [MQTT-3.3.4-7] [MQTT-3.3.4-8] [MQTT-4.9.0-3]', () =>
    playbook(5)
      .connected({ properties: { receiveMaximum: 1 } })
      .publishes('a', { qos: 2 })
      .sends('PUBLISH a q2 #1')
      .publishes('b', { qos: 1 })
      .queues()
      .subscribes({ topicFilter: 's', qos: 0 })
      .sends('SUBSCRIBE #2 s q0')
      .receives(publish('in', { qos: 1, id: 5 }))
      .sends('PUBACK #5')
      .delivers('in')
      .receives('PUBREC #1')
      .sends('PUBREL #1')
      .receives('PUBCOMP #1')
      .settles('1 #1 acknowledged')
      .sends('PUBLISH b q1 #3')
      .run());

  it('gives the window back at a PUBREC that rejects [MQTT-4.9.0-2]', () =>
    playbook(5)
      .connected({ properties: { receiveMaximum: 1 } })
      .publishes('a', { qos: 2 })
      .sends('PUBLISH a q2 #1')
      .publishes('b', { qos: 2 })
      .queues()
      .receives('PUBREC #1 quota-exceeded')
      .settles('1 #1 rejected 0x97')
      .sends('PUBLISH b q2 #2')
      .run());

  it('closes at an acknowledgement out of place where the policy is strict [MQTT-4.13.1-1]', () =>
    playbook(5, { policy: { strict: true } })
      .connected()
      .receives('PUBACK #9')
      .blames('MQTT-2.2.1-5', true)
      .sends('DISCONNECT protocol-error')
      .closes('end')
      .run());
});

describe.each(VERSIONS)('receiving, MQTT level %i', (version) => {
  it('delivers QoS 0 and answers nothing [MQTT-3.3.4-1]', () =>
    playbook(version).connected().receives(publish('lamp')).delivers('lamp').run());

  it('answers QoS 1 with PUBACK, and takes the identifier as new afterwards [MQTT-4.3.2-4] [MQTT-4.3.2-5]', () =>
    playbook(version)
      .connected()
      .receives(publish('lamp', { qos: 1, id: 7 }))
      .sends('PUBACK #7')
      .delivers('lamp')
      .receives(publish('lamp', { qos: 1, id: 7, dup: true }))
      .sends('PUBACK #7')
      .delivers('lamp')
      .run());

  it('takes QoS 2 through PUBREC and PUBCOMP [MQTT-4.3.3-8] [MQTT-4.3.3-11]', () =>
    playbook(version)
      .connected()
      .receives(publish('lamp', { qos: 2, id: 7 }))
      .sends('PUBREC #7')
      .delivers('lamp')
      .receives('PUBREL #7')
      .sends('PUBCOMP #7')
      .run());

  it('delivers a repeated QoS 2 PUBLISH once [MQTT-4.3.3-10] [MQTT-4.3.3-12]', () =>
    playbook(version)
      .connected()
      .receives(publish('lamp', { qos: 2, id: 7 }))
      .sends('PUBREC #7')
      .delivers('lamp')
      .receives(publish('lamp', { qos: 2, id: 7, dup: true }))
      .sends('PUBREC #7')
      .deliversNothing()
      .receives('PUBREL #7')
      .sends('PUBCOMP #7')
      .receives(publish('lamp', { qos: 2, id: 7 }))
      .sends('PUBREC #7')
      .delivers('lamp')
      .run());

  it('records a repeat without DUP [MQTT-3.3.1-1]', () =>
    playbook(version)
      .connected()
      .receives(publish('lamp', { qos: 2, id: 7 }))
      .sends('PUBREC #7')
      .delivers('lamp')
      .receives(publish('lamp', { qos: 2, id: 7 }))
      .sends('PUBREC #7')
      .blames('MQTT-3.3.1-1')
      .deliversNothing()
      .run());

  it('answers a duplicate PUBREL after the handshake is over [MQTT-4.3.3-11]', () =>
    playbook(version)
      .connected()
      .receives(publish('lamp', { qos: 2, id: 7 }))
      .sends('PUBREC #7')
      .delivers('lamp')
      .receives('PUBREL #7')
      .sends('PUBCOMP #7')
      .receives('PUBREL #7')
      .sends(version === 5 ? 'PUBCOMP #7 packet-identifier-not-found' : 'PUBCOMP #7')
      .blames('MQTT5 §3.7.2.1')
      .deliversNothing()
      .run());

  it('answers in the order of arrival [MQTT-4.6.0-2] [MQTT-4.6.0-3] [MQTT-4.5.0-2]', () =>
    playbook(version)
      .connected()
      .receives(publish('a', { qos: 2, id: 9 }))
      .sends('PUBREC #9')
      .delivers('a')
      .receives(publish('b', { qos: 1, id: 3 }))
      .sends('PUBACK #3')
      .delivers('b')
      .receives(publish('c', { qos: 2, id: 4 }))
      .sends('PUBREC #4')
      .delivers('c')
      .run());

  it('closes at packet identifier 0 [MQTT-2.2.1-4] [MQTT-2.2.1-5]', () => {
    const farewell = (book: ReturnType<typeof playbook>) =>
      version === 5 ? book.sends('DISCONNECT malformed-packet').closes('end') : book.closes('destroy');
    for (const qos of [1, 2] as const) {
      const book = playbook(version)
        .connected()
        .receives(publish('a', { qos, id: 0 }));
      farewell(book.blames('MQTT-2.2.1-4', true)).run();
    }
    farewell(playbook(version).connected().receives('PUBREL #0').blames('MQTT-2.2.1-5', true)).run();
  });

  it('records a PUBLISH whose identifier is in use at another QoS [MQTT-2.2.1-4]', () =>
    playbook(version)
      .connected()
      .receives(publish('a', { qos: 2, id: 9 }))
      .sends('PUBREC #9')
      .delivers('a')
      .receives(publish('b', { qos: 1, id: 9 }))
      .blames('MQTT-2.2.1-4')
      .deliversNothing()
      .run());

  it('leaves the answer to the owner where the policy says so', () =>
    playbook(version, { policy: { autoAcknowledge: false } })
      .connected()
      .receives(publish('a', { qos: 1, id: 1 }))
      .delivers('a')
      .receives(publish('b', { qos: 2, id: 2 }))
      .delivers('b')
      .does('acknowledge(1)', ({ session, nowMs }) => session.acknowledge(1, 0, nowMs))
      .sends('PUBACK #1')
      .does('acknowledge(2)', ({ session, nowMs }) => session.acknowledge(2, 0, nowMs))
      .sends('PUBREC #2')
      .receives('PUBREL #2')
      .sends('PUBCOMP #2')
      .does('acknowledge(2)', ({ session, nowMs }) => session.acknowledge(2, 0, nowMs))
      .sendsNothing()
      .run());
});

describe('receiving, MQTT 5.0', () => {
  it('takes an identifier as new after a PUBREC of ours that rejects [MQTT-4.3.3-9]', () =>
    playbook(5, { policy: { autoAcknowledge: false } })
      .connected()
      .receives(publish('a', { qos: 2, id: 2 }))
      .delivers('a')
      .does('acknowledge(2, 0x83)', ({ session, nowMs }) => session.acknowledge(2, 0x83, nowMs))
      .sends('PUBREC #2 implementation-specific-error')
      .receives(publish('b', { qos: 2, id: 2 }))
      .delivers('b')
      .run());

  it('closes with 0x93 where the server exceeds our Receive Maximum [MQTT-3.3.4-9]', () =>
    playbook(5, { properties: { receiveMaximum: 1 } })
      .connected()
      .receives(publish('a', { qos: 2, id: 1 }))
      .sends('PUBREC #1')
      .delivers('a')
      .receives(publish('b', { qos: 2, id: 2 }))
      .blames('MQTT-3.3.4-9', true)
      .sends('DISCONNECT receive-maximum-exceeded')
      .closes('end')
      .deliversNothing()
      .run());

  it('counts a handshake against our Receive Maximum until PUBCOMP [MQTT-3.3.4-9]', () =>
    playbook(5, { properties: { receiveMaximum: 1 } })
      .connected()
      .receives(publish('a', { qos: 2, id: 1 }))
      .sends('PUBREC #1')
      .delivers('a')
      .receives('PUBREL #1')
      .sends('PUBCOMP #1')
      .receives(publish('b', { qos: 2, id: 2 }))
      .sends('PUBREC #2')
      .delivers('b')
      .run());
});
