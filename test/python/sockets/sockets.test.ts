/** Sockets of scripts: clients that bring their own MQTT, the genuine paho over them, and what CPython's sockets do. */

import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testCertificates } from '../../support/certificates.ts';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto.ts';
import { findPython } from '../../support/tools.ts';
import { Console } from '../support/console.ts';

const SCRIPTS = join(import.meta.dirname, 'scripts');
const SLOW = 60_000;

let broker: Mosquitto;
let authority: string;
let folder: string;

beforeAll(async () => {
  broker = await startMosquitto({ listeners: [{ protocol: 'mqtt' }, { protocol: 'mqtts' }] });
  authority = (await testCertificates()).authority.cert;
  folder = mkdtempSync(join(tmpdir(), 'sockets-'));
  writeFileSync(join(folder, 'authority.pem'), authority);
});
afterAll(async () => {
  await broker.stop();
  rmSync(folder, { recursive: true });
});

function script(name: string): string {
  return readFileSync(join(SCRIPTS, name), 'utf8');
}

/** What python3 itself prints for a script. */
function genuine(name: string, argv: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(findPython() ?? 'python3', ['-W', 'ignore', join(SCRIPTS, name), ...argv], { timeout: SLOW });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('error', reject);
    child.once('close', () => resolve(output));
  });
}

/** The files of the genuine library, as a script that brings them along has them. */
function genuinePaho(): Record<string, string> {
  const root = '/usr/lib/python3/dist-packages';
  const names = readdirSync(join(root, 'paho'), { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile() && entry.name.endsWith('.py'));
  return Object.fromEntries(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(root, path), readFileSync(path, 'utf8')];
    }),
  );
}

/** Types of packets that the first source recorded, with their direction, and the lines that sent them. */
function recorded(console: Console): readonly string[] {
  const [source] = console.scripts.sources;
  const { capture } = source?.recording ?? {};
  const lines: string[] = [];
  const types = [
    'event',
    'connect',
    'connack',
    'publish',
    'puback',
    '',
    '',
    '',
    'subscribe',
    'suback',
    '',
    '',
    '',
    '',
    'disconnect',
  ];
  for (let seq = capture?.firstSeq ?? 0; seq < (capture?.nextSeq ?? 0); seq += 1) {
    const type = types[(capture?.firstByte(seq) ?? 0) >> 4] ?? '';
    const way = capture?.direction(seq) === 'client-to-server' ? '→' : '←';
    if (type !== 'event') lines.push(`${way} ${type} ${source?.recording.initiator(seq) ?? ''}`.trim());
  }
  return lines;
}

describe('sockets', { timeout: SLOW }, () => {
  it('carry a client that makes its own packets, which are decoded both ways with the lines that sent them', async () => {
    using console = new Console({ overrides: [{ from: 'broker.example:1883', to: `127.0.0.1:${broker.port}` }] });
    const code = await console.run(script('firmware_client.py'), {
      argv: ['broker.example', '1883'],
      name: 'client.py',
    });
    expect([console.stderr, code]).toEqual(['', 0]);
    expect(console.stdout.split('\n').toSorted()).toEqual(
      ['', `48 b'\\x00\\nfirmware/afirst'`, `50 b'\\x00\\nfirmware/b\\x00\\x01second'`, `64 b'\\x00\\x02'`].toSorted(),
    );
    expect(console.scripts.sources[0]?.summary()).toMatchObject({ kind: 'script', clientId: 'firmware' });
    expect(recorded(console).filter((line) => line.startsWith('→'))).toEqual([
      '→ connect client.py:18',
      '→ subscribe client.py:31',
      '→ publish client.py:36',
      '→ publish client.py:36',
      '→ disconnect client.py:43',
    ]);
    expect(recorded(console).filter((line) => line.startsWith('←'))).toHaveLength(5);
  });

  it.each(['behaviours.py', 'secured.py'])('do what CPython’s do: %s', async (name) => {
    using console = new Console();
    const ports = broker.ports.map(String);
    const theirs = await genuine(name, [...ports, join(folder, 'authority.pem')]);
    await console.run(script(name), { files: { 'authority.pem': authority }, argv: [...ports, 'authority.pem'], name });
    expect(console.stdout + console.stderr).toBe(theirs);
  });

  it('carry the genuine paho, unchanged, in clear and secured, in a thread and in a loop of its own', async () => {
    using console = new Console();
    const code = await console.run(
      `
import sys, paho.mqtt.client as mqtt
print(mqtt.__file__.startswith("/home/script/") or mqtt.__file__, mqtt.Client.__module__)
for number, secure in enumerate((False, True)):
    client = mqtt.Client(f"genuine-{number}")
    got = []
    def on_connect(client, userdata, flags, rc):
        client.subscribe("genuine/#", 2)
    def on_subscribe(client, userdata, mid, granted):
        for qos in range(3):
            client.publish(f"genuine/{qos}", "x" * (qos * 50000), qos)
    def on_message(client, userdata, message):
        got.append((message.topic, len(message.payload)))
        if len(got) == 3:
            client.disconnect()
    client.on_connect, client.on_subscribe, client.on_message = on_connect, on_subscribe, on_message
    if secure:
        client.tls_set("authority.pem")
    client.connect("localhost", int(sys.argv[1 + number]))
    client.loop_forever()
    print(sorted(got))
client = mqtt.Client("genuine-thread")
client.connect("localhost", int(sys.argv[1]))
client.loop_start()
info = client.publish("threaded", "y", 1)
info.wait_for_publish()
client.disconnect()
client.loop_stop()
print(info.is_published())
`,
      { files: { ...genuinePaho(), 'authority.pem': authority }, argv: broker.ports.map(String) },
    );
    expect([console.stderr, code]).toEqual(['', 0]);
    const got = "[('genuine/0', 0), ('genuine/1', 50000), ('genuine/2', 100000)]";
    expect(console.stdout.split('\n').slice(1)).toEqual([got, got, 'True', '']);
    const clients = console.scripts.sources.map((source) => source.summary());
    expect(clients.map(({ clientId }) => clientId)).toEqual(['genuine-0', 'genuine-1', 'genuine-thread']);
  });

  it('are stopped while they wait, and say what cannot be', async () => {
    using console = new Console();
    const ended = console.run(
      `import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
    try:
        socket.socket(socket.AF_INET, kind)
    except OSError as error:
        print(error)
print("waits", flush=True)
s.recv(1)
`,
      { argv: [String(broker.port)] },
    );
    await expect.poll(() => console.stdout, { timeout: 20_000 }).toContain('waits');
    const begun = Date.now();
    console.handle.stop();
    expect(await ended).toBe(130);
    expect(Date.now() - begun).toBeLessThan(5000);
    expect(console.stdout).toContain('the console has TCP');
    expect(console.stderr).toContain('line 9, in <module>');
  });
});
