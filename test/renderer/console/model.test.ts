/** The console's files, overrides and runs, over a service that keeps documents. */

import { afterEach, describe, expect, it } from 'vitest';
import { Actions } from '../../../renderer/model/actions.ts';
import { Commands } from '../../../renderer/model/commands.ts';
import { ConsoleFiles, LARGEST_FILES } from '../../../renderer/model/console-files.ts';
import { ConsoleModel, DEMO_HOST } from '../../../renderer/model/console-model.ts';
import { FileSaving } from '../../../renderer/model/file-saving.ts';
import { Inspector } from '../../../renderer/model/inspector.ts';
import { Navigation } from '../../../renderer/model/navigation.ts';
import { type FakeOptions, FakeService, fakeSource } from '../support/fake-service.ts';
import { type FakeWorker, fakePython } from './fake-python.ts';

const services: FakeService[] = [];
afterEach(() => {
  for (const service of services.splice(0)) service.stop();
});

async function connected(options: FakeOptions = {}) {
  const service = new FakeService(options);
  services.push(service);
  const inspector = new Inspector(service.connect);
  inspector.start();
  await expect.poll(() => inspector.link.get().state).toBe('connected');
  return { service, inspector };
}

async function opened(options: FakeOptions = {}) {
  const { service, inspector } = await connected(options);
  const python = fakePython();
  const actions = new Actions();
  const app = {
    inspector,
    navigation: new Navigation('console'),
    commands: new Commands(),
    actions,
    saving: new FileSaving(inspector, actions),
    python,
    mac: false,
  };
  const model = new ConsoleModel(app, {
    banner: () => '',
    ended: () => '',
    cannotPreempt: () => '',
    endedThreads: () => '',
  });
  await model.load();
  /** The worker made last, with Python loaded. */
  const worker = async (count: number): Promise<FakeWorker> => {
    await expect.poll(() => python.workers.length).toBe(count);
    const [made] = python.workers.slice(-1) as [FakeWorker];
    made.says({ kind: 'ready', version: '3.14' });
    await Promise.resolve();
    return made;
  };
  return { service, model, worker };
}

describe('files', () => {
  it('have names of their own, and are selected, renamed, moved, closed and had back', async () => {
    const { inspector } = await connected();
    const files = new ConsoleFiles(inspector);
    await files.load();
    expect([files.add('script.py', 'a'), files.add('script.py', 'b'), files.add('script_2.py', 'c')]).toEqual([
      'script.py',
      'script_2.py',
      'script_3.py',
    ]);
    expect(files.rename('script_2.py', 'devices/pump.py')).toBeUndefined();
    files.move('devices/pump.py', -1);
    files.select('devices/pump.py');
    files.step(1);
    expect(files.current).toEqual({ name: 'script.py', text: 'a' });
    files.close('script.py');
    expect(files.selected.get()).toBe('script_3.py');
    files.reopen();
    expect(files.files.get().map(({ name }) => name)).toEqual(['devices/pump.py', 'script_3.py', 'script.py']);
    files.duplicate('script.py');
    expect(files.current).toEqual({ name: 'script_2.py', text: 'a' });
  });

  it.each([
    ['', 'empty'],
    ['taken.py', 'taken'],
    ['a:b.py', 'characters'],
    ['../up.py', 'characters'],
    ['a//b.py', 'characters'],
    ['none', 'extension'],
    ['温度.py', undefined],
    ['devices/pump.py', undefined],
  ])('named %o: %s', async (name, fault) => {
    const { inspector } = await connected();
    const files = new ConsoleFiles(inspector);
    files.add('taken.py', '');
    expect(files.nameFault(name)).toBe(fault);
  });

  it('are there again in another page', async () => {
    const { service, inspector } = await connected();
    const files = new ConsoleFiles(inspector);
    await files.load();
    files.add('a.py', 'print(1)');
    files.add('b.py', '');
    files.select('a.py');
    files.setText('a.py', 'print(2)');
    await files.flush();
    const other = new Inspector(service.connect);
    other.start();
    await expect.poll(() => other.link.get().state).toBe('connected');
    const again = new ConsoleFiles(other);
    await again.load();
    expect(again.files.get()).toEqual([
      { name: 'a.py', text: 'print(2)' },
      { name: 'b.py', text: '' },
    ]);
    expect(again.selected.get()).toBe('a.py');
  });

  it.each(['nonsense', '{"files": 1}', '{"files": [{"name": 1}, {"name": "a.py", "text": "x"}]}'])(
    'read what can be read of %s',
    async (text) => {
      const { service, inspector } = await connected();
      service.documents.set('console-files', text);
      const files = new ConsoleFiles(inspector);
      await files.load();
      expect(files.files.get()).toEqual(text.includes('a.py') ? [{ name: 'a.py', text: 'x' }] : []);
    },
  );

  it('say when the host did not keep them', async () => {
    const refused = await connected({ handlers: { writeDocument: () => Promise.reject(new Error('disk full')) } });
    const files = new ConsoleFiles(refused.inspector);
    files.add('a.py', '');
    await files.flush();
    expect(files.failed.get()).toBe(true);
    const { inspector } = await connected();
    const large = new ConsoleFiles(inspector);
    large.add('a.py', 'x'.repeat(LARGEST_FILES));
    await large.flush();
    expect(large.failed.get()).toBe(true);
    large.setText('a.py', '');
    await large.flush();
    expect(large.failed.get()).toBe(false);
  });

  it('show a line only of a file that is there', async () => {
    const { inspector } = await connected();
    const files = new ConsoleFiles(inspector);
    files.add('a.py', '');
    files.add('b.py', '');
    files.reveal('gone.py', 3);
    expect(files.revealed.get()).toBeUndefined();
    files.reveal('a.py', 3);
    expect([files.selected.get(), files.revealed.get()]).toEqual(['a.py', { name: 'a.py', line: 3 }]);
  });
});

describe('runs', () => {
  it('take the spare, stand side by side, and a script that runs again takes the place of its run', async () => {
    const { model, worker } = await opened();
    model.files.add('a.py', 'one');
    model.files.add('b.py', 'two');
    model.prepare();
    const spare = await worker(1);
    model.parameters.set('--x "y z"');
    model.runFile();
    expect(spare.got('run').map(({ run }) => [run.path, run.argv, Object.keys(run.files ?? {})])).toEqual([
      ['b.py', ['b.py', '--x', 'y z'], ['a.py', 'b.py']],
    ]);
    model.files.select('a.py');
    model.runFile();
    await worker(2);
    model.files.select('b.py');
    model.runFile();
    await worker(3);
    expect(model.runs.get().map((run) => run.title.get())).toEqual(['b.py', 'a.py']);
    expect(spare.terminated).toBe(true);
    expect(model.selected.get()).toBe(model.runs.get()[0]);
    const [first] = model.runs.get();
    if (first !== undefined) model.close(first);
    expect(model.selected.get()?.title.get()).toBe('a.py');
  });

  it('know where hosts are sent, also those that run already', async () => {
    const { model, worker } = await opened({ sources: [fakeSource({ endpoint: 'mqtt://127.0.0.1:18830' })] });
    model.overrides.set('old.example', '10.0.0.1');
    model.openPrompt();
    const first = await worker(1);
    const [start] = first.got('start');
    expect(start?.start.overrides).toEqual([
      { from: 'old.example', to: '10.0.0.1' },
      { from: DEMO_HOST, to: 'mqtt://127.0.0.1:18830' },
    ]);
    model.overrides.set('old.example', '');
    expect(first.got('overrides').at(-1)?.overrides).toEqual([{ from: DEMO_HOST, to: 'mqtt://127.0.0.1:18830' }]);
  });

  it('ask for hosts that nobody knows, and run again when one is sent elsewhere', async () => {
    const { model, worker } = await opened({
      sources: [fakeSource({ name: 'ours', endpoint: 'mqtt://127.0.0.1:1', demo: false })],
    });
    model.files.add('a.py', '');
    model.runFile();
    const first = await worker(1);
    first.says({ kind: 'unresolved', host: 'mq.example' }, { kind: 'unresolved', host: 'mq.example' });
    expect(model.unresolved.get().map(({ host }) => host)).toEqual(['mq.example']);
    expect(model.destinations()).toEqual([{ name: 'ours', url: 'mqtt://127.0.0.1:1' }]);
    const [unresolved] = model.unresolved.get();
    if (unresolved !== undefined) model.redirect(unresolved, 'mqtt://127.0.0.1:1');
    const second = await worker(2);
    expect(model.unresolved.get()).toEqual([]);
    expect(second.got('start')[0]?.start.overrides).toEqual([{ from: 'mq.example', to: 'mqtt://127.0.0.1:1' }]);
    expect([first.terminated, model.runs.get().length]).toEqual([true, 1]);
  });

  it('begin with the dialect that was chosen', async () => {
    const { model, worker } = await opened();
    model.prepare();
    const spare = await worker(1);
    model.dialect.set('quecpython');
    expect(spare.terminated).toBe(true);
    expect((await worker(2)).got('start')[0]?.start.dialect).toBe('quecpython');
  });

  it('run lines over the names of the run on screen, or in a console of their own', async () => {
    const { model, worker } = await opened();
    model.files.add('a.py', '');
    model.runLines('x = 1', 4);
    const first = await worker(1);
    await expect
      .poll(() => first.got('evaluate-block').map(({ file, firstLine }) => [file, firstLine]))
      .toEqual([['a.py', 4]]);
    first.says({ kind: 'prompt', continues: false, threads: false });
    model.runLines('y = 1', 5);
    expect(first.got('evaluate-block')).toHaveLength(2);
  });
});
