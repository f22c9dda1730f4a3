import { afterEach, expect, it } from 'vitest';
import { Inspector, type LinkClock } from '../../../renderer/model/inspector.ts';
import { disposable } from '../../../renderer/model/store.ts';
import { ViewWindow } from '../../../renderer/model/view-window.ts';
import { heldPacket, record } from '../rules/example.ts';
import { type FakeOptions, FakeService } from '../support/fake-service.ts';

const services: FakeService[] = [];
afterEach(() => {
  for (const service of services.splice(0)) service.stop();
});

/** Runs tasks when told. */
class TestClock implements LinkClock {
  readonly waiting: { readonly delayMs: number; readonly task: () => void }[] = [];
  nowMs = () => 0;
  after(delayMs: number, task: () => void): Disposable {
    const entry = { delayMs, task };
    this.waiting.push(entry);
    return disposable(() => this.waiting.splice(this.waiting.indexOf(entry), 1));
  }
  runNext(): void {
    this.waiting.shift()?.task();
  }
}

function start(options: FakeOptions = {}) {
  const service = new FakeService(options);
  services.push(service);
  const clock = new TestClock();
  const inspector = new Inspector(service.connect, clock);
  inspector.start();
  return { service, clock, inspector };
}

const until = async (condition: () => boolean) => {
  for (let round = 0; round < 200 && !condition(); round++) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(condition()).toBe(true);
};

it('knows sources, settings and notices after hello, and follows what changes', async () => {
  const { inspector, service } = start();
  await until(() => inspector.link.get().state === 'connected');
  expect(inspector.sources.get().map((source) => source.name)).toEqual(['demo']);
  await inspector.call('renameSource', { source: 1, name: 'lamp' });
  await until(() => inspector.sources.get()[0]?.name === 'lamp');
  service.announce({ notices: [{ id: 7, level: 'info', failure: { code: 'disk-full', data: { file: 'x' } } }] });
  await until(() => inspector.notices.get().length === 1);
});

it('shows a setting at once and takes it back where the service refuses', async () => {
  const { inspector } = start({
    handlers: {
      setSettings: () => {
        throw new Error('no');
      },
    },
  });
  await until(() => inspector.link.get().state === 'connected');
  const change = inspector.setSettings({ theme: 'light' });
  expect(inspector.settings.get().theme).toBe('light');
  await expect(change).rejects.toThrow();
  expect(inspector.settings.get().theme).toBe('system');
});

it('builds each change of the rules on the one before it, whatever the service says meanwhile', async () => {
  const { inspector, service } = start({ rules: record() });
  await until(() => inspector.link.get().state === 'connected');
  const rules = inspector.rules.get().book.rules.slice(0, 3);
  const first = inspector.setRules({ keepAlive: true, rules: rules.slice(0, 2) });
  service.announce({ rules: record({ held: [heldPacket()] }) });
  const second = inspector.setRules({ ...inspector.rules.get().book, keepAlive: false });
  expect(inspector.rules.get().counts.map(({ id }) => id)).toEqual(['stop', 'lose']);
  await Promise.all([first, second]);
  expect(inspector.rules.get().book).toMatchObject({ keepAlive: false, rules: [{ id: 'stop' }, { id: 'lose' }] });
  expect(inspector.rules.get().counts[0]?.found).toBe(1204);
});

it('takes back rules that the service refuses', async () => {
  const { inspector } = start({
    rules: record(),
    handlers: {
      setRules: () => {
        throw new Error('no');
      },
    },
  });
  await until(() => inspector.link.get().state === 'connected');
  const change = inspector.setRules({ keepAlive: true, rules: [] });
  expect(inspector.rules.get().book.rules).toEqual([]);
  await expect(change).rejects.toThrow();
  expect(inspector.rules.get().book.rules.length).toBe(5);
});

it('comes back after the link was lost, with every view it had, and waits longer each time', async () => {
  const { inspector, service, clock } = start({ packets: 100 });
  const window = new ViewWindow(inspector, {
    kind: 'packets',
    open: () => inspector.call('openPacketView', { source: 1 }),
    follow: true,
  });
  window.setVisible(0, 10);
  await until(() => window.push.get()?.rows.seq.length === 10);
  const oldView = window.view;
  service.drop();
  await until(() => inspector.link.get().state === 'lost');
  expect(window.push.get()?.rows.seq.length).toBe(10);
  await expect(inspector.call('getSettings', {})).rejects.toMatchObject({ code: 'cancelled' });
  expect(clock.waiting.map((entry) => entry.delayMs)).toEqual([250]);
  service.packets = 120;
  clock.runNext();
  await until(() => inspector.link.get().state === 'connected');
  await until(() => window.push.get()?.total === 120);
  expect(window.view).not.toBe(oldView);
  expect(window.push.get()?.rows.first).toBe(110);
});

it('tries again and again while there is no service', async () => {
  const clock = new TestClock();
  const inspector = new Inspector(() => Promise.reject(new Error('refused')), clock);
  inspector.start();
  const delays: number[] = [];
  for (let round = 0; round < 6; round++) {
    await until(() => clock.waiting.length === 1);
    delays.push(clock.waiting[0]?.delayMs ?? 0);
    clock.runNext();
  }
  expect(delays).toEqual([250, 500, 1000, 2000, 5000, 5000]);
});

it('closes the view on the service when it is disposed, even before it stood', async () => {
  const { inspector, service } = start();
  await until(() => inspector.link.get().state === 'connected');
  const view = inspector.openView({
    kind: 'packets',
    open: () => inspector.call('openPacketView', { source: 1 }),
    push: () => undefined,
  });
  view[Symbol.dispose]();
  await until(() => service.calls.some((call) => call.name === 'closeView'));
  expect(service.views.size).toBe(0);
});

it('asks for rows once, with some to spare, and not again while those cover the screen', async () => {
  const { inspector, service } = start({ packets: 10_000 });
  const window = new ViewWindow(inspector, {
    kind: 'packets',
    open: () => inspector.call('openPacketView', { source: 1 }),
    follow: false,
  });
  const asked = () => service.calls.filter((call) => call.name === 'setWindow').length;
  window.setVisible(5000, 40);
  await until(() => window.push.get()?.rows.first === 4960);
  for (let row = 5001; row < 5015; row++) window.setVisible(row, 40);
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect(asked()).toBe(1);
  for (let row = 5015; row < 5600; row++) window.setVisible(row, 40);
  await until(() => (window.push.get()?.rows.first ?? 0) > 5500);
  expect(asked()).toBeLessThan(5);
  expect(window.push.get()?.rows.seq[0]).toBe(window.push.get()?.rows.first);
});
