/** What a packet is copied as, run as it was printed: each program against a real broker, with what arrives compared byte for byte. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connectAsync, type IPublishPacket, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programText } from '../../shared/copy-as/copy-as.ts';
import type { CopyConnection, ProgramForm } from '../../shared/copy-as/subject.ts';
import type { ConnectPacket, ProtocolVersion, PublishPacket } from '../../shared/mqtt/packet.ts';
import { Console } from '../python/support/console.ts';
import { testCertificates } from '../support/certificates.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { findPython } from '../support/tools.ts';

const utf8 = new TextEncoder();
const PATIENCE_MS = 30_000;

let broker: Mosquitto;
let listener: MqttClient;
let directory: string;
let inspector: Console;
const arrived: IPublishPacket[] = [];

beforeAll(async () => {
  broker = await startMosquitto({ users: { tester: "pass'word$" } });
  directory = mkdtempSync(join(tmpdir(), 'copy-as-'));
  symlinkSync(join(import.meta.dirname, '../../node_modules'), join(directory, 'node_modules'));
  listener = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
    protocolVersion: 5,
    username: 'tester',
    password: "pass'word$",
  });
  listener.on('message', (_topic, _payload, packet) => arrived.push(packet));
  await listener.subscribeAsync({ '#': { qos: 2, rap: true } });
  inspector = new Console({ terminal: true });
});

afterAll(async () => {
  inspector[Symbol.dispose]();
  await listener.endAsync(true);
  await broker.stop();
  rmSync(directory, { recursive: true, force: true });
});

function connectionTo(port: number, version: ProtocolVersion, changes: Partial<ConnectPacket> = {}): CopyConnection {
  return {
    protocol: 'mqtt',
    host: '127.0.0.1',
    port,
    path: '',
    connect: {
      type: 'connect',
      protocolName: version === 3 ? 'MQIsdp' : 'MQTT',
      protocolVersion: version,
      cleanStart: true,
      keepAlive: 30,
      clientId: 'copied',
      username: 'tester',
      password: utf8.encode("pass'word$"),
      ...changes,
    },
  };
}

/** Where a form runs: as a process, or in our console. */
function isForConsole(form: ProgramForm): boolean {
  return form === 'paho2' || form === 'umqtt' || form === 'quecpython';
}

interface Running {
  readonly output: () => string;
  readonly ended: Promise<number>;
  stop(): Promise<void>;
}

let programs = 0;

function start(form: ProgramForm, text: string): Running {
  if (isForConsole(form)) {
    inspector.stdout = '';
    inspector.stderr = '';
    const ended = inspector.run(text);
    return {
      output: () => inspector.stdout + inspector.stderr,
      ended,
      stop: async () => {
        inspector.handle.stop();
        await ended;
      },
    };
  }
  programs += 1;
  const path = join(directory, `program-${programs}.${form === 'mqttjs' ? 'mjs' : form === 'paho1' ? 'py' : 'sh'}`);
  writeFileSync(path, text);
  const command: Partial<Record<ProgramForm, readonly [string, ...string[]]>> = {
    paho1: [findPython() ?? '', '-u'],
    mqttjs: [process.execPath],
  };
  const [program, ...options] = command[form] ?? ['/bin/sh'];
  const child: ChildProcess = spawn(program, [...options, path], {
    cwd: directory,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => (output += part));
  child.stderr?.setEncoding('utf8').on('data', (part: string) => (output += part));
  const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)));
  return {
    output: () => output,
    ended,
    stop: async () => {
      // The shell's own child as well: they are one group.
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
      await ended;
    },
  };
}

async function until<T>(what: () => string, look: () => T | undefined | false): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`did not come to pass: ${what()}`);
    await pause(10);
  }
}

const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, byte) => byte);

type Message = Partial<PublishPacket> & { readonly version?: ProtocolVersion };

const MESSAGES: Readonly<Record<string, Message>> = {
  'plain text': { topic: 'site/a1/temp', payload: utf8.encode('21.5'), qos: 1 },
  'quotes of all kinds': {
    topic: `it's a "topic" with $HOME and \`ls\``,
    payload: utf8.encode(`it's "quoted" \\ %s $HOME \`ls\` ! {x}\ttab\nline\r\n`),
    qos: 1,
  },
  'other writing': { topic: 'höhe/温度/🌡', payload: utf8.encode('\ufeff23 °C 温度 🌡 \u202e'), qos: 1 },
  'all bytes': { topic: 'all/bytes', payload: ALL_BYTES, qos: 0 },
  'bytes with line feeds at the end': { topic: 'end', payload: Uint8Array.of(0xff, 0x0a, 0x0a), qos: 1 },
  'no payload, retained': { topic: 'cleared', payload: new Uint8Array(0), retain: true, qos: 1 },
  'what looks like an option': { topic: '-t', payload: utf8.encode('-n'), retain: true, qos: 1 },
  'the oldest version': { topic: 'old', payload: utf8.encode('x'), qos: 1, version: 3 },
  'more than a shell takes as one argument': { topic: 'long', payload: new Uint8Array(200_000).fill(0x61), qos: 1 },
};

const PUBLISHING = ['mosquitto_pub', 'paho1', 'paho2', 'umqtt', 'quecpython', 'mqttjs'] as const;

async function publishes(form: ProgramForm, version: ProtocolVersion, message: Message): Promise<IPublishPacket> {
  const packet: PublishPacket = {
    type: 'publish',
    dup: false,
    qos: 0,
    retain: false,
    topic: '',
    payload: new Uint8Array(0),
    ...message,
  };
  const text = programText(packet, connectionTo(broker.port, version), form);
  const before = arrived.length;
  const running = start(form, text);
  expect(await running.ended, `${text}\n${running.output()}`).toBe(0);
  const [got] = await until(
    () => `${text}\n${running.output()}`,
    () => arrived.length > before && arrived.slice(before),
  );
  expect(arrived.length - before).toBe(1);
  if (got === undefined) throw new Error('nothing arrived');
  return got;
}

for (const form of PUBLISHING) {
  describe(`a PUBLISH as ${form}`, () => {
    it.each(Object.entries(MESSAGES))('sends %s', async (_name, { version = 4, ...message }) => {
      const got = await publishes(form, version, message);
      expect(got.topic).toBe(message.topic);
      expect(Buffer.from(got.payload).equals(Buffer.from(message.payload ?? new Uint8Array(0)))).toBe(true);
      expect(got.qos).toBe(message.qos ?? 0);
      expect(got.retain).toBe(message.retain ?? false);
    });

    it('sends QoS 2, or the nearest that the client has', async () => {
      const got = await publishes(form, 4, { topic: 'twice', payload: utf8.encode('x'), qos: 2 });
      expect(got.qos).toBe(form === 'umqtt' || form === 'quecpython' ? 1 : 2);
    });
  });
}

describe('properties of MQTT 5.0', () => {
  const properties = {
    payloadFormatIndicator: 1,
    messageExpiryInterval: 600,
    contentType: `text/plain; charset="utf-8"`,
    responseTopic: "answer/it's",
    correlationData: Uint8Array.of(1, 0xff, 0x27, 0x22),
    userProperties: [
      ['a', "1'"],
      ['a', '2"'],
      ['__proto__', 'ключ $x'],
    ],
  } as const;

  it.each(['mosquitto_pub', 'paho1', 'paho2', 'mqttjs'] as const)('are sent by %s', async (form) => {
    const got = await publishes(form, 5, { topic: 'five', payload: utf8.encode('x'), qos: 1, properties });
    const { correlationData, userProperties, ...rest } = got.properties ?? {};
    expect(rest).toMatchObject({
      payloadFormatIndicator: true,
      contentType: properties.contentType,
      responseTopic: properties.responseTopic,
    });
    expect(rest.messageExpiryInterval).toBeGreaterThan(590);
    expect([...(correlationData ?? [])]).toEqual([...properties.correlationData]);
    expect(Object.entries(userProperties ?? {})).toContainEqual(['a', ["1'", '2"']]);
  });

  it.each(['umqtt', 'quecpython'] as const)('are named as left out by %s', (form) => {
    const packet: PublishPacket = {
      type: 'publish',
      dup: false,
      qos: 0,
      retain: false,
      topic: 't',
      payload: new Uint8Array(0),
      properties,
    };
    expect(programText(packet, connectionTo(1883, 5), form)).toContain('# MQTT 5.0 properties: left out');
  });
});

describe('a SUBSCRIBE and a CONNECT', () => {
  const forms = ['mosquitto_sub', 'paho1', 'paho2', 'umqtt', 'quecpython', 'mqttjs'] as const;

  it.each(forms)('as %s: asks for the same filters and prints what comes', async (form) => {
    const topic = `it's/${form}/x`;
    const text = programText(
      {
        type: 'subscribe',
        packetId: 1,
        subscriptions: [
          { topicFilter: `it's/${form}/+`, qos: 1 },
          { topicFilter: `other/${form}`, qos: 1 },
        ],
      },
      connectionTo(broker.port, 4),
      form,
    );
    const running = start(form, text);
    try {
      await until(
        () => `${text}\n${running.output()}\n${broker.log().slice(-2000)}`,
        () => broker.log().includes(`other/${form} (QoS 1)`),
      );
      await listener.publishAsync(topic, 'hello there', { qos: 1 });
      await until(
        () => `${text}\n${running.output()}`,
        () => /hello there/.test(running.output()),
      );
      expect(running.output()).toContain(topic);
    } finally {
      await running.stop();
    }
  });

  it.each(['mosquitto_sub', 'paho1', 'paho2', 'mqttjs'] as const)(
    'as %s with 5.0: identifier and options',
    async (form) => {
      const text = programText(
        {
          type: 'subscribe',
          packetId: 1,
          subscriptions: [{ topicFilter: `five/${form}`, qos: 2 }],
          properties: { subscriptionIdentifiers: [77], userProperties: [['k', 'v']] },
        },
        connectionTo(broker.port, 5),
        form,
      );
      const running = start(form, text);
      try {
        await until(
          () => `${text}\n${running.output()}`,
          () => broker.log().includes(`five/${form} (QoS 2)`),
        );
        await listener.publishAsync(`five/${form}`, 'five came', { qos: 1 });
        await until(
          () => `${text}\n${running.output()}`,
          () => running.output().includes('five came'),
        );
        expect(running.output()).toContain(`five/${form}`);
      } finally {
        await running.stop();
      }
    },
  );

  it.each(forms)('as %s: connects as the client with its will', async (form) => {
    const clientId = `client of ${form}`;
    const will = { topic: `will/${form}`, payload: utf8.encode("it's over"), qos: 1 as const, retain: false };
    const connection = connectionTo(broker.port, 4, { clientId, will, keepAlive: 5 });
    const text = programText(connection.connect, connection, form);
    const running = start(form, text);
    try {
      await until(
        () => `${text}\n${running.output()}`,
        () => new RegExp(`as ${clientId} \\(p2, c1, k5, u'tester'\\)`).test(broker.log()),
      );
    } finally {
      if (!isForConsole(form)) await running.stop();
    }
    if (isForConsole(form)) {
      expect(broker.log()).toContain(`Will message specified (${will.payload.length} bytes) (r0, q1).`);
      await running.stop();
    } else
      await until(
        () => text,
        () => arrived.some(({ topic }) => topic === will.topic),
      );
  });
});

describe('over TLS and WebSocket', () => {
  const packet: PublishPacket = {
    type: 'publish',
    dup: false,
    qos: 1,
    retain: false,
    topic: 't',
    payload: utf8.encode('x'),
  };
  const secure: CopyConnection = {
    ...connectionTo(8883, 4),
    protocol: 'mqtts',
    tls: { verify: false, ownAuthority: true, clientCertificate: true, serverName: 'other.example', alpn: ['mqtt'] },
  };

  it('names the files that the connection has', () => {
    const texts = PUBLISHING.map((form) => programText(packet, secure, form));
    for (const text of [texts[0], texts[1], texts[2], texts[5]]) {
      expect(text).toContain('ca.pem');
      expect(text).toContain('client.key');
    }
    expect(texts[3]).toContain('"server_hostname": "other.example"');
  });

  it.each(['mosquitto_pub', 'paho1', 'mqttjs'] as const)('%s publishes over TLS with them', async (form) => {
    await using tls = await startMosquitto({
      listeners: [{ protocol: 'mqtts', requireClientCertificate: true }, { protocol: 'mqtt' }],
    });
    const { authority, client } = await testCertificates();
    writeFileSync(join(directory, 'ca.pem'), authority.cert);
    writeFileSync(join(directory, 'client.pem'), client.cert);
    writeFileSync(join(directory, 'client.key'), client.key);
    const {
      serverName: _name,
      alpn: _alpn,
      ...trust
    } = secure.tls ?? { verify: true, ownAuthority: true, clientCertificate: true };
    const connection: CopyConnection = {
      ...connectionTo(tls.port, 5),
      protocol: 'mqtts',
      host: 'localhost',
      tls: { ...trust, verify: true },
    };
    const running = start(form, programText(packet, connection, form));
    expect(await running.ended, running.output()).toBe(0);
    expect(tls.log()).toMatch(/Received PUBLISH from copied-copy \(d0, q1, r0, m\d+, 't', \.\.\. \(1 bytes\)\)/);
  });

  it.each(['paho1', 'mqttjs'] as const)('%s publishes over a WebSocket', async (form) => {
    await using web = await startMosquitto({ listeners: [{ protocol: 'ws' }, { protocol: 'mqtt' }] });
    const connection: CopyConnection = { ...connectionTo(web.port, 4), protocol: 'ws', path: '/mqtt' };
    const running = start(form, programText(packet, connection, form));
    expect(await running.ended, running.output()).toBe(0);
    expect(web.log()).toContain('Received PUBLISH from copied-copy (d0, q1');
  });

  it('says where a client speaks no WebSocket', () => {
    const web: CopyConnection = { ...connectionTo(80, 4), protocol: 'ws', path: '/mqtt' };
    expect(programText(packet, web, 'mosquitto_pub')).toMatch(/^# mosquitto_pub speaks no WebSocket/);
    expect(programText(packet, web, 'paho2')).toContain('client.ws_set_options(path="/mqtt")');
    expect(programText(packet, web, 'mqttjs')).toContain('"ws://127.0.0.1:80/mqtt"');
  });
});
