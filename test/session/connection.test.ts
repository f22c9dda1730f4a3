/** From connect to close: CONNECT, CONNACK and its refusals, keep-alive, DISCONNECT, the reconnect schedule. */

import { describe, expect, it } from 'vitest';
import { connackHeals, disconnectHeals } from '../../main/engine/session/reconnect.ts';
import { CONNECT_RETURN_CODES, reasonCodesOf } from '../../shared/mqtt/reason-codes.ts';
import { connack, playbook, publish } from './playbook.ts';

const VERSIONS = [3, 4, 5] as const;
const NAMES = { 3: 'MQTT 3.1', 4: 'MQTT 3.1.1', 5: 'MQTT 5.0' } as const;

describe.each(VERSIONS)('connecting, MQTT level %i', (version) => {
  it('sends CONNECT first, and is connected at CONNACK [MQTT-3.1.0-1] [MQTT-3.1.0-2] [MQTT-3.1.3-2]', () =>
    playbook(version, {
      keepAlive: 30,
      username: 'ann',
      password: new Uint8Array([1]),
      will: { topic: 'gone', payload: new Uint8Array(0), qos: 1, retain: true },
    })
      .connects()
      .opens()
      .tells('state-changed', { previous: 'idle', state: 'connecting' })
      .opened()
      .sends(`CONNECT tester ${NAMES[version]}, clean, keep-alive 30, user ann, will gone q1 retain`)
      .receives(connack())
      .tells('state-changed', { state: 'connected' })
      .tells('connected', { clientId: 'tester', clientIdAssigned: false, keepAlive: 30, keepAliveFromServer: false })
      .connects()
      .refuses('wrong-state')
      .run());

  it('gives up where CONNACK does not come, and tries again', () =>
    playbook(version, { connackTimeoutMs: 5_000 })
      .connects()
      .opens()
      .opened()
      .sendsConnect()
      .waits(4_999)
      .waits(1)
      .closes('destroy')
      .closed()
      .tells('connection-ended', { end: { code: 'connack-timeout', afterMs: 5_000, heals: true }, wasConnected: false })
      .tells('reconnect-scheduled', { delayMs: 1_000, attempt: 1 })
      .run());

  it('closes where the server speaks before CONNACK [MQTT-3.2.0-1]', () =>
    playbook(version)
      .connects()
      .opens()
      .opened()
      .sendsConnect()
      .receives(publish('early', { qos: 1, id: 1 }))
      .blames('MQTT-3.2.0-1', true)
      .closes('destroy')
      .closed()
      .tells('connection-ended', { end: { code: 'protocol-error', statement: 'MQTT-3.2.0-1', heals: false } })
      .tells('state-changed', { state: 'failed' })
      .run());

  it.each(['PUBACK #1', 'PUBREL #1', 'SUBACK #1 0', 'PINGRESP'])('closes at %s before CONNACK [MQTT-3.2.0-1]', (text) =>
    playbook(version)
      .connects()
      .opens()
      .opened()
      .sendsConnect()
      .receives(text)
      .blames('MQTT-3.2.0-1', true)
      .closes('destroy')
      .run(),
  );

  it('closes at a second CONNACK [MQTT-3.2.0-2]', () => {
    const book = playbook(version).connected().receives(connack()).blames('MQTT-3.2.0-2', true);
    (version === 5 ? book.sends('DISCONNECT protocol-error').closes('end') : book.closes('destroy')).run();
  });

  it('closes at a packet that only clients send', () => {
    const book = playbook(version).connected().receives('PINGREQ').blames('MQTT5 §2.1.2', true);
    (version === 5 ? book.sends('DISCONNECT protocol-error').closes('end') : book.closes('destroy')).run();
  });

  it('closes at malformed bytes, with 0x81 in MQTT 5.0 [MQTT-4.13.1-1]', () => {
    const malformed = { offset: 3, rule: 'MQTT-3.3.1-4', message: 'both QoS bits are set' };
    const book = playbook(version)
      .connected()
      .does('malformed bytes', ({ session, nowMs }) => session.receiveMalformed(malformed, nowMs))
      .tells('protocol-error', { statement: 'MQTT-3.3.1-4', detail: 'both QoS bits are set', closes: true });
    (version === 5 ? book.sends('DISCONNECT malformed-packet').closes('end') : book.closes('destroy')).run();
  });

  it('sends nothing after DISCONNECT and closes [MQTT-3.14.4-1] [MQTT-3.14.4-2]', () =>
    playbook(version, { keepAlive: 10 })
      .connected()
      .disconnects()
      .sends(version === 5 ? 'DISCONNECT normal-disconnection' : 'DISCONNECT')
      .closes('end')
      .receives(publish('late', { qos: 1, id: 1 }))
      .sendsNothing()
      .publishes('mine', { qos: 1 })
      .refuses('closing')
      .waits(2_999)
      .closed()
      .tells('connection-ended', { end: { code: 'asked' }, wasConnected: true })
      .tells('state-changed', { state: 'idle' })
      .waits(300_000)
      .run());

  it('destroys a transport that does not close after DISCONNECT', () =>
    playbook(version, { closeTimeoutMs: 2_000 })
      .connected()
      .disconnects()
      .sends(version === 5 ? 'DISCONNECT normal-disconnection' : 'DISCONNECT')
      .closes('end')
      .waits(2_000)
      .closes('destroy')
      .run());

  it('waits for handshakes before DISCONNECT where asked to', () =>
    playbook(version)
      .connected()
      .publishes('a', { qos: 2 })
      .sends('PUBLISH a q2 #1')
      .disconnects({ afterInflight: true })
      .drains()
      .tells('state-changed', { state: 'disconnecting' })
      .publishes('b')
      .refuses('closing')
      .receives('PUBREC #1')
      .sends('PUBREL #1')
      .receives('PUBCOMP #1')
      .settles('1 #1 acknowledged')
      .sends(version === 5 ? 'DISCONNECT normal-disconnection' : 'DISCONNECT')
      .closes('end')
      .run());

  it('does not wait for handshakes longer than the drain timeout', () =>
    playbook(version, { drainTimeoutMs: 1_000 })
      .connected()
      .publishes('a', { qos: 1 })
      .sends('PUBLISH a q1 #1')
      .disconnects({ afterInflight: true })
      .drains()
      .waits(1_000)
      .sends(version === 5 ? 'DISCONNECT normal-disconnection' : 'DISCONNECT')
      .closes('end')
      .run());

  it('stays away where the connection breaks while it waits for handshakes', () =>
    playbook(version)
      .connected()
      .publishes('a', { qos: 1 })
      .sends('PUBLISH a q1 #1')
      .disconnects({ afterInflight: true })
      .drains()
      .closed()
      .tells('connection-ended', { end: { code: 'closed-by-peer' } })
      .tells('state-changed', { state: 'idle' })
      .waits(300_000)
      .run());

  it('cuts the connection without DISCONNECT where asked to, and stays away', () =>
    playbook(version)
      .connected()
      .aborts()
      .closes('destroy')
      .closed()
      .tells('connection-ended', { end: { code: 'aborted' } })
      .tells('state-changed', { state: 'idle' })
      .waits(300_000)
      .run());

  it('calls off a connection attempt', () =>
    playbook(version)
      .connects()
      .opens()
      .disconnects()
      .closes('destroy')
      .opened()
      .sendsNothing()
      .closed()
      .tells('state-changed', { state: 'idle' })
      .run());

  it('calls off a scheduled reconnect', () =>
    playbook(version)
      .connected()
      .closed()
      .tells('reconnect-scheduled')
      .disconnects()
      .tells('state-changed', { previous: 'waiting', state: 'idle' })
      .waits(300_000)
      .run());

  it('stays away where DISCONNECT is asked for while the connection is being given up', () =>
    playbook(version, { connackTimeoutMs: 100 })
      .connects()
      .opens()
      .opened()
      .sendsConnect()
      .waits(100)
      .closes('destroy')
      .disconnects()
      .closed()
      .tells('state-changed', { state: 'idle' })
      .run());
});

describe('refusals of 3.1 and 3.1.1', () => {
  it.each([3, 4] as const)('explains an unacceptable protocol version, and does not try again (level %i)', (version) =>
    playbook(version)
      .connects()
      .opens()
      .opened()
      .sendsConnect()
      .receives(connack({ reasonCode: 1 }))
      .tells('connection-refused', { reasonCode: 1, heals: false })
      .closes('end')
      .closed()
      .tells('connection-ended', { end: { code: 'connack', reasonCode: 1, heals: false }, wasConnected: false })
      .tells('state-changed', { state: 'failed' })
      .waits(300_000)
      .run(),
  );

  it('tries again where the server is unavailable', () =>
    playbook(4)
      .connects()
      .opens()
      .opened()
      .sendsConnect()
      .receives(connack({ reasonCode: 3 }))
      .tells('connection-refused', { reasonCode: 3, heals: true })
      .closes('end')
      .closed()
      .tells('state-changed', { state: 'waiting' })
      .waits(1_000)
      .opens()
      .run());

  it('knows of each return code whether it heals', () => {
    const healing = CONNECT_RETURN_CODES.map((_, code) => code).filter((code) => connackHeals(4, code));
    expect(healing).toEqual([3]);
  });

  it('closes at a DISCONNECT of the server, which does not exist yet', () =>
    playbook(4).connected().receives('DISCONNECT').blames('MQTT5 §2.1.2', true).closes('destroy').run());
});

describe('CONNACK and DISCONNECT of 5.0', () => {
  it('tells each refusal with its code [MQTT-4.13.2-1]', () => {
    for (const { code } of reasonCodesOf('connack').filter((row) => row.code >= 0x80)) {
      const heals = connackHeals(5, code);
      playbook(5)
        .connects()
        .opens()
        .opened()
        .sendsConnect()
        .receives(connack({ reasonCode: code, properties: { reasonString: 'why', serverReference: 'other' } }))
        .tells('connection-refused', { reasonCode: code, heals, properties: { serverReference: 'other' } })
        .closes('end')
        .closed()
        .tells('state-changed', { state: heals ? 'waiting' : 'failed' })
        .run();
    }
  });

  it('tells each DISCONNECT of the server with its code, and closes [MQTT-4.13.2-1] [MQTT-3.14.4-1]', () => {
    for (const { code } of reasonCodesOf('disconnect').filter((row) => row.onlyFrom !== 'client-to-server')) {
      const heals = disconnectHeals(code);
      playbook(5)
        .connected()
        .receives({ type: 'disconnect', reasonCode: code })
        .tells('server-disconnected', { reasonCode: code, heals })
        .closes('end')
        .publishes('later', { qos: 1 })
        .queues()
        .closed()
        .tells('state-changed', { state: heals ? 'waiting' : 'failed' })
        .run();
    }
  });

  it('does not come back after a take-over, not even where everything is tried again', () =>
    playbook(5, { reconnect: { after: 'everything' } })
      .connected()
      .receives('DISCONNECT session-taken-over')
      .tells('taken-over', { suspected: false })
      .closes('end')
      .closed()
      .tells('connection-ended', { end: { code: 'taken-over', reasonCode: 0x8e, heals: false } })
      .tells('state-changed', { state: 'failed' })
      .waits(300_000)
      .run());

  it('comes back after bad credentials only where everything is tried again', () =>
    playbook(5, { reconnect: { after: 'everything' } })
      .connects()
      .opens()
      .opened()
      .sendsConnect()
      .receives(connack({ reasonCode: 0x86 }))
      .tells('connection-refused', { heals: false })
      .closes('end')
      .closed()
      .tells('state-changed', { state: 'waiting' })
      .run());

  it('records Session Expiry Interval on a DISCONNECT of the server [MQTT-3.14.2-2]', () =>
    playbook(5)
      .connected()
      .receives({ type: 'disconnect', reasonCode: 0x8b, properties: { sessionExpiryInterval: 1 } })
      .blames('MQTT-3.14.2-2')
      .closes('end')
      .run());

  it('records a DISCONNECT before CONNACK [MQTT-3.14.0-1]', () =>
    playbook(5)
      .connects()
      .opens()
      .opened()
      .sendsConnect()
      .receives('DISCONNECT server-busy')
      .blames('MQTT-3.14.0-1')
      .closes('end')
      .run());

  it('closes where Session Present answers a clean start [MQTT-3.2.2-2]', () =>
    playbook(5)
      .connects()
      .opens()
      .opened()
      .sendsConnect()
      .receives(connack({ sessionPresent: true }))
      .blames('MQTT-3.2.2-2', true)
      .closes('destroy')
      .run());

  it('records Session Present in a refusal [MQTT-3.2.2-6]', () =>
    playbook(5)
      .connects()
      .opens()
      .opened()
      .sendsConnect()
      .receives(connack({ sessionPresent: true, reasonCode: 0x88 }))
      .blames('MQTT-3.2.2-6')
      .closes('end')
      .run());

  it('takes the identifier that the server assigns, and keeps it [MQTT-3.2.2-16] [MQTT-3.1.3-2]', () =>
    playbook(5, { clientId: '' })
      .connects()
      .opens()
      .opened()
      .sends('CONNECT (no client id) MQTT 5.0, clean, keep-alive 0')
      .receives(connack({ properties: { assignedClientIdentifier: 'auto-1' } }))
      .tells('connected', { clientId: 'auto-1', clientIdAssigned: true })
      .closed()
      .waits(1_000)
      .opens()
      .opened()
      .sends('CONNECT auto-1 MQTT 5.0, clean, keep-alive 0')
      .run());

  it('records a missing Assigned Client Identifier [MQTT-3.2.2-16]', () =>
    playbook(5, { clientId: '' })
      .connects()
      .opens()
      .opened()
      .sendsConnect()
      .receives(connack())
      .blames('MQTT-3.2.2-16')
      .run());

  it('tells what the server allows and offers', () =>
    playbook(5)
      .connected({
        properties: {
          receiveMaximum: 7,
          maximumQoS: 1,
          retainAvailable: 0,
          maximumPacketSize: 1000,
          topicAliasMaximum: 3,
          wildcardSubscriptionAvailable: 0,
          sessionExpiryInterval: 9,
          responseInformation: 'r/',
        },
      })
      .tells('connected', {
        responseInformation: 'r/',
        sessionExpiryInterval: 9,
        limits: {
          receiveMaximum: 7,
          maximumQoS: 1,
          retainAvailable: false,
          maximumPacketSize: 1000,
          topicAliasMaximum: 3,
          wildcardSubscriptionAvailable: false,
          subscriptionIdentifiersAvailable: true,
          sharedSubscriptionAvailable: true,
        },
      })
      .shows(({ window, responseInformation }) => {
        expect(window).toBe(7);
        expect(responseInformation).toBe('r/');
      })
      .run());

  it('sends a reason and an expiry with DISCONNECT', () =>
    playbook(5, { properties: { sessionExpiryInterval: 60 } })
      .connected()
      .disconnects({ reasonCode: 4, sessionExpiryInterval: 0 })
      .sends('DISCONNECT disconnect-with-will-message')
      .closes('end')
      .shows(({ sessionExpiryInterval }) => expect(sessionExpiryInterval).toBe(0))
      .run());

  it('refuses to prolong at DISCONNECT a session that CONNECT let end with its connection', () =>
    playbook(5)
      .connected()
      .disconnects({ sessionExpiryInterval: 60 })
      .refuses('session-expiry-not-allowed', 'MQTT5 §3.14.2.2.2')
      .run());

  it('leaves the Reason String off a DISCONNECT that it would make too large [MQTT-3.14.2-3] [MQTT-3.14.2-4]', () => {
    const properties = { reasonString: 'x'.repeat(500), userProperties: [['a', 'b']] as const };
    let last: unknown;
    playbook(5)
      .connected({ properties: { maximumPacketSize: 200 } })
      .does('watches', (stage) => {
        const send = stage.sendPacket.bind(stage);
        stage.sendPacket = (packet) => {
          last = packet;
          send(packet);
        };
      })
      .disconnects({ properties })
      .sends('DISCONNECT normal-disconnection')
      .closes('end')
      .run();
    expect(last).toEqual({ type: 'disconnect', reasonCode: 0, properties: {} });
  });

  it('refuses reasons and properties of DISCONNECT before 5.0', () =>
    playbook(4).connected().disconnects({ reasonCode: 4 }).refuses('needs-mqtt-5').run());

  it('closes with 0x95 where the server exceeds our Maximum Packet Size [MQTT-3.1.2-24]', () =>
    playbook(5, { properties: { maximumPacketSize: 100 } })
      .connected()
      .does('an oversized packet', ({ session, nowMs }) => session.receiveOversized(101, nowMs))
      .blames('MQTT-3.1.2-24', true)
      .sends('DISCONNECT packet-too-large')
      .closes('end')
      .run());
});

describe.each(VERSIONS)('keep-alive, MQTT level %i', (version) => {
  it('sends PINGREQ when nothing else was sent for the interval [MQTT-3.1.2-20]', () =>
    playbook(version, { keepAlive: 10 })
      .connected()
      .waits(9_999)
      .waits(1)
      .sends('PINGREQ')
      .waits(20)
      .receives('PINGRESP')
      .tells('ping-answered', { roundTripMs: 20 })
      .waits(5_000)
      .publishes('a')
      .sends('PUBLISH a q0')
      .waits(9_999)
      .waits(1)
      .sends('PINGREQ')
      .run());

  it('counts an acknowledgement as sent [MQTT-3.1.2-20]', () =>
    playbook(version, { keepAlive: 10 })
      .connected()
      .waits(9_000)
      .receives(publish('a', { qos: 1, id: 1 }))
      .sends('PUBACK #1')
      .delivers('a')
      .waits(9_999)
      .waits(1)
      .sends('PINGREQ')
      .run());

  it('closes where PINGRESP does not come, and reconnects', () =>
    playbook(version, { keepAlive: 20, pingTimeoutMs: 5_000 })
      .connected()
      .waits(20_000)
      .sends('PINGREQ')
      .waits(4_999)
      .waits(1)
      .closes('destroy')
      .closed()
      .tells('connection-ended', { end: { code: 'keep-alive-timeout', afterMs: 5_000, heals: true } })
      .tells('state-changed', { state: 'waiting' })
      .run());

  it('grants PINGRESP more time while bytes arrive', () =>
    playbook(version, { keepAlive: 20, pingTimeoutMs: 5_000 })
      .connected()
      .waits(20_000)
      .sends('PINGREQ')
      .waits(4_000)
      .does('bytes', ({ session, nowMs }) => session.noteInbound(nowMs))
      .waits(4_000)
      .receives('PINGRESP')
      .tells('ping-answered')
      .run());

  it('never pings at keep-alive 0', () => playbook(version).connected().waits(1_000_000).run());

  it('leaves pings to the owner where the policy says so', () =>
    playbook(version, { keepAlive: 10, policy: { autoPing: false } })
      .connected()
      .waits(100_000)
      .does('ping()', ({ session, nowMs }) => session.ping(nowMs))
      .sends('PINGREQ')
      .waits(100_000)
      .run());

  it('records a PINGRESP that answers nothing [MQTT-3.12.4-1]', () =>
    playbook(version).connected().receives('PINGRESP').blames('MQTT-3.12.4-1').run());
});

describe('keep-alive of the server', () => {
  it('overrides ours [MQTT-3.1.2-21] [MQTT-3.2.2-21]', () =>
    playbook(5, { keepAlive: 60 })
      .connected({ properties: { serverKeepAlive: 5 } })
      .tells('connected', { keepAlive: 5, keepAliveFromServer: true })
      .waits(5_000)
      .sends('PINGREQ')
      .run());

  it('turns keep-alive off with 0 [MQTT-3.2.2-21]', () =>
    playbook(5, { keepAlive: 60 })
      .connected({ properties: { serverKeepAlive: 0 } })
      .waits(1_000_000)
      .run());
});

describe('reconnecting', () => {
  it('doubles the delay from 1 s to 120 s, and starts over after a connection that lasted', () => {
    const book = playbook(4, { reconnect: { jitter: 0 } })
      .connects()
      .opens();
    for (const delayMs of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 120_000, 120_000]) {
      book
        .closed({ failure: 'refused', heals: true })
        .tells('reconnect-scheduled', { delayMs })
        .waits(delayMs - 1)
        .waits(1)
        .opens();
    }
    book
      .opened()
      .sendsConnect()
      .receives(connack())
      .waits(4_999)
      .closed({ failure: 'reset', heals: true })
      .tells('reconnect-scheduled', { delayMs: 120_000 })
      .waits(120_000)
      .opens()
      .opened()
      .sendsConnect()
      .receives(connack())
      .waits(5_000)
      .closed({ failure: 'reset', heals: true })
      .tells('reconnect-scheduled', { delayMs: 1_000, attempt: 1 })
      .run();
  });

  it('takes jitter from the bytes given', () =>
    playbook(4, { reconnect: { jitter: 0.5 }, jitterBytes: new Uint8Array([0, 128, 255]) })
      .connects()
      .opens()
      .closed({ failure: 'refused', heals: true })
      .tells('reconnect-scheduled', { delayMs: 1_000 })
      .waits(1_000)
      .opens()
      .closed({ failure: 'refused', heals: true })
      .tells('reconnect-scheduled', { delayMs: 1_500 })
      .waits(1_500)
      .opens()
      .closed({ failure: 'refused', heals: true })
      .tells('reconnect-scheduled', { delayMs: 2_008 })
      .run());

  it('gives up after a failure of the transport that cannot heal', () =>
    playbook(5)
      .connects()
      .opens()
      .closed({ failure: 'tls-unknown-ca', heals: false })
      .tells('connection-ended', { end: { code: 'transport', failure: 'tls-unknown-ca', heals: false } })
      .tells('state-changed', { state: 'failed' })
      .waits(300_000)
      .connects()
      .opens()
      .run());

  it('waits for connect() where the policy says so', () =>
    playbook(5, { policy: { autoReconnect: false } })
      .connected()
      .closed()
      .tells('state-changed', { state: 'failed' })
      .waits(300_000)
      .run());

  it('connects at once where asked to while waiting', () =>
    playbook(5).connected().closed().connects().opens().waits(100_000).run());

  it('suspects a take-over where fresh connections keep being closed [MQTT-3.1.4-3]', () =>
    playbook(4)
      .connected()
      .waits(1_000)
      .closed()
      .waits(1_000)
      .opens()
      .opened()
      .sendsConnect()
      .receives(connack())
      .waits(1_000)
      .closed()
      .tells('taken-over', { suspected: true, shortLives: 2 })
      .run());
});

describe('driven by hand', () => {
  it('lets SUBSCRIBE and PUBLISH follow CONNECT at once where the policy says so', () =>
    playbook(4, { policy: { sendBeforeConnack: true } })
      .connects()
      .opens()
      .opened()
      .sendsConnect()
      .subscribes({ topicFilter: 's', qos: 1 })
      .sends('SUBSCRIBE #1 s q1')
      .publishes('a', { qos: 1 })
      .sends('PUBLISH a q1 #2')
      .receives(connack())
      .sendsNothing()
      .receives('SUBACK #1 1')
      .receives('PUBACK #2')
      .settles('1 #2 acknowledged')
      .run());

  it('sends what waited right after CONNECT where the policy says so', () =>
    playbook(5, { policy: { sendBeforeConnack: true }, subscriptions: [{ topicFilter: 's', qos: 0 }] })
      .publishes('a', { qos: 1 })
      .queues()
      .connects()
      .opens()
      .opened()
      .sends('CONNECT tester MQTT 5.0, clean, keep-alive 0', 'SUBSCRIBE #1 s q0', 'PUBLISH a q1 #2')
      .receives(connack({ properties: { receiveMaximum: 3 } }))
      .sendsNothing()
      .run());

  it('waits for CONNACK with enhanced authentication all the same [MQTT-3.1.2-30]', () =>
    playbook(5, { policy: { sendBeforeConnack: true }, properties: { authenticationMethod: 'SCRAM' } })
      .publishes('a')
      .queues()
      .connects()
      .opens()
      .opened()
      .sendsConnect()
      .publishes('b')
      .queues()
      .receives(connack({ properties: { authenticationMethod: 'SCRAM' } }))
      .sends('PUBLISH a q0')
      .settles('1 sent')
      .sends('PUBLISH b q0')
      .settles('2 sent')
      .run());
});
