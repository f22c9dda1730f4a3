/** Rules over a restart: they act again, and one that another version understood is switched off and kept. */

import { connectAsync } from 'mqtt';
import { expect, it } from 'vitest';
import { openStorage } from '../../main/storage/open.ts';
import { plainProfile, startService } from '../service/drive-page.ts';
import { temporaryDirectory } from '../storage/support.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { listenTo } from '../support/mqtt-peers.ts';
import { rule } from './drive-rules.ts';

it('act again after a restart', async () => {
  using directory = temporaryDirectory();
  await using broker = await startMosquitto();
  const known = rule('topic:a', { kind: 'drop' });
  const unknown = rule('colour:red', { kind: 'drop' });
  const storage = await openStorage({ directory: directory.path });
  await storage.rules.put({ keepAlive: true, rules: [unknown, known] });
  await storage.close();
  await using started = await startService({ directory: directory.path });
  using page = started.attach();
  const hello = await page.call('hello', {});
  expect(hello.rules.book.rules).toEqual([{ ...unknown, enabled: false }, known]);
  expect(hello.rules.counts.length).toBe(2);
  const { port } = await page.call('startTap', {
    listen: { protocol: 'mqtt', port: 0 },
    upstream: { profile: plainProfile(broker.port) },
  });
  await using listener = await listenTo(broker.port, '#');
  const device = await connectAsync(`mqtt://127.0.0.1:${port}`);
  device.publish('a', 'x');
  device.publish('b', 'x');
  await page.until('one of two', () => listener.lines.length === 1);
  expect(listener.lines).toEqual(['0 0 b x']);
  await device.endAsync();
});
