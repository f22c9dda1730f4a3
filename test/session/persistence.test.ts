/** Sessions that outlive their connection: what is resent, what is forgotten, what is subscribed to again. */

import { describe, expect, it } from 'vitest';
import { connack, type PlaybookOptions, playbook, publish } from './playbook.ts';

const VERSIONS = [3, 4, 5] as const;
const KEPT: PlaybookOptions = { cleanStart: false, reconnect: { jitter: 0 } };
const kept = (version: (typeof VERSIONS)[number]): PlaybookOptions =>
  version === 5 ? { ...KEPT, properties: { sessionExpiryInterval: 3_600 } } : KEPT;
/** 3.1 has no Session Present flag: its CONNACK always reads false. */
const present = (version: (typeof VERSIONS)[number]) => ({ sessionPresent: version !== 3 });

describe.each(VERSIONS)('session kept by the server, MQTT level %i', (version) => {
  it('resends PUBLISH with DUP and PUBREL, each in its order, with their identifiers [MQTT-4.4.0-1] [MQTT-4.6.0-1] [MQTT-4.6.0-4] [MQTT-3.3.1-1] [MQTT-3.1.2-23]', () =>
    playbook(version, kept(version))
      .connected()
      .publishes('a', { qos: 2 })
      .sends('PUBLISH a q2 #1')
      .publishes('b', { qos: 2 })
      .sends('PUBLISH b q2 #2')
      .publishes('c', { qos: 1 })
      .sends('PUBLISH c q1 #3')
      .publishes('d', { qos: 2 })
      .sends('PUBLISH d q2 #4')
      .receives('PUBREC #2')
      .sends('PUBREL #2')
      .receives('PUBREC #1')
      .sends('PUBREL #1')
      .reconnects(present(version))
      .tells('session-resumed', { publishes: 2, pubrels: 2, foreign: false })
      .sends('PUBREL #2', 'PUBREL #1', 'PUBLISH c q1 #3 dup', 'PUBLISH d q2 #4 dup')
      .receives('PUBCOMP #2')
      .settles('2 #2 acknowledged')
      .receives('PUBACK #3')
      .settles('3 #3 acknowledged')
      .run());

  it('never resends a PUBLISH once its PUBREL went out [MQTT-4.3.3-6]', () =>
    playbook(version, kept(version))
      .connected()
      .publishes('a', { qos: 2 })
      .sends('PUBLISH a q2 #1')
      .receives('PUBREC #1')
      .sends('PUBREL #1')
      .reconnects(present(version))
      .sends('PUBREL #1')
      .reconnects(present(version))
      .sends('PUBREL #1')
      .receives('PUBCOMP #1')
      .settles('1 #1 acknowledged')
      .run());

  it('resends nothing and forgets nothing while the connection stands [MQTT-4.4.0-1] [MQTT-4.1.0-1]', () =>
    playbook(version, kept(version))
      .connected()
      .publishes('a', { qos: 1 })
      .sends('PUBLISH a q1 #1')
      .waits(3_600_000)
      .sendsNothing()
      .receives('PUBACK #1')
      .settles('1 #1 acknowledged')
      .run());

  it('delivers a QoS 2 message once although the connection broke before PUBREL [MQTT-4.3.3-10]', () =>
    playbook(version, kept(version))
      .connected()
      .receives(publish('lamp', { qos: 2, id: 7 }))
      .sends('PUBREC #7')
      .delivers('lamp')
      .reconnects(present(version))
      .receives(publish('lamp', { qos: 2, id: 7, dup: true }))
      .sends('PUBREC #7')
      .deliversNothing()
      .receives('PUBREL #7')
      .sends('PUBCOMP #7')
      .run());

  it('sends new messages after those it resends, within the window [MQTT-4.6.0-1] [MQTT-4.9.0-2]', () =>
    playbook(version, { ...kept(version), inflightWindow: 2 })
      .connected()
      .publishes('a', { qos: 1 })
      .sends('PUBLISH a q1 #1')
      .publishes('b', { qos: 1 })
      .sends('PUBLISH b q1 #2')
      .closed()
      .publishes('c', { qos: 1 })
      .queues()
      .waits(1_000)
      .opens()
      .opened()
      .sendsConnect()
      .receives(connack(present(version)))
      .sends('PUBLISH a q1 #1 dup', 'PUBLISH b q1 #2 dup')
      .receives('PUBACK #1')
      .settles('1 #1 acknowledged')
      .sends('PUBLISH c q1 #3')
      .run());

  it('takes an acknowledgement that comes before the resend [MQTT-2.2.1-5]', () =>
    playbook(version, { ...kept(version), inflightWindow: 1 })
      .connected()
      .publishes('a', { qos: 1 })
      .sends('PUBLISH a q1 #1')
      .publishes('b', { qos: 1 })
      .queues()
      .reconnects(present(version))
      .sends('PUBLISH a q1 #1 dup')
      .receives('PUBACK #1')
      .settles('1 #1 acknowledged')
      .sends('PUBLISH b q1 #2')
      .run());
});

describe('session kept by the server, MQTT 5.0', () => {
  it('resends no more than the new Receive Maximum at a time [MQTT-3.3.4-7]', () =>
    playbook(5, kept(5))
      .connected()
      .publishes('a', { qos: 1 })
      .sends('PUBLISH a q1 #1')
      .publishes('b', { qos: 1 })
      .sends('PUBLISH b q1 #2')
      .reconnects({ sessionPresent: true, properties: { receiveMaximum: 1 } })
      .sends('PUBLISH a q1 #1 dup')
      .publishes('c', { qos: 1 })
      .queues()
      .receives('PUBACK #1')
      .settles('1 #1 acknowledged')
      .sends('PUBLISH b q1 #2 dup')
      .receives('PUBACK #2')
      .settles('2 #2 acknowledged')
      .sends('PUBLISH c q1 #3')
      .run());

  it('does not resend what the server no longer takes [MQTT-3.2.2-11]', () =>
    playbook(5, kept(5))
      .connected()
      .publishes('a', { qos: 2 })
      .sends('PUBLISH a q2 #1')
      .reconnects({ sessionPresent: true, properties: { maximumQoS: 1 } })
      .tells('publish-withheld', { ticket: 1, refusal: { reason: 'qos-not-supported' } })
      .settles('1 #1 refused')
      .run());

  it('resumes a session of an earlier run with empty state, and says so', () =>
    playbook(5, { ...kept(5), subscriptions: [{ topicFilter: 's', qos: 1 }] })
      .connected({ sessionPresent: true })
      .tells('session-resumed', { foreign: true, publishes: 0, pubrels: 0 })
      .sends('SUBSCRIBE #1 s q1')
      .run());

  it('closes at a session of which it has no state, where told to [MQTT-3.2.2-4]', () =>
    playbook(5, { ...kept(5), foreignSession: 'close' })
      .connects()
      .opens()
      .opened()
      .sendsConnect()
      .receives(connack({ sessionPresent: true }))
      .blames('MQTT-3.2.2-4', true)
      .closes('destroy')
      .run());

  it('counts only PUBLISHes of the present connection against our Receive Maximum [MQTT-3.3.4-9]', () =>
    playbook(5, { ...KEPT, properties: { sessionExpiryInterval: 60, receiveMaximum: 1 } })
      .connected()
      .receives(publish('a', { qos: 2, id: 1 }))
      .sends('PUBREC #1')
      .delivers('a')
      .reconnects({ sessionPresent: true })
      .receives(publish('b', { qos: 2, id: 2 }))
      .sends('PUBREC #2')
      .delivers('b')
      .receives('PUBREL #1')
      .sends('PUBCOMP #1')
      .receives(publish('c', { qos: 2, id: 3 }))
      .blames('MQTT-3.3.4-9', true)
      .sends('DISCONNECT receive-maximum-exceeded')
      .closes('end')
      .run());
});

describe.each([4, 5] as const)('session lost by the server, MQTT level %i', (version) => {
  it('publishes anew what was not acknowledged, without DUP, before what waited [MQTT-3.2.2-5] [MQTT-3.3.1-3]', () =>
    playbook(version, kept(version))
      .connected()
      .publishes('a', { qos: 1 })
      .sends('PUBLISH a q1 #1')
      .publishes('b', { qos: 2 })
      .sends('PUBLISH b q2 #2')
      .publishes('c', { qos: 2 })
      .sends('PUBLISH c q2 #3')
      .receives('PUBREC #3')
      .sends('PUBREL #3')
      .closed()
      .publishes('d', { qos: 1 })
      .queues()
      .waits(1_000)
      .opens()
      .opened()
      .sendsConnect()
      .receives(connack())
      .tells('session-discarded', { republished: 2, lost: 1 })
      .settles('3 #3 session-lost')
      .sends('PUBLISH a q1 #4', 'PUBLISH b q2 #5', 'PUBLISH d q1 #6')
      .receives('PUBACK #4')
      .settles('1 #4 acknowledged')
      .run());

  it('settles it as lost where told to [MQTT-3.2.2-5]', () =>
    playbook(version, { ...kept(version), onSessionLost: 'discard' })
      .connected()
      .publishes('a', { qos: 1 })
      .sends('PUBLISH a q1 #1')
      .reconnects()
      .tells('session-discarded', { republished: 0, lost: 1 })
      .settles('1 #1 session-lost')
      .run());

  it('makes no fuss where a clean start was asked for, or the session ended with its connection', () => {
    playbook(version).connected().reconnects().tellsNothingOf('session-discarded').run();
    if (version === 5) playbook(5, KEPT).connected().reconnects().tellsNothingOf('session-discarded').run();
    playbook(version, kept(version)).connected().reconnects().tells('session-discarded', { republished: 0 }).run();
  });

  it('forgets what it received: the identifier is new [MQTT-3.2.2-5]', () =>
    playbook(version, kept(version))
      .connected()
      .receives(publish('lamp', { qos: 2, id: 7 }))
      .sends('PUBREC #7')
      .delivers('lamp')
      .reconnects()
      .receives(publish('lamp', { qos: 2, id: 7 }))
      .sends('PUBREC #7')
      .delivers('lamp')
      .run());

  it('subscribes again', () =>
    playbook(version, kept(version))
      .connected()
      .subscribes({ topicFilter: 'a/#', qos: 1 }, { topicFilter: 'b', qos: 2 })
      .sends('SUBSCRIBE #1 a/# q1, b q2')
      .receives('SUBACK #1 1 2')
      .reconnects()
      .sends('SUBSCRIBE #2 a/# q1, b q2')
      .receives('SUBACK #2 1 0x80')
      .tells('subscribed', {
        results: [
          { topicFilter: 'a/#', requestedQoS: 1, reasonCode: 1 },
          { topicFilter: 'b', requestedQoS: 2, reasonCode: 0x80 },
        ],
      })
      .run());
});

describe.each(VERSIONS)('subscriptions over connections, MQTT level %i', (version) => {
  it('subscribes after CONNACK to what was asked for before', () =>
    playbook(version, { subscriptions: [{ topicFilter: 'first', qos: 1 }] })
      .subscribes({ topicFilter: 'second', qos: 0 })
      .queues()
      .connected()
      .sends('SUBSCRIBE #1 first q1, second q0')
      .run());

  it('does not subscribe again where the server kept the session, save in 3.1 where it cannot say so', () => {
    const book = playbook(version, kept(version))
      .connected()
      .subscribes({ topicFilter: 'a', qos: 1 })
      .sends('SUBSCRIBE #1 a q1')
      .receives('SUBACK #1 1')
      .reconnects(present(version));
    (version === 3 ? book.sends('SUBSCRIBE #2 a q1') : book.sendsNothing()).run();
  });

  it('subscribes again where SUBACK did not come', () =>
    playbook(version, kept(version))
      .connected()
      .subscribes({ topicFilter: 'a', qos: 1 })
      .sends('SUBSCRIBE #1 a q1')
      .reconnects(present(version))
      .sends('SUBSCRIBE #2 a q1')
      .run());

  it('unsubscribes, and forgets the filter [MQTT-2.2.1-6] [MQTT-3.11.3-1]', () =>
    playbook(version)
      .connected()
      .subscribes({ topicFilter: 'a', qos: 1 }, { topicFilter: 'b', qos: 1 })
      .sends('SUBSCRIBE #1 a q1, b q1')
      .receives('SUBACK #1 1 1')
      .unsubscribes('a')
      .sends('UNSUBSCRIBE #2 a')
      .receives(version === 5 ? 'UNSUBACK #2 0' : 'UNSUBACK #2')
      .tells('unsubscribed', { packetId: 2, results: [{ topicFilter: 'a', reasonCode: 0 }] })
      .receives(version === 5 ? 'UNSUBACK #2 0' : 'UNSUBACK #2')
      .blames('MQTT-2.2.1-6')
      .reconnects()
      .sends('SUBSCRIBE #3 b q1')
      .run());

  it('takes back after a reconnect what was unsubscribed while offline', () => {
    const book = playbook(version, kept(version))
      .connected()
      .subscribes({ topicFilter: 'a', qos: 1 })
      .sends('SUBSCRIBE #1 a q1')
      .receives('SUBACK #1 1')
      .closed()
      .unsubscribes('a')
      .queues()
      .waits(1_000)
      .opens()
      .opened()
      .sendsConnect()
      .receives(connack(present(version)));
    (version === 3 ? book.sendsNothing() : book.sends('UNSUBSCRIBE #2 a')).run();
  });

  it('leaves subscribing again to the owner where the policy says so', () =>
    playbook(version, { policy: { resubscribe: false } })
      .connected()
      .subscribes({ topicFilter: 'a', qos: 1 })
      .sends('SUBSCRIBE #1 a q1')
      .receives('SUBACK #1 1')
      .reconnects()
      .sendsNothing()
      .shows(({ subscriptions }) => expect(subscriptions).toEqual([]))
      .run());

  it('shows what was granted', () =>
    playbook(version)
      .connected()
      .subscribes({ topicFilter: 'a', qos: 2 })
      .sends('SUBSCRIBE #1 a q2')
      .shows(({ subscriptions }) => expect(subscriptions).toEqual([{ topicFilter: 'a', qos: 2 }]))
      .receives('SUBACK #1 1')
      .shows(({ subscriptions }) => expect(subscriptions).toEqual([{ topicFilter: 'a', qos: 2, reasonCode: 1 }]))
      .run());

  it('records a SUBACK with too few codes [MQTT-3.8.4-6] [MQTT-3.9.3-1]', () =>
    playbook(version)
      .connected()
      .subscribes({ topicFilter: 'a', qos: 1 }, { topicFilter: 'b', qos: 1 })
      .sends('SUBSCRIBE #1 a q1, b q1')
      .receives('SUBACK #1 1')
      .blames('MQTT-3.8.4-6')
      .run());
});
