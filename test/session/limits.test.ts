/** What is refused before it goes out: illegal topics, the server's limits, the queue's bounds, expiry. */

import { describe, expect, it } from 'vitest';
import { playbook, publish } from './playbook.ts';

const VERSIONS = [3, 4, 5] as const;
const bytes = (length: number) => new Uint8Array(length);

describe.each(VERSIONS)('rules, MQTT level %i', (version) => {
  it.each([
    ['a/+', 'MQTT-3.3.2-2'],
    ['a/#', 'MQTT-3.3.2-2'],
    ['', 'MQTT-4.7.3-1'],
    ['a\u0000b', 'MQTT-4.7.3-2'],
    ['x'.repeat(65_536), 'MQTT-4.7.3-3'],
  ])('refuses to publish to %j [%s]', (topic, statement) =>
    playbook(version).connected().publishes(topic).refuses('topic-invalid', statement).run(),
  );

  it.each([
    ['a/#/b', 'MQTT-4.7.1-1'],
    ['a#', 'MQTT-4.7.1-1'],
    ['a+/b', 'MQTT-4.7.1-2'],
    ['', 'MQTT-4.7.3-1'],
  ])('refuses to subscribe to %j, and all that is asked with it [%s]', (topicFilter, statement) =>
    playbook(version)
      .connected()
      .subscribes({ topicFilter: 'fine', qos: 0 }, { topicFilter, qos: 0 })
      .refuses('topic-invalid', statement)
      .shows(({ subscriptions }) => expect(subscriptions).toEqual([]))
      .run(),
  );

  it('refuses SUBSCRIBE and UNSUBSCRIBE of nothing [MQTT-3.8.3-2] [MQTT-3.10.3-2]', () =>
    playbook(version)
      .connected()
      .subscribes()
      .refuses('no-subscriptions', 'MQTT-3.8.3-2')
      .unsubscribes()
      .refuses('no-subscriptions', 'MQTT-3.10.3-2')
      .unsubscribes('a#')
      .refuses('topic-invalid', 'MQTT-4.7.1-1')
      .run());
});

describe.each([3, 4] as const)('what only 5.0 has, MQTT level %i', (version) => {
  it('refuses properties, options and AUTH', () =>
    playbook(version)
      .connected()
      .publishes('a', { properties: { contentType: 'text/plain' } })
      .refuses('needs-mqtt-5')
      .subscribes({ topicFilter: 'a', qos: 0, noLocal: true })
      .refuses('needs-mqtt-5')
      .subscribes({ topicFilter: 'a', qos: 0, subscriptionIdentifier: 1 })
      .refuses('needs-mqtt-5')
      .authenticates(0x19)
      .refuses('needs-mqtt-5')
      .run());

  it('takes $share as an ordinary filter', () =>
    playbook(version)
      .connected()
      .subscribes({ topicFilter: '$share/x', qos: 0 })
      .sends('SUBSCRIBE #1 $share/x q0')
      .run());
});

describe('limits of a 5.0 server', () => {
  it('refuses a QoS above Maximum QoS [MQTT-3.2.2-11]', () =>
    playbook(5)
      .connected({ properties: { maximumQoS: 1 } })
      .publishes('a', { qos: 2 })
      .refuses('qos-not-supported', 'MQTT-3.2.2-11')
      .publishes('a', { qos: 1 })
      .sends('PUBLISH a q1 #1')
      .subscribes({ topicFilter: 'a', qos: 2 })
      .sends('SUBSCRIBE #2 a q2')
      .run());

  it('refuses RETAIN where retained messages are not available [MQTT-3.2.2-14]', () =>
    playbook(5)
      .connected({ properties: { retainAvailable: 0 } })
      .publishes('a', { retain: true })
      .refuses('retain-not-supported', 'MQTT-3.2.2-14')
      .run());

  it('refuses a packet above Maximum Packet Size, and sends one of exactly that size [MQTT-3.2.2-15]', () =>
    playbook(5)
      .connected({ properties: { maximumPacketSize: 21 } })
      .publishes('a', { payload: bytes(11) })
      .refuses('packet-too-large', 'MQTT-3.2.2-15')
      .publishes('a', { payload: bytes(10) })
      .sends('PUBLISH a q0, 10 B')
      .run());

  it('splits a SUBSCRIBE that would be too large, and refuses a filter that is [MQTT-3.2.2-15]', () => {
    const requests = ['a', 'b', 'c', 'd'].map((topicFilter) => ({ topicFilter, qos: 0 as const }));
    playbook(5)
      .connected({ properties: { maximumPacketSize: 120 } })
      .subscribes(...requests)
      .sends('SUBSCRIBE #1 a q0, b q0', 'SUBSCRIBE #2 c q0, d q0')
      .subscribes({ topicFilter: 'x'.repeat(200), qos: 0 })
      .refuses('packet-too-large', 'MQTT-3.2.2-15')
      .unsubscribes('x'.repeat(200))
      .refuses('packet-too-large', 'MQTT-3.2.2-15')
      .run();
  });

  it('refuses subscriptions of a kind that the server does not have', () =>
    playbook(5)
      .connected({
        properties: {
          wildcardSubscriptionAvailable: 0,
          sharedSubscriptionAvailable: 0,
          subscriptionIdentifiersAvailable: 0,
        },
      })
      .subscribes({ topicFilter: 'a/+', qos: 0 })
      .refuses('wildcards-not-supported', 'MQTT5 §3.2.2.3.11')
      .subscribes({ topicFilter: '$share/g/a', qos: 0 })
      .refuses('shared-subscriptions-not-supported', 'MQTT5 §3.2.2.3.13')
      .subscribes({ topicFilter: 'a', qos: 0, subscriptionIdentifier: 3 })
      .refuses('subscription-identifiers-not-supported', 'MQTT5 §3.2.2.3.12')
      .run());

  it('withholds a remembered subscription that the server does not take, and sends the others', () =>
    playbook(5, {
      subscriptions: [
        { topicFilter: 'a/#', qos: 0 },
        { topicFilter: 'b', qos: 0 },
      ],
    })
      .connected({ properties: { wildcardSubscriptionAvailable: 0 } })
      .tells('subscription-withheld', { refusal: { reason: 'wildcards-not-supported', topicFilter: 'a/#' } })
      .sends('SUBSCRIBE #1 b q0')
      .run());

  it('refuses No Local on a shared subscription, bad share names and identifiers [MQTT-3.8.3-4] [MQTT-4.8.2-1] [MQTT-4.8.2-2]', () =>
    playbook(5)
      .connected()
      .subscribes({ topicFilter: '$share/g/a', qos: 0, noLocal: true })
      .refuses('shared-subscription-no-local', 'MQTT-3.8.3-4')
      .subscribes({ topicFilter: '$share//a', qos: 0 })
      .refuses('topic-invalid', 'MQTT-4.8.2-1')
      .subscribes({ topicFilter: '$share/g+/a', qos: 0 })
      .refuses('topic-invalid', 'MQTT-4.8.2-2')
      .subscribes({ topicFilter: 'a', qos: 0, subscriptionIdentifier: 0 })
      .refuses('subscription-identifier-invalid', 'MQTT5 §3.8.2.1.2')
      .run());

  it('sends one SUBSCRIBE for each Subscription Identifier', () =>
    playbook(5)
      .connected()
      .subscribes(
        { topicFilter: 'a', qos: 0, subscriptionIdentifier: 1 },
        { topicFilter: 'b', qos: 0 },
        { topicFilter: 'c', qos: 0, subscriptionIdentifier: 1 },
      )
      .sends('SUBSCRIBE #1 a q0, c q0 id 1', 'SUBSCRIBE #2 b q0')
      .run());

  it('refuses a Subscription Identifier in PUBLISH, and wildcards in a Response Topic [MQTT-3.3.4-6] [MQTT-3.3.2-14]', () =>
    playbook(5)
      .connected()
      .publishes('a', { properties: { subscriptionIdentifiers: [1] } })
      .refuses('subscription-identifier-invalid', 'MQTT-3.3.4-6')
      .publishes('a', { properties: { responseTopic: 'r/#' } })
      .refuses('topic-invalid', 'MQTT-3.3.2-14')
      .run());

  it('tells of a queued message that CONNACK made impossible [MQTT-3.2.2-11]', () =>
    playbook(5)
      .publishes('a', { qos: 2 })
      .queues()
      .publishes('b', { qos: 1 })
      .queues()
      .connected({ properties: { maximumQoS: 1 } })
      .tells('publish-withheld', { ticket: 1, refusal: { reason: 'qos-not-supported' } })
      .settles('1 refused')
      .sends('PUBLISH b q1 #1')
      .run());
});

describe('the queue', () => {
  it('keeps the order of messages while offline', () =>
    playbook(4)
      .publishes('a', { qos: 1 })
      .queues()
      .publishes('b')
      .queues()
      .publishes('c', { qos: 2 })
      .queues()
      .connected()
      .sends('PUBLISH a q1 #1', 'PUBLISH b q0')
      .settles('2 sent')
      .sends('PUBLISH c q2 #2')
      .run());

  it('does not hold QoS 0 up behind a full window', () =>
    playbook(4, { inflightWindow: 1 })
      .publishes('a', { qos: 1 })
      .queues()
      .publishes('b', { qos: 1 })
      .queues()
      .publishes('c')
      .queues()
      .connected()
      .sends('PUBLISH a q1 #1', 'PUBLISH c q0')
      .settles('3 sent')
      .run());

  it('refuses the newest where it is full, and says so', () =>
    playbook(4, { queue: { maxMessages: 1 } })
      .publishes('a', { qos: 1 })
      .queues()
      .publishes('b', { qos: 1 })
      .refuses('queue-full')
      .tells('queue-overflowed', { policy: 'refuse-newest', messages: 1, lost: 1 })
      .shows(({ queueLost, queued }) => expect([queueLost, queued]).toEqual([1, 1]))
      .run());

  it('bounds bytes', () =>
    playbook(4, { queue: { maxBytes: 10 } })
      .publishes('a', { qos: 1, payload: bytes(9) })
      .queues()
      .publishes('b', { qos: 1 })
      .refuses('queue-full')
      .run());

  it('drops the oldest where told to', () =>
    playbook(4, { queue: { maxMessages: 2, overflow: 'drop-oldest' } })
      .publishes('a')
      .queues()
      .publishes('b', { qos: 1 })
      .queues()
      .publishes('c', { qos: 1 })
      .settles('1 dropped')
      .queues()
      .tells('queue-overflowed', { policy: 'drop-oldest' })
      .connected()
      .sends('PUBLISH b q1 #1', 'PUBLISH c q1 #2')
      .run());

  it('tells overflows at most four times a second, and counts them all', () => {
    const book = playbook(4, { queue: { maxMessages: 0 } });
    let told = 0;
    book.does('watches', (stage) => {
      const tell = stage.fact.bind(stage);
      stage.fact = (fact) => {
        if (fact.fact === 'queue-overflowed') told += 1;
        tell(fact);
      };
    });
    for (let count = 0; count < 10; count += 1) book.publishes('a', { qos: 1 }).refuses('queue-full').waits(100);
    book.shows(({ queueLost }) => expect(queueLost).toBe(10)).run();
    expect(told).toBe(4);
  });

  it('refuses QoS 0 while offline where told to', () =>
    playbook(4, { queue: { qos0: false } })
      .publishes('a')
      .refuses('offline')
      .publishes('b', { qos: 1 })
      .queues()
      .run());

  it('gives a waiting message back, not one on its way', () =>
    playbook(4, { inflightWindow: 1 })
      .connected()
      .publishes('a', { qos: 1 })
      .sends('PUBLISH a q1 #1')
      .publishes('b', { qos: 1 })
      .queues()
      .publishes('c', { qos: 1 })
      .queues()
      .cancels(2)
      .settles('2 cancelled')
      .cancelled()
      .cancels(1)
      .cancelsNothing()
      .receives('PUBACK #1')
      .settles('1 #1 acknowledged')
      .sends('PUBLISH c q1 #2')
      .run());

  it('lets a message expire while it waits, never once it was sent [MQTT-4.3.3-7]', () =>
    playbook(5, { cleanStart: false, properties: { sessionExpiryInterval: 600 }, reconnect: { jitter: 0 } })
      .connected()
      .publishes('sent', { qos: 2, properties: { messageExpiryInterval: 1 } })
      .sends('PUBLISH sent q2 #1')
      .closed()
      .publishes('late', { qos: 1, properties: { messageExpiryInterval: 1 } })
      .queues()
      .publishes('long', { qos: 1, properties: { messageExpiryInterval: 100 } })
      .queues()
      .waits(1_001)
      .opens()
      .opened()
      .sendsConnect()
      .receives({ type: 'connack', sessionPresent: true, reasonCode: 0 })
      .sends('PUBLISH sent q2 #1 dup')
      .settles('2 expired')
      .sends('PUBLISH long q1 #2')
      .run());

  it('settles everything where the owner throws the session away', () =>
    playbook(4, { inflightWindow: 1 })
      .connected()
      .publishes('a', { qos: 1 })
      .sends('PUBLISH a q1 #1')
      .publishes('b', { qos: 1 })
      .queues()
      .aborts()
      .closes('destroy')
      .closed()
      .does('abandon()', ({ session, nowMs }) => session.abandon(nowMs))
      .settles('1 #1 session-lost', '2 cancelled')
      .run());
});

describe('topic aliases', () => {
  const allowed = (topicAliasMaximum: number) => ({ properties: { topicAliasMaximum } });

  it('are not used unless asked for [MQTT-3.2.2-18]', () =>
    playbook(5).connected(allowed(5)).publishes('a').sends('PUBLISH a q0').publishes('a').sends('PUBLISH a q0').run());

  it('stand for repeated topics, the first ones seen [MQTT-3.2.2-17] [MQTT-3.3.2-9]', () =>
    playbook(5, { topicAliases: 'first' })
      .connected(allowed(2))
      .publishes('a')
      .sends('PUBLISH a q0 as alias 1')
      .publishes('a')
      .sends('PUBLISH (alias 1) q0')
      .publishes('b', { qos: 1 })
      .sends('PUBLISH b q1 #1 as alias 2')
      .publishes('c')
      .sends('PUBLISH c q0')
      .publishes('b')
      .sends('PUBLISH (alias 2) q0')
      .shows(({ aliasesOut }) =>
        expect(aliasesOut).toEqual([
          [1, 'a'],
          [2, 'b'],
        ]),
      )
      .run());

  it('go to the topic in use where told to, from the one unused longest', () =>
    playbook(5, { topicAliases: 'recent' })
      .connected(allowed(2))
      .publishes('a')
      .sends('PUBLISH a q0 as alias 1')
      .publishes('b')
      .sends('PUBLISH b q0 as alias 2')
      .publishes('a')
      .sends('PUBLISH (alias 1) q0')
      .publishes('c')
      .sends('PUBLISH c q0 as alias 2')
      .publishes('b')
      .sends('PUBLISH b q0 as alias 1')
      .run());

  it('are not used without a Topic Alias Maximum of the server [MQTT-3.2.2-18]', () =>
    playbook(5, { topicAliases: 'first' })
      .connected()
      .publishes('a')
      .sends('PUBLISH a q0')
      .publishes('a', { properties: { topicAlias: 1 } })
      .refuses('topic-alias-invalid', 'MQTT-3.2.2-18')
      .run());

  it('may be set by hand, within the maximum [MQTT-3.2.2-17] [MQTT-3.3.2-8]', () =>
    playbook(5)
      .connected(allowed(3))
      .publishes('', { properties: { topicAlias: 2 } })
      .refuses('topic-alias-invalid', 'MQTT5 §3.3.2.3.4')
      .publishes('a', { properties: { topicAlias: 2 } })
      .sends('PUBLISH a q0 as alias 2')
      .publishes('', { properties: { topicAlias: 2 } })
      .sends('PUBLISH (alias 2) q0')
      .publishes('b', { properties: { topicAlias: 4 } })
      .refuses('topic-alias-invalid', 'MQTT-3.2.2-17')
      .publishes('b', { properties: { topicAlias: 0 } })
      .refuses('topic-alias-invalid', 'MQTT-3.3.2-8')
      .run());

  it('never carry over to another connection: a resend spells the topic out [MQTT-3.3.2-7]', () =>
    playbook(5, { topicAliases: 'first', cleanStart: false, properties: { sessionExpiryInterval: 60 } })
      .connected(allowed(2))
      .publishes('a')
      .sends('PUBLISH a q0 as alias 1')
      .publishes('a', { qos: 1 })
      .sends('PUBLISH (alias 1) q1 #1')
      .reconnects({ sessionPresent: true, ...allowed(2) })
      .sends('PUBLISH a q1 #1 dup')
      .publishes('a')
      .sends('PUBLISH a q0 as alias 1')
      .run());

  it('of the server are resolved, each kept for its connection [MQTT-3.3.2-10] [MQTT-3.3.2-7]', () =>
    playbook(5, { properties: { topicAliasMaximum: 2 } })
      .connected()
      .receives(publish('lamp', { properties: { topicAlias: 2 } }))
      .delivers('lamp')
      .receivesAlias(2)
      .resolves('lamp')
      .receivesAlias(1)
      .blames('MQTT-3.1.2-26', true)
      .sends('DISCONNECT topic-alias-invalid')
      .closes('end')
      .resolves('nothing')
      .shows(({ aliasesIn }) => expect(aliasesIn).toEqual([[2, 'lamp']]))
      .run());

  it.each([
    ['above our maximum', 3, 'lamp', 'MQTT-3.1.2-26'],
    ['0', 0, 'lamp', 'MQTT-3.3.2-8'],
    ['never set', 1, '', 'MQTT-3.1.2-26'],
  ])('of the server that is %s ends the connection with 0x94 [%4$s]', (_, alias, topic, statement) =>
    playbook(5, { properties: { topicAliasMaximum: 2 } })
      .connected()
      .receives(publish(topic, { properties: { topicAlias: alias } }))
      .blames(statement, true)
      .sends('DISCONNECT topic-alias-invalid')
      .closes('end')
      .deliversNothing()
      .run(),
  );

  it('of the server are forbidden where our CONNECT allowed none [MQTT-3.1.2-27]', () =>
    playbook(5)
      .connected()
      .receives(publish('lamp', { properties: { topicAlias: 1 } }))
      .blames('MQTT-3.1.2-26', true)
      .sends('DISCONNECT topic-alias-invalid')
      .closes('end')
      .run());
});
