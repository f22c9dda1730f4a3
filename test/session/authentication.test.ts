/** Enhanced authentication, MQTT 5.0 §4.12: challenges, answers, re-authentication. */

import { describe, expect, it } from 'vitest';
import { connack, type PlaybookOptions, playbook } from './playbook.ts';

const METHOD = 'SCRAM-SHA-1';
const data = (...bytes: number[]) => new Uint8Array(bytes);
const options: PlaybookOptions = {
  properties: { authenticationMethod: METHOD, authenticationData: data(1) },
  connackTimeoutMs: 5_000,
};
const challenge = (reasonCode: number, authenticationMethod = METHOD) =>
  ({ type: 'auth', reasonCode, properties: { authenticationMethod, authenticationData: data(2) } }) as const;
const accepted = connack({ properties: { authenticationMethod: METHOD } });

describe('enhanced authentication', () => {
  it('tells the challenge, waits for the answer as long as it takes, and goes on [MQTT-4.12.0-3] [MQTT-4.12.0-5]', () => {
    const sent: unknown[] = [];
    playbook(5, options)
      .connects()
      .opens()
      .opened()
      .sendsConnect()
      .receives(challenge(0x18))
      .tells('authentication-challenged', { method: METHOD, data: data(2) })
      .waits(60_000)
      .shows((snapshot) => expect(snapshot.challenge).toEqual({ method: METHOD, data: data(2) }))
      .does('watches', (stage) => {
        const send = stage.sendPacket.bind(stage);
        stage.sendPacket = (packet) => {
          sent.push(packet);
          send(packet);
        };
      })
      .authenticates(0x18, data(3))
      .sends('AUTH continue-authentication')
      .authenticates(0x18, data(3))
      .refuses('no-challenge')
      .receives(accepted)
      .tells('connected')
      .run();
    expect(sent).toEqual([
      { type: 'auth', reasonCode: 0x18, properties: { authenticationMethod: METHOD, authenticationData: data(3) } },
    ]);
  });

  it('waits for CONNACK no longer than the timeout after an answer', () =>
    playbook(5, options)
      .connects()
      .opens()
      .opened()
      .sendsConnect()
      .receives(challenge(0x18))
      .authenticates(0x18)
      .sends('AUTH continue-authentication')
      .waits(5_000)
      .closes('destroy')
      .run());

  it('authenticates anew while connected [MQTT-4.12.1-1] [MQTT-4.12.0-3]', () =>
    playbook(5, options)
      .connects()
      .opens()
      .opened()
      .sendsConnect()
      .authenticates(0x19)
      .refuses('wrong-state')
      .receives(accepted)
      .authenticates(0x19, data(1))
      .sends('AUTH re-authenticate')
      .receives(challenge(0x18))
      .authenticates(0x18, data(3))
      .sends('AUTH continue-authentication')
      .receives({ type: 'auth', reasonCode: 0, properties: { authenticationMethod: METHOD } })
      .tells('reauthenticated')
      .run());

  it('sends no AUTH where CONNECT named no method [MQTT-4.12.0-7]', () =>
    playbook(5).connected().authenticates(0x19).refuses('no-authentication-method', 'MQTT-4.12.0-7').run());

  it('closes at an AUTH where CONNECT named no method [MQTT-4.12.0-6]', () =>
    playbook(5)
      .connected()
      .receives(challenge(0x18))
      .blames('MQTT-4.12.0-6', true)
      .sends('DISCONNECT protocol-error')
      .closes('end')
      .run());

  it('closes at an AUTH of another method [MQTT-4.12.0-5]', () =>
    playbook(5, options)
      .connects()
      .opens()
      .opened()
      .sendsConnect()
      .receives(challenge(0x18, 'OTHER'))
      .blames('MQTT-4.12.0-5', true)
      .closes('destroy')
      .run());

  it.each([0x00, 0x19])('closes at an AUTH with code %i before CONNACK [MQTT-4.12.0-2]', (reasonCode) =>
    playbook(5, options)
      .connects()
      .opens()
      .opened()
      .sendsConnect()
      .receives(challenge(reasonCode))
      .blames('MQTT-4.12.0-2', true)
      .closes('destroy')
      .run(),
  );

  it('records a CONNACK that leaves the method out or names one unasked [MQTT-4.12.0-5] [MQTT-4.12.0-6]', () => {
    playbook(5, options).connects().opens().opened().sendsConnect().receives(connack()).blames('MQTT-4.12.0-5').run();
    playbook(5).connects().opens().opened().sendsConnect().receives(accepted).blames('MQTT-4.12.0-6').run();
  });

  it('refuses data that the server would find too large [MQTT-3.2.2-15]', () =>
    playbook(5, options)
      .connected({ properties: { authenticationMethod: METHOD, maximumPacketSize: 200 } })
      .authenticates(0x19, new Uint8Array(300))
      .refuses('packet-too-large', 'MQTT-3.2.2-15')
      .run());

  it('does not try again after a refusal of the method', () =>
    playbook(5, options)
      .connects()
      .opens()
      .opened()
      .sendsConnect()
      .receives(connack({ reasonCode: 0x8c }))
      .tells('connection-refused', { reasonCode: 0x8c, heals: false })
      .closes('end')
      .closed()
      .tells('state-changed', { state: 'failed' })
      .run());
});
