/** `tap --rules`: rules of a file act on devices, lines and JSON say what they did, and files that are none are refused with the place. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rule } from '../../shared/contract/rules.ts';
import { RULES_FILE, writeBook } from '../../shared/contract/rules-file.ts';
import { rule } from '../rules/drive-rules.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { listenTo } from '../support/mqtt-peers.ts';
import { freePort } from '../support/ports.ts';
import { objects, run, start } from './terminal.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-rules-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function saved(text: string): string {
  const file = join(folder, 'rules.json');
  writeFileSync(file, text);
  return file;
}

const file = (...rules: readonly Rule[]): string =>
  saved(writeBook(RULES_FILE, { keepAlive: true, rules: [...rules] }));

describe('tap --rules', () => {
  it.each(['lines', 'json'])('acts, and says what was done: %s', async (format) => {
    await using broker = await startMosquitto();
    await using listener = await listenTo(broker.port, '#');
    const rules = file(
      rule('topic:n/#', { kind: 'drop' }, { name: 'lossy', every: 2 }),
      rule('topic:old', { kind: 'rewrite', topic: 'new' }),
      rule('topic:never', { kind: 'drop' }, { enabled: false }),
    );
    const port = await freePort();
    const upstream = `mqtt://127.0.0.1:${broker.port}`;
    const options = ['--rules', rules, ...(format === 'json' ? ['--json'] : [])];
    const tap = start([
      'tap',
      '--listen',
      String(port),
      '--upstream',
      upstream,
      '--filter',
      'type:publish',
      ...options,
    ]);
    await expect.poll(tap.err, { timeout: 15_000 }).toContain('devices connect to');
    const device = await connectAsync(`mqtt://127.0.0.1:${port}`);
    for (const payload of ['1', '2', '3']) device.publish('n', payload);
    await device.publishAsync('old', 'x', { qos: 1 });
    await expect.poll(() => listener.lines.length).toBe(3);
    await device.endAsync();
    await expect.poll(tap.out).toContain('old');
    tap.abort();
    const { code, out, err } = await tap.ended;
    expect(code).toBe(0);
    expect(listener.lines).toEqual(['0 0 n 1', '0 0 n 3', '1 0 new x']);
    expect(err).toContain('rule "lossy": found 3 packets, acted on 1');
    expect(err).toContain('rule "rewrite topic:old": found 1 packet, acted on 1');
    expect(err).not.toContain('never');
    if (format === 'lines') {
      expect(out.split('\n').filter((line) => line.includes('['))).toEqual([
        expect.stringMatching(/PUBLISH.*2 {2}\[dropped: lossy\]$/),
        expect.stringMatching(/PUBLISH.*x {2}\[rewritten: topic:old\]$/),
      ]);
    } else {
      expect(objects(out).map(({ interventions }) => interventions)).toMatchObject([
        undefined,
        [{ what: 'drop', rule: 'lossy' }],
        undefined,
        [{ what: 'rewrite', rule: 'topic:old', sentLength: 10 }],
      ]);
    }
  });

  it.each([
    ['what is no JSON', () => saved('{"format":'), /is no JSON: line 1, column 11/],
    ['what holds no rules', () => saved('{"profiles":[]}'), /holds no rules of the inspector/],
    [
      'what is newer',
      () => saved(writeBook(RULES_FILE, { keepAlive: true, rules: [] }).replace('"version": 1', '"version": 9')),
      /is of version 9/,
    ],
    [
      'a rule that cannot be',
      () =>
        saved(
          writeBook(RULES_FILE, { keepAlive: true, rules: [rule('', { kind: 'delay', ms: 5 })] }).replace(
            '"ms": 5',
            '"ms": -5',
          ),
        ),
      /rules\[0\]\.action\.ms/,
    ],
    [
      'a filter that does not read',
      () => file(rule('colour:red', { kind: 'drop' }, { name: 'odd' })),
      /rule 1, "odd": .*colour/s,
    ],
    ['a topic that is none', () => file(rule('', { kind: 'rewrite', topic: 'a/#' })), /"a\/#" is no topic/],
    ['a rule that waits for somebody', () => file(rule('', { kind: 'pause' })), /rule 1 of .* pauses packets/],
    ['a file that is not there', () => join(folder, 'gone.json'), /cannot be read: .* \(ENOENT\)/],
  ])('refuses %s', async (_what, made, words) => {
    const port = await freePort();
    const { code, err } = await run([
      'tap',
      '--listen',
      String(port),
      '--upstream',
      'mqtt://127.0.0.1:1',
      '--rules',
      made(),
    ]);
    expect(code).toBe(2);
    expect(err).toMatch(words);
  });
});
