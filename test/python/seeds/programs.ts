/** Every program of the five documents: how it is run, what it prints and what its broker saw. The same in Node and in the browser. */

import { connectAsync } from 'mqtt';
import { expect } from 'vitest';
import type { Mosquitto } from '../../support/mosquitto.ts';
import { readDocuments } from './documents.ts';
import { deviceExamples, pahoExamples } from './examples.ts';

export const WAIT = { timeout: 40_000 };

/** Where programs run; all their hosts lead to one broker. */
export interface Session {
  readonly broker: Mosquitto;
  run(code: string): Promise<void>;
  /** All that the terminal showed of the last run, without white space, which a terminal's width puts in. */
  shown(): Promise<string>;
  /** The exit code of the last run. */
  ended(): Promise<number>;
  stop(): Promise<void>;
}

const device = deviceExamples(readDocuments());
const paho = pahoExamples(readDocuments());

/** Parts take a client for granted that is on its way to the broker. */
const CONNECTED = `${paho.constructor}client.connect("iot.eclipse.org")\n`;
const STOPPED = 130;

async function publish(broker: Mosquitto, topic: string, message: string): Promise<void> {
  const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { clientId: 'by-the-test' });
  await client.publishAsync(topic, message, { qos: 1 });
  await client.endAsync();
}

/** What a program's broker logs from now on. */
class Wire {
  readonly #broker: Mosquitto;
  readonly #from: number;

  constructor(broker: Mosquitto) {
    this.#broker = broker;
    this.#from = broker.log().length;
  }

  get log(): string {
    return this.#broker.log().slice(this.#from);
  }

  /** Types of the packets, in order, but for those of the test's own client. */
  get packets(): string[] {
    const lines = this.log.split('\n').filter((line) => !line.includes('by-the-test'));
    return lines.flatMap((line) => {
      if (line.includes('New client connected')) return ['→ CONNECT'];
      const [, way, type] = /: (Received|Sending) ([A-Z]+) (?:from|to) /.exec(line) ?? [];
      return type === undefined ? [] : [`${way === 'Received' ? '→' : '←'} ${type}`];
    });
  }
}

/** A program by what it shows; `play` runs it and checks it. */
interface Part {
  readonly name: string;
  readonly play: (session: Session) => Promise<void>;
}

async function shows(session: Session, text: string): Promise<void> {
  await expect.poll(() => session.shown(), WAIT).toContain(text.replaceAll(/\s/g, ''));
}

/** Runs it, waits until it printed `text`, stops it. */
async function runUntil(session: Session, code: string, text: string): Promise<void> {
  await session.run(code);
  await shows(session, text);
  await session.stop();
  expect(await session.ended()).toBe(STOPPED);
}

/** Runs it to its end without an error. */
async function runWhole(session: Session, code: string): Promise<void> {
  await session.run(code);
  expect([await session.ended(), await session.shown()]).toEqual([0, expect.not.stringContaining('Traceback')]);
}

export const PROGRAMS: readonly Part[] = [
  {
    name: 'UIFlow2: TLS with a certificate of the device, a handler that gets a pair',
    async play(session) {
      const wire = new Wire(session.broker);
      await session.run(device.uiflow2);
      await expect.poll(() => wire.packets, WAIT).toContain('← SUBACK');
      await publish(session.broker, 'testtopic', '你好');
      await shows(session, `topic: b'testtopic' msg: ${String.raw`b'\xe4\xbd\xa0\xe5\xa5\xbd'`}`);
      await shows(session, 'New session being set up');
      await shows(session, 'asks for TLS; this connection is in clear');
      await session.stop();
      expect(await session.ended()).toBe(STOPPED);
      expect(wire.packets).toEqual(['→ CONNECT', '← CONNACK', '→ SUBSCRIBE', '← SUBACK', '← PUBLISH']);
      expect(wire.log).toContain("as umqtt_client (p2, c1, k60, u'test')");
    },
  },
  {
    name: 'UIFlow2: the handler alone',
    async play(session) {
      await runWhole(session, `${device.uiflow2Handler}\non_sub_cb((b"a", b"b"))\n`);
      await shows(session, "topic: b'a' msg: b'b'");
    },
  },
  {
    name: 'Makeblock: bytes that take text, a screen and a light',
    async play(session) {
      const wire = new Wire(session.broker);
      await session.run(device.makeblock);
      // oxlint-disable-next-line no-await-in-loop
      for (const text of [`b"/sensors/temperature/home :b'38'"`, '[codey.display] 38', '[codey.led] 0 0 255'])
        await shows(session, text);
      await session.stop();
      expect(await session.ended()).toBe(STOPPED);
      expect(wire.packets.slice(0, 5)).toEqual(['→ CONNECT', '← CONNACK', '→ SUBSCRIBE', '← SUBACK', '→ PUBLISH']);
      expect(wire.packets).toEqual(expect.arrayContaining(['← PUBLISH', '← PUBACK']));
    },
  },
  {
    name: 'QuecPython: subscribe, publish, wait, disconnect',
    async play(session) {
      const wire = new Wire(session.broker);
      await runWhole(session, device.quecFirst);
      // oxlint-disable-next-line no-await-in-loop
      for (const line of [
        'INFO:MQTT:Network connection successful!',
        'INFO:MQTT:Connected to mq.tongxinmao.com, subscribed to /public/TEST/quecpython topic',
        'INFO:MQTT:Publish topic: /public/TEST/quecpython, msg: my name is Quecpython',
        'INFO:MQTT:Subscribe Recv: Topic=/public/TEST/quecpython,Msg=my name is Quecpython!',
      ])
        await shows(session, line);
      await expect
        .poll(() => wire.packets, WAIT)
        .toEqual(['→ CONNECT', '← CONNACK', '→ SUBSCRIBE', '← SUBACK', '→ PUBLISH', '← PUBLISH', '→ DISCONNECT']);
    },
  },
  {
    name: 'QuecPython: an error callback',
    play: (session) => runWhole(session, device.quecErrorCallback),
  },
  {
    name: 'paho: a callback, and the loop around loop()',
    async play(session) {
      const wire = new Wire(session.broker);
      const code = `${paho.constructor}${paho.onConnect}client.connect("iot.eclipse.org")\n${paho.loop}`;
      await runUntil(session, code, 'Connection returned 0');
      expect(wire.packets).toEqual(['→ CONNECT', '← CONNACK']);
    },
  },
  {
    name: 'paho: a client, made new once more',
    async play(session) {
      await runWhole(session, `${paho.constructor}${paho.reinitialise}print("host", repr(client._host))\n`);
      await shows(session, "host ''");
    },
  },
  {
    name: 'paho: readings from a thread',
    async play(session) {
      const wire = new Wire(session.broker);
      const sensor =
        'import itertools, time\nclass sensor:\n  readings = itertools.count(20)\n' +
        '  def blocking_read():\n    time.sleep(0.05)\n    return next(sensor.readings)\n';
      await session.run(`${sensor}${paho.constructor}${paho.temperature}`);
      await expect.poll(() => wire.packets.filter((type) => type === '→ PUBLISH').length, WAIT).toBeGreaterThan(3);
      await session.stop();
      expect(await session.ended()).toBe(STOPPED);
      expect(wire.log).toContain("(d0, q0, r0, m0, 'paho/temperature', ... (2 bytes))");
    },
  },
  {
    name: 'paho: publish.single',
    async play(session) {
      const wire = new Wire(session.broker);
      await runWhole(session, paho.single);
      const expected = ['→ CONNECT', '← CONNACK', '→ PUBLISH', '→ DISCONNECT'];
      await expect.poll(() => wire.packets, WAIT).toEqual(expected);
      expect(wire.log).toContain("(d0, q0, r0, m0, 'paho/test/single', ... (7 bytes))");
    },
  },
  {
    name: 'paho: publish.multiple',
    async play(session) {
      const wire = new Wire(session.broker);
      await runWhole(session, paho.multiple);
      const expected = ['→ CONNECT', '← CONNACK', '→ PUBLISH', '→ PUBLISH', '→ DISCONNECT'];
      await expect.poll(() => wire.packets, WAIT).toEqual(expected);
      expect(wire.log.match(/'paho\/test\/multiple', ... \(10 bytes\)/g)).toHaveLength(2);
    },
  },
  {
    name: 'paho: subscribe.callback, whose last parenthesis the document lacks',
    async play(session) {
      await session.run(paho.callback);
      expect(await session.ended()).toBe(1);
      await shows(session, "SyntaxError: '(' was never closed");
      const wire = new Wire(session.broker);
      await session.run(`${paho.callback.trimEnd()})\n`);
      await expect.poll(() => wire.packets, WAIT).toContain('← SUBACK');
      await publish(session.broker, 'paho/test/callback', 'hello');
      await shows(session, "paho/test/callback b'hello'");
      await session.stop();
      expect(await session.ended()).toBe(STOPPED);
      expect(wire.packets).toEqual(['→ CONNECT', '← CONNACK', '→ SUBSCRIBE', '← SUBACK', '← PUBLISH']);
    },
  },
  {
    name: 'paho: three ways to subscribe',
    async play(session) {
      const wire = new Wire(session.broker);
      const ways = `${paho.subscribeText}${paho.subscribeTuple}${paho.subscribeList}`;
      const answers =
        'granted = []\nclient.on_subscribe = lambda client, userdata, mid, qos: granted.append(list(qos))\n';
      const wait = 'while len(granted) < 3:\n    client.loop()\nprint(granted)\nclient.disconnect()\n';
      await runWhole(session, `${CONNECTED}${answers}subscribe = client.subscribe\n${ways}${wait}`);
      await shows(session, '[[2], [1], [0, 2]]');
      const asked = [...wire.log.matchAll(/\t(\S+) \(QoS (\d)\)/g)].map(([, filter, qos]) => `${filter} ${qos}`);
      expect(asked).toEqual(['my/topic 2', 'my/topic 1', 'my/topic 0', 'another/topic 2']);
    },
  },
  {
    name: 'paho: the constructor and connect() of the list of methods',
    async play(session) {
      const wire = new Wire(session.broker);
      await runWhole(session, `${paho.methodsConstructor}${paho.methodsConnect}`);
      await expect.poll(() => wire.packets, WAIT).toEqual(['→ CONNECT', '← CONNACK']);
    },
  },
];

/** QuecPython's example that loses its broker: `restart` brings it back on the same port. */
export async function playReconnecting(session: Session, restart: () => Promise<Mosquitto>): Promise<void> {
  await session.run(device.quecReconnect);
  await shows(session, 'Recv: Topic=/public/TEST/quecpython758,Msg=my name is Quecpython!');
  await shows(session, 'PROJECT_NAME     : QuecPython_MQTT_example');
  const again = await restart();
  await expect.poll(() => again.log(), WAIT).toContain('umqtt_client_753 0 /public/TEST/quecpython758');
  await session.stop();
  await session.ended();
  expect(await session.shown()).not.toContain('Traceback');
}
