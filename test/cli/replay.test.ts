/** `replay` against real brokers: what was captured arrives again, at its pace, where the rules send it. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { listenTo, mosquittoPublish } from '../support/mqtt-peers.ts';
import { run as runCommand, start as startCommand } from './terminal.ts';

const run = (...argv: readonly string[]) => runCommand(argv);
const start = (...argv: readonly string[]) => startCommand(argv);

let folder = '';
let file = '';
let broker: Mosquitto;

/** Three messages, the second 300 ms after the first. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cli-replay-'));
  file = join(folder, 'trace.pcapng');
  process.env['MQTT_INSPECTOR_DATA'] = join(folder, 'data');
  broker = await startMosquitto();
  const capture = start(
    'capture',
    '--url',
    `mqtt://127.0.0.1:${broker.port}`,
    '-t',
    'site/#',
    '-q',
    '2',
    '--count',
    '3',
    '--out',
    file,
  );
  await broker.logged('site/# (QoS 2)');
  await mosquittoPublish(broker.port, { topic: 'site/a', payload: 'one', qos: 1 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  await mosquittoPublish(broker.port, { topic: 'site/b/c', payload: 'two', qos: 2 });
  await mosquittoPublish(broker.port, { topic: 'site/a', payload: 'three', qos: 0 });
  const { code, err } = await capture.ended;
  if (code !== 0) throw new Error(err);
});

afterAll(async () => {
  delete process.env['MQTT_INSPECTOR_DATA'];
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
});

const url = () => `mqtt://127.0.0.1:${broker.port}`;

it('publishes a file again, at its pace, to the topics of the rules', async () => {
  await using listener = await listenTo(broker.port, 'again/#');
  const startMs = performance.now();
  const { code, err } = await run('replay', file, url(), '--topic', 'site/#=>again/#');
  expect(err).toMatch(/3 messages published in \d/);
  expect(code).toBe(0);
  expect(performance.now() - startMs).toBeGreaterThan(290);
  await expect.poll(() => listener.lines).toEqual(['1 0 again/a one', '2 0 again/b/c two', '0 0 again/a three']);
});

it('goes round and round as fast as it can, with QoS and retain as told, and only what passes', async () => {
  await using listener = await listenTo(broker.port, 'round/#');
  const { code, err } = await run(
    'replay',
    file,
    url(),
    '--speed',
    'max',
    '--loop',
    '50',
    '--qos',
    '1',
    '--retain',
    'no',
    '--direction',
    'received',
    '--filter',
    'topic:site/a',
    '--topic',
    '#=>round',
    '--mqtt-version',
    '4',
    '--quiet',
  );
  expect(err).toMatch(/^100 messages published/);
  expect(code).toBe(0);
  await expect.poll(() => listener.lines.length).toBe(100);
  expect(new Set(listener.lines)).toEqual(new Set(['1 0 round one', '1 0 round three']));
});

it('says where it stopped when the broker goes, and goes on from there', async () => {
  const other = await startMosquitto();
  const replaying = start('replay', file, `mqtt://127.0.0.1:${other.port}`, '--speed', '0.05');
  await other.logged('PUBLISH');
  await other.kill();
  const { code, err } = await replaying.ended;
  expect(code).toBe(1);
  const from = /stopped before packet (\d+)/.exec(err)?.[1] ?? '';
  expect(err).toContain(`--from ${from}`);
  const rest = await run('replay', file, url(), '--speed', 'max', '--from', from);
  expect(rest.err).toMatch(/2 messages published/);
});

it('stops on a signal', async () => {
  const replaying = start('replay', file, url(), '--loop', '0', '--speed', '100', '--topic', '#=>signal/#');
  await broker.logged('signal/site/b/c');
  replaying.abort();
  const { code, err } = await replaying.ended;
  expect(err).toMatch(/messages published/);
  expect(code).toBe(0);
});

it.each([
  [['replay'], /FILE and a URL/],
  [['replay', 'x', 'mqtt://h', '--speed', 'fast'], /--speed must be/],
  [['replay', 'x', 'mqtt://h', '--topic', 'a'], /FROM=>TO/],
  [['replay', 'x', 'mqtt://h', '--topic', 'a=>b/#'], /wildcards/],
  [['replay', 'x', 'http://h'], /must begin with mqtt/],
  [['replay', 'x', 'mqtt://h', '--retain', 'maybe'], /one of yes, no/],
])('%j is refused', async (argv, words) => {
  const { code, err } = await run(...argv);
  expect(code).toBe(2);
  expect(err).toMatch(words);
});

it('says what is wrong with a file that is not there, and a broker that is not', async () => {
  const gone = await run('replay', join(folder, 'none'), url());
  expect(gone.code).toBe(1);
  expect(gone.err).toMatch(/cannot be read: there is no such file or folder \(ENOENT\)/);
  const nobody = await run('replay', file, 'mqtt://127.0.0.1:1');
  expect(nobody.code).toBe(1);
  expect(nobody.err).toMatch(/127\.0\.0\.1:1/);
});
