/** The service as the hosts compose it: real storage, sockets, clock and demo, over a port. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { startService } from '../../main/hosts/launch/service.ts';
import { createPortPair } from '../../shared/contract/port.ts';
import type { Frame } from '../../shared/contract/pushes.ts';
import { createClient } from '../../shared/contract/rpc.ts';
import { fakeKeychain, temporaryDirectory } from '../storage/support.ts';

it('shows the demo by itself, keeps what it is told, and closes', async () => {
  using directory = temporaryDirectory();
  const start = () =>
    startService({ host: 'electron', version: '1.2.3', data: directory.path, system: fakeKeychain() });
  const service = await start();
  const [page, end] = createPortPair(structuredClone);
  service.attach(end);
  const frames: Frame[] = [];
  const client = createClient(
    page,
    (frame) => void frames.push(frame),
    () => undefined,
  );
  expect(await client.call('hello', {})).toMatchObject({ version: '1.2.3', host: 'electron', notices: [] });
  const received = () => frames.flatMap((frame) => frame.stats);
  await expect.poll(() => received().length, { timeout: 5_000 }).toBeGreaterThan(0);
  const [source] = (await client.call('hello', {})).sources;
  expect(source).toMatchObject({ name: 'demo' });
  expect((await client.call('listProfiles', {})).secrets.storage).toBe('system');
  await client.call('setSettings', { demoAtStart: false, theme: 'light' });
  await service.close();

  const again = await start();
  const [secondPage, secondEnd] = createPortPair(structuredClone);
  again.attach(secondEnd);
  const second = createClient(
    secondPage,
    () => undefined,
    () => undefined,
  );
  expect(await second.call('hello', {})).toMatchObject({ settings: { theme: 'light' }, sources: [] });
  await again.close();
});

it('goes on after a fault in a callback, and reports it', async () => {
  using directory = temporaryDirectory();
  const script = `import { startService } from ${JSON.stringify(new URL('../../main/hosts/launch/service.ts', import.meta.url).href)};
    const service = await startService({ host: 'web', version: '1', data: ${JSON.stringify(directory.path)} });
    setTimeout(() => { throw new Error('made up'); }, 10);
    setTimeout(async () => { await service.close(); console.log('went on'); process.exit(0); }, 200);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
  const written = { out: '', err: '' };
  child.stdout.on('data', (part: Buffer) => {
    written.out += part.toString('utf8');
  });
  child.stderr.on('data', (part: Buffer) => {
    written.err += part.toString('utf8');
  });
  expect((await once(child, 'close'))[0]).toBe(0);
  expect(written.out).toBe('went on\n');
  expect(written.err).toContain('A fault of ours in a callback: Error: made up');
});
