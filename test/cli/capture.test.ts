/** `capture` and `decode`: arguments, ends, outputs that fail, filters, and exit codes. */

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectAsync } from 'mqtt';
import { describe, expect, it } from 'vitest';
import { startBroker } from '../../main/hosts/broker/broker.ts';
import { testCertificates } from '../support/certificates.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { freePort } from '../support/ports.ts';
import { findProgram } from '../support/tools.ts';
import { recorded } from './dissection.ts';
import { objects, run, start } from './terminal.ts';

const NOBODY = 'mqtt://127.0.0.1:1';

describe('wrong arguments end with 2', () => {
  it.each([
    [['capture', '-t', 'a'], '--url is missing'],
    [['capture', '--url', NOBODY], '-t is missing'],
    [['capture', '--url', 'http://h', '-t', 'a'], '--url must begin with mqtt://'],
    [['capture', '--url', 'mqtt://h:99999', '-t', 'a'], 'port up to 65535'],
    [['capture', '--url', 'mqtt://h/path', '-t', 'a'], 'only ws:// and wss:// have a path'],
    [['capture', '--url', NOBODY, '-t', 'a/#/b'], '-t "a/#/b" is no topic filter'],
    [['capture', '--url', NOBODY, '-t', 'a', '-q', '3'], '-q must be a whole number from 0 to 2'],
    [['capture', '--url', NOBODY, '-t', 'a', '--mqtt-version', '6'], '--mqtt-version'],
    [['capture', '--url', NOBODY, '-t', 'a', '--seconds', '0'], '--seconds'],
    [['capture', '--url', NOBODY, '-t', 'a', '--ca', 'x'], '--ca needs mqtts://'],
    [
      ['capture', '--url', 'mqtts://h', '-t', 'a', '--ca', '/nope'],
      '/nope cannot be read: there is no such file or folder (ENOENT)',
    ],
    [['capture', '--url', NOBODY, '-t', 'a', '--json', '--quiet'], 'exclude each other'],
    [
      ['capture', '--url', NOBODY, '-t', 'a', '--filter', 'qos:1 tpye:publish'],
      '\n  qos:1 tpye:publish\n        ^^^^\n',
    ],
    [['decode'], 'a FILE or --hex BYTES is missing'],
    [['decode', 'a', 'b'], '"b" was not expected here'],
    [['decode', '--hex', '30 0'], 'no whole number of bytes'],
    [['decode', '--hex', 'zz'], '"z" is no hexadecimal digit'],
  ])('%j', async (argv, message) => {
    const { code, out, err } = await run(argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });
});

describe('capture', () => {
  it('says why a connection did not come about', async () => {
    const port = await freePort();
    const { code, err } = await run(['capture', '--url', `mqtt://user:secret@127.0.0.1:${port}`, '-t', 'a']);
    expect(code).toBe(1);
    expect(err).toContain('the connection was refused');
    expect(err).not.toContain('secret');
  });

  it('says why the server refused', async () => {
    await using broker = await startMosquitto({ users: { anna: 'right' } });
    const url = `mqtt://anna:wr%6Fng@127.0.0.1:${broker.port}`;
    const { code, out, err } = await run(['capture', '--url', url, '-t', 'a']);
    expect(code).toBe(1);
    expect(err).toContain('the server refused the connection: Not authorized (0x87)');
    expect(out).toContain('CONNACK not-authorized');
  });

  it('ends after --count with DISCONNECT, having written just so many', async () => {
    await using broker = await startMosquitto();
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const capture = start(
      ['capture', '--url', url, '-t', 'a/#', '-q', '2', '--count', '3', '--json', '--seconds', '10'],
      { delayMs: 2 },
    );
    await expect.poll(capture.out).toContain('suback');
    const client = await connectAsync(url);
    await Promise.all(Array.from({ length: 20 }, (_, index) => client.publishAsync(`a/${index}`, 'x', { qos: 2 })));
    const { code, out } = await capture.ended;
    await client.endAsync();
    const types = objects(out).map(({ type }) => type);
    expect(code).toBe(0);
    expect(types.filter((type) => type === 'publish')).toHaveLength(3);
    expect(types.at(-1)).toBe('disconnect');
  });

  it('ends by a signal and after --seconds in order', async () => {
    await using broker = await startMosquitto();
    const argv = ['capture', '--url', `mqtt://127.0.0.1:${broker.port}`, '-t', 'a'];
    const capture = start(argv);
    await expect.poll(capture.out).toContain('SUBACK');
    capture.abort();
    const [stopped, timed] = await Promise.all([capture.ended, run([...argv, '--seconds', '2', '--quiet'])]);
    expect(stopped.code).toBe(0);
    expect(stopped.out).toMatch(/DISCONNECT normal-disconnection\n$/);
    expect(timed).toMatchObject({ code: 0, out: '' });
    expect(timed.err).toMatch(/DISCONNECT +1 +0\n/);
  });

  it('goes through TLS and WebSockets', async () => {
    const { authority } = await testCertificates();
    await using broker = await startMosquitto({ listeners: [{ protocol: 'wss' }, { protocol: 'mqtts' }] });
    const folder = mkdtempSync(join(tmpdir(), 'cli-capture-'));
    const ca = join(folder, 'ca.pem');
    writeFileSync(ca, authority.cert);
    const [web = 0, plain = 0] = broker.ports;
    const rest = ['-t', 'a', '--seconds', '2', '--quiet'];
    const all = await Promise.all([
      run(['capture', '--url', `wss://127.0.0.1:${web}/mqtt`, '--ca', ca, ...rest]),
      run(['capture', '--url', `mqtts://localhost:${plain}`, '--insecure', ...rest]),
      run(['capture', '--url', `mqtts://127.0.0.1:${plain}`, ...rest]),
    ]);
    rmSync(folder, { recursive: true, force: true });
    expect(all.map(({ code }) => code)).toEqual([0, 0, 1]);
    expect(all[2]?.err).toContain('give it with --ca');
  });

  it('keeps the secrets of TLS where that is asked for: with them tshark reads what was on the wire', async () => {
    await using broker = await startMosquitto({ listeners: [{ protocol: 'mqtts' }] });
    const folder = mkdtempSync(join(tmpdir(), 'cli-keys-'));
    const wire = join(folder, 'wire.pcapng');
    const keys = join(folder, 'keys.txt');
    const out = join(folder, 'out.pcapng');
    const url = `mqtts://127.0.0.1:${broker.port}`;
    await recorded(wire, broker.port, async () => {
      const argv = ['capture', '--url', url, '--insecure', '-t', 'secret/topic', '--seconds', '2', '--quiet'];
      const { code } = await run([...argv, '--tls-keylog', keys, '--out', out]);
      expect(code).toBe(0);
    });
    const log = readFileSync(keys, 'utf8');
    expect(log).toMatch(/^CLIENT_HANDSHAKE_TRAFFIC_SECRET [0-9a-f]{64} [0-9a-f]+$/m);
    expect(statSync(keys).mode & 0o777).toBe(0o600);
    const read = async (file: string, ...more: string[]) => {
      const argv = ['-r', file, ...more, '-d', `tls.port==${broker.port},mqtt`, '-T', 'fields', '-e', 'mqtt.topic'];
      const { stdout } = await promisify(execFile)(findProgram(['tshark']) ?? 'tshark', argv);
      return stdout.split('\n').filter((line) => line !== '');
    };
    expect(await read(wire)).toEqual([]);
    expect(await read(wire, '-o', `tls.keylog_file:${keys}`)).toContain('secret/topic');
    expect(await read(out)).toContain('secret/topic');
    expect(readFileSync(out).includes(log)).toBe(true);
    const plain = join(folder, 'plain.pcapng');
    const exporting = ['-r', wire, '-o', `tls.keylog_file:${keys}`, '-d', `tls.port==${broker.port},mqtt`];
    await promisify(execFile)(findProgram(['tshark']) ?? 'tshark', [...exporting, '-U', 'OSI layer 7', '-w', plain]);
    const decoded = objects((await run(['decode', plain, '--json'])).out);
    rmSync(folder, { recursive: true, force: true });
    expect(decoded.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['connect', 'connack', 'subscribe', 'suback']),
    );
  });

  it('falls back to 3.1.1 where the server knows no 5.0', async () => {
    const broker = await startBroker({ port: 0 });
    const { code, err } = await run([
      'capture',
      '--url',
      `mqtt://127.0.0.1:${broker.port}`,
      '-t',
      'a',
      '--seconds',
      '3',
    ]);
    await broker.close();
    expect(err).toContain('trying MQTT 3.1.1');
    expect(code).toBe(0);
  });

  it('counts what it could not keep for a reader that is too slow', async () => {
    const budgetMiB = 512;
    const sentMiB = budgetMiB + 200;
    // PUBLISH at QoS 0 to `a` that fills a mebibyte.
    const message = Buffer.alloc(1024 * 1024, 0x20);
    message.set([0x30, 0xfc, 0xff, 0x3f, 0, 1, 0x61, 0]);
    let release = (): void => undefined;
    const readAfter = new Promise<void>((resolve) => {
      release = resolve;
    });
    const server = createServer((socket) => {
      socket.once('data', async () => {
        socket.write(Buffer.of(0x20, 3, 0, 0, 0));
        const [subscribe] = (await once(socket, 'data')) as [Buffer];
        socket.write(Buffer.of(0x90, 4, ...subscribe.subarray(2, 4), 0, 0));
        for (let sent = 0; sent < sentMiB; sent += 1) if (!socket.write(message)) await once(socket, 'drain');
        socket.end();
        await once(socket, 'close');
        release();
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const url = `mqtt://127.0.0.1:${port}`;
    const { code, out, err } = await start(['capture', '--url', url, '-t', 'a'], { readAfter }).ended;
    server.close();
    const missed = Number(/(\d+) rows were evicted before they could be written/.exec(err)?.[1]);
    expect(code).toBe(1);
    expect(missed).toBeGreaterThanOrEqual(sentMiB - budgetMiB);
    expect(missed).toBeLessThan(sentMiB);
    expect(err).toContain(`${missed} evicted`);
    // Of the rows before the first message some may be among those that went.
    const written = out.match(/ PUBLISH a /g)?.length ?? 0;
    expect(written + missed - sentMiB).toBeGreaterThanOrEqual(0);
    expect(written + missed - sentMiB).toBeLessThan(6);
  });

  it('says that the disk is full', async () => {
    await using broker = await startMosquitto();
    const argv = ['capture', '--url', `mqtt://127.0.0.1:${broker.port}`, '-t', 'a', '--out', '/dev/full'];
    const { code, err } = await run(argv);
    expect(code).toBe(1);
    expect(err).toContain('the disk is full; /dev/full holds what came before');
  });
});

describe('decode', () => {
  it('writes the fields in their order', async () => {
    const { code, out } = await run([
      'decode',
      '--json',
      '--mqtt-version',
      '5',
      '--hex',
      '32 0d 00 03 61 2f 62 00 07 02 01 01 78 79 7a',
    ]);
    expect(code).toBe(0);
    expect(out).toBe(
      '{"seq":0,"time":null,"direction":"client-to-server","connection":1,"type":"publish","dup":false,"qos":1,"retain":false,' +
        '"topic":"a/b","packetId":7,"properties":{"payloadFormatIndicator":1},"payload":"eHl6","length":15}\n',
    );
  });

  it('shows a malformed packet as such, and lets no control character through to the terminal', async () => {
    const { out } = await run(['decode', '--json', '--hex', '3605 0003612f62']);
    expect(objects(out)[0]).toMatchObject({
      type: 'publish',
      malformed: { offset: 0, rule: 'MQTT-3.3.1-4' },
      length: 7,
    });
    const { out: line } = await run(['decode', '--hex', '3006 0003 61 1b 62 78']);
    expect(line).toContain('\\u{1b}');
    expect(line).not.toContain('\u001b');
  });

  it('filters, and ends with 1 for a file that is empty or not there', async () => {
    const { out } = await run(['decode', '--hex', 'c000 d000 c000', '--filter', 'type:pingresp', '--json']);
    expect(objects(out).map(({ seq, type }) => [seq, type])).toEqual([[1, 'pingresp']]);
    const folder = mkdtempSync(join(tmpdir(), 'cli-decode-'));
    const empty = join(folder, 'empty');
    writeFileSync(empty, '');
    const [first, second] = await Promise.all([run(['decode', empty]), run(['decode', join(folder, 'nope')])]);
    rmSync(folder, { recursive: true, force: true });
    expect([first.code, second.code]).toEqual([1, 1]);
    expect(first.err).toContain('the file is empty');
    expect(second.err).toContain('ENOENT');
  });
});
