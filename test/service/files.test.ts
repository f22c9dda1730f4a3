/** Capture files as a page opens them: piece by piece, with progress, cancelled, damaged, and gone with the page. */

import { describe, expect, it } from 'vitest';
import { recordedFile } from '../support/capture-file.ts';
import { type DrivenPage, startService } from './drive-page.ts';

async function opened(page: DrivenPage, size: number): Promise<number> {
  const { id, kind, file } = await page.call('openFile', { name: 'lab.pcapng', size });
  expect([kind, file?.state, file?.read]).toEqual(['file', 'reading', 0]);
  return id;
}

const fileOf = (page: DrivenPage, source: number) => page.sources.find(({ id }) => id === source)?.file;

describe('a capture file', () => {
  it('shows its first rows while it is read, and all of them at its end', async () => {
    await using started = await startService();
    using page = started.attach();
    const bytes = recordedFile(50);
    const source = await opened(page, bytes.length);
    const { view } = await page.call('openPacketView', { source });
    await page.call('setWindow', { view, from: 0, count: 100 });
    expect(await page.call('pushFile', { source, bytes: bytes.slice(0, 900) })).toEqual({ goesOn: true });
    await page.until('first rows', () => (page.view('packets', view)?.total ?? 0) > 2);
    await page.until('progress', () => fileOf(page, source)?.read === 900);
    await page.call('pushFile', { source, bytes: bytes.slice(900) });
    await page.call('endFile', { source, cancelled: false });
    const whole = await page.until('its end', () => {
      const file = fileOf(page, source);
      return file?.state === 'whole' && file;
    });
    expect(whole).toMatchObject({ format: 'pcapng', timed: true, size: bytes.length, read: bytes.length });
    const rows = await page.call('readRows', { view, from: 0, count: 100 });
    expect(rows.seq.length).toBe(52);
    expect(rows.timeUs[0]).toBe(1_700_000_000_000_000);
    expect(rows.topic.at(-1)).toBe('site/0');
    expect(page.sources.find(({ id }) => id === source)).toMatchObject({
      name: 'lab.pcapng',
      state: 'closed',
      clientId: 'thermostat',
      protocolVersion: 5,
    });
    const { view: connection } = await page.call('openConnectionView', { source });
    const report = await page.until('the report', () => page.view('connection', connection)?.report);
    expect(report.attempts).toMatchObject([{ remoteAddress: '10.0.0.2:1883', localAddress: '10.0.0.1:40000' }]);
    expect(
      await page.failure('publish', { source, topic: 'a', payload: new Uint8Array(0), qos: 0, retain: false }),
    ).toEqual({ code: 'read-from-file', data: { source } });
  });

  it('that is cancelled keeps what was read, and takes no more', async () => {
    await using started = await startService();
    using page = started.attach();
    const bytes = recordedFile(50);
    const source = await opened(page, bytes.length);
    await page.call('pushFile', { source, bytes: bytes.slice(0, 1_001) });
    await page.call('endFile', { source, cancelled: true });
    expect(await page.call('pushFile', { source, bytes: bytes.slice(1_001) })).toEqual({ goesOn: false });
    await page.until('cancelled', () => fileOf(page, source)?.state === 'cancelled');
    expect(fileOf(page, source)).toMatchObject({ read: 1_001, size: bytes.length });
    await page.until('its packets', () => (page.stats.get(source)?.packets ?? 0) > 2);
  });

  it('that is damaged or cut says where, and keeps what came before', async () => {
    await using started = await startService();
    using page = started.attach();
    const bytes = recordedFile(50);
    const cut = await opened(page, bytes.length);
    await page.call('pushFile', { source: cut, bytes: bytes.slice(0, -10) });
    await page.call('endFile', { source: cut, cancelled: false });
    const wrong = bytes.slice();
    wrong.fill(0xee, 2_000, 2_300);
    const damaged = await opened(page, wrong.length);
    expect(await page.call('pushFile', { source: damaged, bytes: wrong })).toEqual({ goesOn: false });
    await page.until('both ends', () => [cut, damaged].every((source) => fileOf(page, source)?.state === 'damaged'));
    expect(fileOf(page, cut)?.fault).toMatchObject({ part: 'enhanced-packet', reason: 'cut' });
    expect(fileOf(page, damaged)?.fault?.offset).toBeLessThanOrEqual(2_000);
    await page.until('their packets', () =>
      [cut, damaged].every((source) => (page.stats.get(source)?.packets ?? 0) > 2),
    );
  });

  it('whose page goes away is interrupted; one whose tab is closed takes no more', async () => {
    await using started = await startService();
    using page = started.attach();
    const other = started.attach();
    const bytes = recordedFile(50);
    const left = await opened(other, bytes.length);
    await other.call('pushFile', { source: left, bytes: bytes.slice(0, 1_000) });
    other[Symbol.dispose]();
    await page.until('interrupted', () => fileOf(page, left)?.state === 'interrupted');
    const closed = await opened(page, bytes.length);
    await page.call('closeSource', { source: closed });
    expect(await page.failure('pushFile', { source: closed, bytes })).toMatchObject({ code: 'no-such-source' });
  });
});
