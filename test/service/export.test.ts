/** Packets saved and read again: pcapng as tshark reads it, JSON, CSV, and a session that opens as it was. */

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProcedureInput } from '../../shared/contract/procedures.ts';
import type { PacketRows } from '../../shared/contract/packet-records.ts';
import { takeKeys } from '../../main/engine/transport/key-log.ts';
import { recordedFile } from '../support/capture-file.ts';
import { testCertificates } from '../support/certificates.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { findProgram } from '../support/tools.ts';
import { type DrivenPage, plainProfile, startService } from './drive-page.ts';

const exec = promisify(execFile);
const tshark = findProgram(['tshark']);
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'export-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The whole file. */
async function exported(page: DrivenPage, input: ProcedureInput<'startExport'>) {
  const { export: number } = await page.call('startExport', input);
  const pieces: Uint8Array[] = [];
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop
    const piece = await page.call('readExport', { export: number });
    pieces.push(piece.bytes);
    if (!piece.done) continue;
    // oxlint-disable-next-line no-await-in-loop
    await page.call('endExport', { export: number });
    return { ...piece, bytes: new Uint8Array(Buffer.concat(pieces)) };
  }
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

async function opened(page: DrivenPage, bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  const { id } = await page.call('openFile', { name: 'again.pcapng', size: bytes.length });
  for (let at = 0; at < bytes.length; at += 10_000) {
    // oxlint-disable-next-line no-await-in-loop
    await page.call('pushFile', { source: id, bytes: bytes.slice(at, at + 10_000) });
  }
  await page.call('endFile', { source: id, cancelled: false });
  await page.until('read', () => page.sources.find((source) => source.id === id)?.file?.state === 'whole');
  return id;
}

async function rowsOf(page: DrivenPage, source: number): Promise<PacketRows> {
  const { view } = await page.call('openPacketView', { source });
  return page.call('readRows', { view, from: 0, count: 10_000 });
}

/** A session that published at every QoS, was answered, and left; the large message does not fit a record of a file. */
async function used(page: DrivenPage, port: number): Promise<number> {
  const secrets = { password: 'opensesame' };
  const profile = plainProfile(port, { name: 'kitchen', username: 'ali', clientId: 'lamp-client' });
  const { id: source } = await page.call('openSession', { profile, secrets });
  const state = () => page.sources.find(({ id }) => id === source)?.state;
  await page.until('connected', () => state() === 'connected');
  await page.call('subscribe', { source, subscriptions: [{ topicFilter: 'lamp/#', qos: 2 }] });
  for (const qos of [0, 1, 2] as const) {
    const payload = new TextEncoder().encode(`=on, "at" ${qos}`);
    // oxlint-disable-next-line no-await-in-loop
    await page.call('publish', { source, topic: 'lamp/kitchen', payload, qos, retain: false });
  }
  const payload = new Uint8Array(400_000).fill(65);
  await page.call('publish', { source, topic: 'lamp/large', payload, qos: 0, retain: false });
  await page.until('all of it', () => (page.stats.get(source)?.packets ?? 0) >= 21);
  await page.call('disconnect', { source });
  await page.until('gone', () => state() !== 'connected' && state() !== 'disconnecting');
  return source;
}

const columns = (rows: PacketRows) => ({
  header: [...rows.header],
  flags: [...rows.flags],
  timeUs: [...rows.timeUs].map(Math.floor),
  length: [...rows.length],
  direction: [...rows.direction],
  packetId: [...rows.packetId],
  connection: [...rows.connection],
  flowState: [...rows.flowState],
  topic: rows.topic,
  detail: rows.detail,
});

describe('what is saved', () => {
  it.skipIf(tshark === undefined)(
    'as pcapng reads in tshark as it was sent, without passwords unless wanted',
    async () => {
      await using broker = await startMosquitto();
      await using started = await startService();
      using page = started.attach();
      const source = await used(page, broker.port);
      await page.call('setComment', { source, seq: 2, text: 'look here' });
      const { bytes, packets, missed } = await exported(page, { format: 'pcapng', source });
      expect(missed).toBe(0);
      expect(text(bytes)).not.toContain('opensesame');
      const path = join(folder, 'saved.pcapng');
      writeFileSync(path, bytes);
      const fields = [
        'mqtt.msgtype',
        'mqtt.topic',
        'mqtt.username',
        'mqtt.passwd',
        'frame.comment',
        'frame.interface_name',
      ];
      const columnsOf = fields.flatMap((field) => ['-e', field]);
      const { stdout, stderr } = await exec(
        tshark ?? '',
        ['-r', path, '-d', `tcp.port==${broker.port},mqtt`, '-T', 'fields', ...columnsOf, '-Y', 'mqtt'],
        {
          maxBuffer: 64 * 1024 * 1024,
        },
      );
      expect(stderr.replaceAll(/Running as user.*\n?/g, '')).toBe('');
      const lines = stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t'));
      expect(lines.length).toBe(packets);
      expect(lines[0]?.slice(0, 4)).toEqual(['1', '', '***', '**********']);
      expect(lines.map(([, , , , comment]) => comment).filter((comment) => comment !== '')).toEqual(['look here']);
      expect(new Set(lines.map(([, , , , , name]) => name))).toEqual(new Set(['kitchen']));
      expect(lines.filter(([, topic]) => topic === 'lamp/large').length).toBe(2);
      const open = await exported(page, { format: 'pcapng', source, credentials: true });
      expect(text(open.bytes)).toContain('opensesame');
    },
  );

  it('has the TLS keys of its own connections where credentials are wanted', async () => {
    const logged: string[] = [];
    const taking = takeKeys((line) => logged.push(line));
    const { authority } = await testCertificates();
    await using broker = await startMosquitto({ listeners: [{ protocol: 'mqtts' }] });
    await using started = await startService();
    using page = started.attach();
    const tls = { ca: authority.cert };
    const sources: number[] = [];
    for (const name of ['first', 'second']) {
      const profile = plainProfile(broker.port, { name, protocol: 'mqtts', host: 'localhost', tls });
      // oxlint-disable-next-line no-await-in-loop
      const { id } = await page.call('openSession', { profile });
      // oxlint-disable-next-line no-await-in-loop
      await page.until('connected', () => page.sources.find((source) => source.id === id)?.state === 'connected');
      sources.push(id);
    }
    const [, source = -1] = sources;
    expect(text((await exported(page, { format: 'pcapng', source })).bytes)).not.toContain('SECRET');
    const { bytes } = await exported(page, { format: 'pcapng', source, credentials: true });
    const own = logged.filter((line) => text(bytes).includes(line));
    expect(own.length).toBe(logged.length / 2);
    const session = await exported(page, { format: 'session', credentials: true });
    expect(logged.filter((line) => !text(session.bytes).includes(line))).toEqual([]);
    taking[Symbol.dispose]();
  });

  it('has the TLS keys of a tap, of both its sides, and those of a file that was opened', async () => {
    const logged: string[] = [];
    const taking = takeKeys((line) => logged.push(line));
    const { authority } = await testCertificates();
    await using broker = await startMosquitto({ listeners: [{ protocol: 'mqtts' }] });
    await using started = await startService();
    using page = started.attach();
    const profile = plainProfile(broker.port, { protocol: 'mqtts', host: 'localhost', tls: { ca: authority.cert } });
    const { port } = await page.call('startTap', { listen: { protocol: 'mqtts', port: 0 }, upstream: { profile } });
    const { certificate: ca } = await page.call('tapAuthority', {});
    const device = await connectAsync(`mqtts://localhost:${port}`, { ca, reconnectPeriod: 0 });
    await device.publishAsync('secret/topic', 'x', { qos: 1 });
    await device.endAsync();
    const source = page.sources.find(({ kind }) => kind === 'tap')?.id ?? -1;
    expect(logged.length).toBe(10);
    expect(text((await exported(page, { format: 'pcapng', source })).bytes)).not.toContain('SECRET');
    const { bytes } = await exported(page, { format: 'pcapng', source, credentials: true });
    expect(logged.filter((line) => !text(bytes).includes(line))).toEqual([]);
    const file = await opened(page, bytes);
    expect(text((await exported(page, { format: 'pcapng', source: file })).bytes)).not.toContain('SECRET');
    const again = await exported(page, { format: 'pcapng', source: file, credentials: true });
    expect(logged.filter((line) => !text(again.bytes).includes(line))).toEqual([]);
    taking[Symbol.dispose]();
  });

  it('as JSON and CSV has each packet once; a filter and a choice leave out the rest', async () => {
    await using broker = await startMosquitto();
    await using started = await startService();
    using page = started.attach();
    const source = await used(page, broker.port);
    const all = await exported(page, { format: 'json', source });
    const packets = JSON.parse(text(all.bytes)) as {
      readonly type: string;
      readonly password?: string;
      readonly seq: number;
    }[];
    expect(packets.length).toBe(all.packets);
    expect(packets.find(({ type }) => type === 'connect')?.password).toBe(
      Buffer.from('*'.repeat(10)).toString('base64'),
    );
    const filter = 'type:publish topic:lamp/kitchen';
    const some = JSON.parse(text((await exported(page, { format: 'json', source, filter })).bytes)) as typeof packets;
    expect(some.map(({ type }) => type)).toEqual(Array.from({ length: 6 }, () => 'publish'));
    const ranges = some.slice(0, 2).map(({ seq }) => [seq, seq] as [number, number]);
    const chosen = text((await exported(page, { format: 'csv', source, ranges })).bytes)
      .trimEnd()
      .split('\r\n');
    expect(chosen.length).toBe(3);
    expect(chosen[0]).toMatch(/^number,time,direction,connection,type,/);
    expect(chosen[1]).toContain(`,"'=on, ""at"" 0",`);
    const numbers = async (input: Partial<ProcedureInput<'startExport'>>): Promise<readonly number[]> => {
      const { bytes } = await exported(page, { format: 'json', source, ...input });
      return (JSON.parse(text(bytes)) as typeof packets).map(({ seq }) => seq);
    };
    const every = packets.map(({ seq }) => seq);
    const [, second = 0, , , fifth = 0] = every;
    const last = every.at(-1) ?? 0;
    expect(
      await numbers({
        ranges: [
          [second, fifth],
          [last, last + 1_000],
        ],
      }),
    ).toEqual([...every.slice(1, 5), last]);
    const within = some.map(({ seq }) => seq).filter((seq) => seq >= second && seq <= fifth);
    expect(await numbers({ filter, ranges: [[second, fifth]] })).toEqual(within);
    expect(await numbers({ ranges: [] })).toEqual([]);
    for (const wrong of [
      [[3, 2]],
      [
        [1, 4],
        [4, 5],
      ],
    ] as [number, number][][])
      expect(await page.failure('startExport', { format: 'json', source, ranges: wrong })).toMatchObject({
        code: 'invalid-input',
      });
    expect(await page.failure('startExport', { format: 'json', source, filter: 'nonsense:' })).toMatchObject({
      code: 'bad-filter',
    });
  });

  it('as a session opens again as it was: rows, events, flows, comments, names, and the way it was looked at', async () => {
    await using broker = await startMosquitto();
    await using started = await startService();
    using page = started.attach();
    const session = await used(page, broker.port);
    const file = await opened(page, recordedFile(20));
    await page.call('renameSource', { source: file, name: 'from the lab' });
    await page.call('setComment', { source: session, seq: 3, text: 'first\nand second line' });
    const view = '{"panel":"flows"}';
    const saved = await exported(page, { format: 'session', view });
    expect(text(saved.bytes)).not.toContain('opensesame');
    const before = [await rowsOf(page, session), await rowsOf(page, file)];
    const id = await opened(page, saved.bytes);
    const first = page.sources.find((source) => source.id === id);
    expect(first).toMatchObject({ name: 'kitchen', savedAs: 'session', clientId: 'lamp-client' });
    const { sources, view: seen } = first?.file?.session ?? { sources: [], view: '' };
    expect([sources.length, sources[0], seen]).toEqual([2, id, view]);
    expect(page.sources.find((source) => source.id === sources[1])).toMatchObject({
      name: 'from the lab',
      savedAs: 'file',
      clientId: 'thermostat',
    });
    for (const [index, source] of sources.entries()) {
      // oxlint-disable-next-line no-await-in-loop
      const after = columns(await rowsOf(page, source));
      const was = before[index];
      expect(after).toEqual(was === undefined ? undefined : columns(was));
    }
    expect((await page.call('getPacket', { source: id, seq: 3 })).comment).toBe('first\nand second line');
  });
});
