/** Every entry of the five documents: what its test prints, and that the page of the interface lists it. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testCertificates } from '../../support/certificates.ts';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto.ts';
import { readDocuments } from '../seeds/documents.ts';
import { Console } from '../support/console.ts';
import { documentedEntries } from './entries.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SLOW = 60_000;

let broker: Mosquitto;
let locked: Mosquitto;
let console: Console;

beforeAll(async () => {
  const listeners = [
    { protocol: 'mqtt' },
    { protocol: 'mqtts' },
    { protocol: 'ws' },
    { protocol: 'mqtts', requireClientCertificate: true },
  ] as const;
  [broker, locked] = await Promise.all([
    startMosquitto({ listeners }),
    startMosquitto({ users: { somebody: 'else' } }),
  ]);
  console = new Console();
});
afterAll(async () => {
  console?.[Symbol.dispose]();
  await Promise.all([broker?.stop(), locked?.stop()]);
});

/** What a script prints. Its arguments are the port of a broker, and that of one which lets nobody in. */
async function printed(name: string, argv = [String(broker.port), String(locked.port)], files = {}): Promise<string[]> {
  const text = readFileSync(join(import.meta.dirname, 'scripts', name), 'utf8');
  console.stdout = '';
  console.stderr = '';
  console.notes = '';
  const code = await console.run(text, { argv, files });
  expect([console.stderr.replace('INFO:device:quiet\n', ''), code]).toEqual(['', 0]);
  return console.stdout.trimEnd().split('\n');
}

describe('the documented interface', { timeout: SLOW }, () => {
  it('of UIFlow2', async () => {
    expect(await printed('uiflow2.py')).toEqual([
      'connect 0',
      String.raw`[(b'ui/array', b'array'), (b'ui/bytes', b'\x00\xff'), (b'ui/text', b'\xe6\xb8\xa9')]`,
      'check_msg None None',
      'reconnect False',
      "(b'ui/again', b'x')",
      'late True',
      'first False',
      'kept True',
      'clean False',
      'refused True',
      'unknown True',
    ]);
    expect(broker.log()).toContain("as ui-1 (p2, c1, k30, u'user')");
    expect(broker.log()).toMatch(/Will message specified \(4 bytes\) \(r1, q1\)\.\s+\d+: \tui\/will/);
    expect(broker.log()).toMatch(/Received PUBLISH from ui-1 \(d0, q1, r0, m\d+, 'ui\/bytes', ... \(2 bytes\)\)/);
    expect(broker.log()).toContain('Received PINGREQ from ui-1');
  });

  it('of Makeblock', async () => {
    expect(await printed('makeblock.py')).toEqual([
      "[(b'codey/a', b'text'), (b'codey/b', b'bytes')] b'codey/a is text too'",
      'check_msg None',
      "(b'codey/again', b'x')",
    ]);
    expect(broker.log()).toContain("as codey-1 (p2, c1, k60, u'user')");
    expect(broker.log()).toMatch(/Received PUBLISH from codey-1 \(d0, q0, r1, m0, 'codey\/kept', ... \(4 bytes\)\)/);
    expect(broker.log()).toContain('Received PINGREQ from codey-1');
  });

  it('of QuecPython', async () => {
    expect(await printed('quecpython.py')).toEqual([
      'connect 0 0',
      "[(b'quec/a', b'first'), (b'quec/b', b'second')]",
      'check_msg None',
      'ping None',
      'after disconnect -1',
      'old 0',
      'refused True',
      'unknown True',
      'inport parameter error : keepalive >= 5S',
      'lost True',
      'heard True',
    ]);
    expect(broker.log()).toContain("as quec-1 (p2, c1, k60, u'user')");
    expect(broker.log()).toContain('as quec-old (p1, c1, k0)');
    expect(broker.log()).toContain('Received PINGREQ from quec-1');
  });

  it('of MicroPython', async () => {
    expect(await printed('micropython.py')).toEqual([
      'connect 0',
      "[(b'micro/a', b'first'), (b'micro/b', b'second')]",
      'check_msg None',
      'wait_msg None',
      'late',
      'Subscribe callback is not set',
      'robust 0',
      "robust b'robust/a' b'after'",
      'refused (5,)',
    ]);
  });

  it('of paho 2.x', async () => {
    const exchange = (unsubscribed: string): string[] => [
      '<MQTTErrorCode.MQTT_ERR_SUCCESS: 0>',
      'connect mine False Success False Properties',
      "subscribe 1 ['Granted QoS 1', 'Granted QoS 2'] Properties",
      "message two/a b'x' False",
      'publish 2 Success Properties',
      `unsubscribe 3 ${unsubscribed} Properties`,
      'disconnect False Normal disconnection',
    ];
    const [success, noConnection, invalid] = ['SUCCESS: 0', 'NO_CONN: 4', 'INVAL: 3'].map(
      (name) => `<MQTTErrorCode.MQTT_ERR_${name}>`,
    );
    expect(await printed('paho2.py')).toEqual([
      ...exchange('[]'),
      ...exchange("['Success']"),
      'CallbackAPIVersion.VERSION2 4 tcp 7 3.0 user',
      `${noConnection} ${success} ${invalid}`,
      '0 updating host on established connection is not supported',
      `(${success}, 2) True True`,
      `${success} ${success} ${invalid}`,
      `['${success}']`,
      'refused Not authorized 135 True',
      '<MQTTErrorCode.MQTT_ERR_PROTOCOL: 2>',
      "['DeprecationWarning'] CallbackAPIVersion.VERSION1",
      'True The client is not currently connected. 0',
    ]);
    expect(broker.log()).toMatch(/Received PUBACK from two-manual \(Mid: 1, RC:0\)/);
  });

  it('of the modules of devices', async () => {
    expect(await printed('devices.py')).toEqual([
      `micropython_modules (True, 3, 1, True, [], True, b'6131623263336434', '{"a": 1}', b'\\x02\\x01', 'b', b'\\xe3\\xb0', True, True, ` +
        `'cpython', 'awaited', 7, True, OrderedDict({'a': 1}), b'x', True, True, True, 1000)`,
      'quectel_modules ((3, 1), 0, 1, 1, 15, 15, [1], 0)',
      'm5_modules (False, True, True, True)',
      'makeblock_modules (True, True)',
      'array [97, 98]',
      "cannot be ModuleNotFoundError No module named 'bluetooth'",
    ]);
    for (const shown of [
      '[Pin 2] 1',
      '[M5.Lcd.print] text 10 10',
      '[codey.display] text',
      '[cyberpi.console.println] text',
    ])
      expect(console.notes).toContain(shown);
  });

  it('of ordinary firmware', async () => {
    expect(await printed('firmware.py')).toEqual([
      'int int 8 8 True',
      '1704164645 1970-01-01 00:00 1970',
      'False int',
      '1 0 Pin(0) 1 0',
      '2 (255, 0, 0) (0, 0, 0)',
      '21.5 45.2 [21.5] 27 32768',
      '580 500 0 0 4',
      String.raw`True bytearray(b'\x00\x00') b'\x00\x00' 3 3`,
      '4000 None None',
      "b'kept' 8 None",
      'too late True Timer(1)',
      'True 192.168.4.2 True',
      '(32768, 4)',
      "200 {'path': '/now?unit=c', 'agent': 'firmware'}",
      'application/json {"a": 1} 404',
      "{'path': '/now?unit=f', 'agent': 'session'} 201",
    ]);
    for (const shown of ['[NeoPixel Pin(5)] (255, 0, 0) (0, 0, 0)', "[SSD1306] 'temp 21.5'", '[UART] out'])
      expect(console.notes).toContain(shown);
  });

  it('of TLS and WebSocket', async () => {
    const { authority, client } = await testCertificates();
    const files = {
      'authority.pem': authority.cert,
      'client.pem': client.cert,
      'client.key': client.key,
      'broken.pem': 'not a certificate',
    };
    expect(await printed('secured.py', broker.ports.slice(1).map(String), files)).toEqual([
      "authority b'authority'",
      'stranger SSLCertVerificationError [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate',
      "unverified b'unverified'",
      "context b'context'",
      "mutual b'mutual'",
      'wrong FileNotFoundError',
      'wrong SSLError',
      'wrong SSLError',
      "websocket b'websocket'",
      'uiflow2',
      'makeblock',
      'micropython',
      'connect_srv -2',
    ]);
  });
});

describe('the page of the interface', () => {
  const page = readFileSync(join(ROOT, 'assets/docs/console-api.md'), 'utf8');
  const rows = page.split(/^## /m).flatMap((section) =>
    [...section.matchAll(/^\| `([^`]+)` \| ([^|]+) \| [^|]* \| `([^`]+)` \|$/gm)].map(
      ([, name = '', state = '', test = '']) => ({
        table: section.split('\n', 1)[0],
        name,
        state: state.trim(),
        test,
      }),
    ),
  );

  it('gives every documented entry a state and a test that uses it', () => {
    const entries = documentedEntries(readDocuments());
    expect(entries.length).toBeGreaterThan(90);
    for (const entry of entries) {
      const row = rows.find(({ table, name }) => table === entry.table && name === entry.name);
      expect(row, `${entry.table} ${entry.name}`).toMatchObject({ state: expect.stringMatching(/^(works|differs)$/) });
      const file = join(ROOT, row?.test ?? '');
      expect(existsSync(file), file).toBe(true);
      expect(readFileSync(file, 'utf8'), `${file} has no ${entry.name}`).toContain(entry.name);
    }
  });

  it('lists nothing else', () => {
    const entries = documentedEntries(readDocuments());
    const known = new Set(entries.map(({ table, name }) => `${table} ${name}`));
    expect(rows.filter(({ table, name }) => !known.has(`${table} ${name}`))).toEqual([]);
    expect(rows).toHaveLength(entries.length);
  });
});
