/** `--shape` of capture, replay and run: their connections have a link's conditions, against a real broker. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordedFile } from '../support/capture-file.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { objects, run } from './terminal.ts';

/** Each way of `satellite`, less its jitter; a round trip takes two. */
const LEAST_MS = 280;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-shape-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function tookMs<T>(act: () => Promise<T>): Promise<{ readonly ms: number; readonly result: T }> {
  const begun = performance.now();
  const result = await act();
  return { ms: performance.now() - begun, result };
}

describe('--shape', () => {
  it('slows a capture: its SUBACK comes a satellite’s round trip after its SUBSCRIBE', async () => {
    await using broker = await startMosquitto();
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const { out, code } = await run([
      'capture',
      '--url',
      url,
      '-t',
      'a',
      '--seconds',
      '3',
      '--json',
      '--shape',
      'satellite',
    ]);
    expect(code).toBe(0);
    const at = (type: string) => Date.parse(String(objects(out).find((packet) => packet['type'] === type)?.['time']));
    expect(at('suback') - at('subscribe')).toBeGreaterThanOrEqual(2 * LEAST_MS);
  });

  it('slows a replay', async () => {
    await using broker = await startMosquitto();
    const file = join(folder, 'file.pcapng');
    writeFileSync(file, recordedFile(3));
    const argv = ['replay', file, `mqtt://127.0.0.1:${broker.port}`, '--speed', 'max', '--quiet'];
    const { ms, result } = await tookMs(() => run([...argv, '--qos', '1', '--shape', 'satellite']));
    expect(result).toMatchObject({ code: 0 });
    expect(ms).toBeGreaterThan(4 * LEAST_MS);
    expect(broker.log().split('Received PUBLISH').length).toBe(4);
  });

  it('slows the clients of a script', { timeout: 60_000 }, async () => {
    await using broker = await startMosquitto();
    const script = join(folder, 'slow.py');
    writeFileSync(
      script,
      'import time\nfrom umqtt.simple import MQTTClient\nc = MQTTClient("slow", "broker")\nbegun = time.time()\nc.connect()\nprint(time.time() - begun)\nc.disconnect()\n',
    );
    const { out, code, err } = await run([
      'run',
      '--broker',
      `mqtt://127.0.0.1:${broker.port}`,
      '--shape',
      'satellite',
      script,
    ]);
    expect(code, err).toBe(0);
    expect(Number(out) * 1000).toBeGreaterThanOrEqual(2 * LEAST_MS);
  });

  it.each(['capture --url mqtt://x -t a', 'replay x mqtt://x', 'run'])(
    'of another name is refused: %s',
    async (command) => {
      const script = join(folder, 'slow.py');
      writeFileSync(script, '');
      const argv = command === 'run' ? ['run', '--shape', '5g', script] : [...command.split(' '), '--shape', '5g'];
      const { code, err } = await run(argv);
      expect(code).toBe(2);
      expect(err).toContain('--shape must be one of offline, 2g, 3g, satellite, flaky-wifi, half-open');
    },
  );
});
