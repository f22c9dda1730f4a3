/** A run of the console and its terminal, over a runtime that the test plays. */

import { describe, expect, it } from 'vitest';
import { ConsoleRun, type RunEnd } from '../../../renderer/model/console-run.ts';
import { type FakeWorker, fakePython } from './fake-python.ts';

const ready = { kind: 'ready', version: '3.14' } as const;
const prompt = { kind: 'prompt', continues: false, threads: false } as const;

/** What was written, without colours and cursor movements; the cursor stands where the last line ends. */
function paper() {
  let text = '';
  let raw = '';
  return {
    get text() {
      return text;
    },
    get raw() {
      return raw;
    },
    screen: {
      columns: 80,
      get column() {
        return text.length - (text.lastIndexOf('\n') + 1);
      },
      write(more: string, done: () => void) {
        raw += more;
        // oxlint-disable-next-line no-control-regex -- what a terminal is sent
        for (const [token] of more.matchAll(/\u001B\[[\d;]*[A-Za-z]|[\s\S]/gu)) {
          if (token === '\r') continue;
          if (token.endsWith('J') && token.startsWith('\u001B')) text = text.slice(0, text.lastIndexOf('\n') + 1);
          else if (!token.startsWith('\u001B')) text += token;
        }
        done();
      },
    },
  };
}

async function begun(begin: (run: ConsoleRun) => void) {
  const python = fakePython();
  const lines: string[] = [];
  const unresolved: string[] = [];
  const run = new ConsoleRun({
    id: 1,
    python,
    overrides: [],
    dialect: '',
    history: { lines, add: (line) => void lines.push(line) },
    words: {
      banner: () => 'banner',
      ended: ({ reason, exitCode, message }: RunEnd) => `${reason} ${exitCode ?? ''}${message ?? ''}`.trim(),
      cannotPreempt: () => 'no clock',
      endedThreads: () => 'ended all',
    },
    unresolved: (host) => void unresolved.push(host),
  });
  const terminal = paper();
  run.attach(terminal.screen);
  begin(run);
  await expect.poll(() => python.workers.length).toBe(1);
  const [worker] = python.workers as [FakeWorker];
  worker.says(ready);
  await expect.poll(() => run.state.get()).not.toBe('starting');
  return { run, worker, terminal, lines, unresolved };
}

const script = () => begun((run) => run.start('pump.py', { 'pump.py': 'x' }, ['--fast']));
const atPrompt = async () => {
  const made = await begun((run) => run.openPrompt());
  return made;
};

describe('a script', () => {
  it('runs with its files and parameters, and the prompt follows its end', async () => {
    const { run, worker, terminal } = await script();
    expect(worker.got('run').map((message) => message.run)).toEqual([
      { path: 'pump.py', files: { 'pump.py': 'x' }, argv: ['pump.py', '--fast'], interactive: true },
    ]);
    expect(run.state.get()).toBe('running');
    worker.prints('half a line');
    worker.says({ kind: 'begun', run: 7 }, { kind: 'finished', exitCode: 3 }, prompt);
    expect(terminal.text).toBe('half a line\nexit 3\n>>> ');
    expect([run.state.get(), run.end.get(), run.number.get()]).toEqual(['prompt', { reason: 'exit', exitCode: 3 }, 7]);
  });

  it('is made to wait for its screen, and loses nothing before it has one', async () => {
    const python = fakePython();
    const run = new ConsoleRun({
      id: 1,
      python,
      overrides: [],
      dialect: '',
      history: { lines: [], add: () => undefined },
      words: { banner: () => '', ended: () => '', cannotPreempt: () => '', endedThreads: () => '' },
      unresolved: () => undefined,
    });
    run.start('a.py', {}, []);
    await expect.poll(() => python.workers.length).toBe(1);
    const [worker] = python.workers as [FakeWorker];
    worker.says(ready);
    await expect.poll(() => run.state.get()).toBe('running');
    worker.prints('early\n');
    expect(worker.got('took')).toEqual([]);
    const terminal = paper();
    run.attach(terminal.screen);
    expect(terminal.text).toBe('early\n');
    expect(worker.got('took')).toEqual([{ kind: 'took', bytes: 6 }]);
  });

  it('writes errors in red and our own words in another colour', async () => {
    const { worker, terminal } = await script();
    worker.prints('bad\n', 'stderr');
    worker.prints('sent elsewhere\n', 'note');
    expect(terminal.raw).toBe('\u001B[31mbad\u001B[0m\n\u001B[36msent elsewhere\u001B[0m\n');
  });

  it('reads lines behind its own prompt; Ctrl-D ends the input', async () => {
    const { run, worker, terminal } = await script();
    worker.prints('who? ');
    worker.says({ kind: 'wants-input' });
    expect(run.state.get()).toBe('reading');
    for (const key of ['泵', '7', '\u007F', '8', '\r']) run.keys(key);
    expect(worker.got('input')).toEqual([{ kind: 'input', text: '泵8\n' }]);
    expect(terminal.text.endsWith('泵8\n')).toBe(true);
    worker.says({ kind: 'wants-input' });
    run.keys('\u0004');
    expect(worker.got('input').at(-1)).toEqual({ kind: 'input', text: null });
    expect(run.state.get()).toBe('running');
  });

  it('takes what is typed too early when it asks', async () => {
    const { run, worker } = await script();
    run.keys('one');
    run.keys('\r');
    run.keys('two');
    worker.says({ kind: 'wants-input' });
    expect(worker.got('input')).toEqual([{ kind: 'input', text: 'one\n' }]);
    expect(run.state.get()).toBe('running');
  });

  it('is interrupted by Ctrl-C, whatever it does', async () => {
    const { run, worker } = await script();
    run.keys('\u0003');
    expect(worker.got('stop')).toHaveLength(1);
    worker.says({ kind: 'wants-input' });
    run.keys('x');
    run.keys('\u0003');
    expect(worker.got('stop')).toHaveLength(2);
    expect(run.state.get()).toBe('running');
  });

  it('comes to its prompt where it is stopped while it reads', async () => {
    const { run, worker, terminal } = await script();
    worker.says({ kind: 'wants-input' });
    run.stop();
    expect(worker.got('stop')).toHaveLength(1);
    expect(run.state.get()).toBe('running');
    worker.says({ kind: 'finished', exitCode: 130 });
    worker.says({ kind: 'prompt', continues: false, threads: false });
    await expect.poll(() => run.state.get()).toBe('prompt');
    expect(terminal.text.endsWith('>>> ')).toBe(true);
  });

  it('says why its interpreter is gone, and keeps what it printed', async () => {
    const { run, worker, terminal } = await script();
    worker.prints('before\n');
    worker.dies('out of memory');
    expect(terminal.text).toBe('before\nexit 137\nfailed 137out of memory\n');
    expect([run.state.get(), run.end.get()?.reason]).toEqual(['over', 'failed']);
    run.keys('x');
    expect(worker.got('input')).toEqual([]);
  });

  it('tells of hosts without an address', async () => {
    const { worker, unresolved } = await script();
    worker.says({ kind: 'unresolved', host: 'mq.example' });
    expect(unresolved).toEqual(['mq.example']);
  });
});

describe('the prompt', () => {
  it('stands below the banner, takes statements, and goes on with those that are not whole', async () => {
    const { run, worker, terminal, lines } = await atPrompt();
    expect(terminal.text).toBe('banner\n>>> ');
    run.keys('if 1:');
    run.keys('\r');
    expect([run.state.get(), worker.got('evaluate')]).toEqual(['running', [{ kind: 'evaluate', text: 'if 1:' }]]);
    worker.says({ kind: 'prompt', continues: true, threads: false });
    expect(terminal.text.endsWith('if 1:\n... ')).toBe(true);
    run.keys('\r');
    expect(worker.got('evaluate').at(-1)?.text).toBe('');
    expect(lines).toEqual(['if 1:']);
  });

  it('keeps the line that is being typed below what is printed meanwhile', async () => {
    const { run, worker, terminal } = await atPrompt();
    run.keys('client.pub');
    worker.prints('message came\n');
    expect(terminal.text).toBe('banner\nmessage came\n>>> client.pub');
    worker.prints('without an end');
    expect(terminal.text).toBe('banner\nmessage came\nwithout an end\n>>> client.pub');
  });

  it('forgets the line on Ctrl-C', async () => {
    const { run, worker, terminal } = await atPrompt();
    run.keys('oops');
    run.keys('\u0003');
    expect(terminal.text.endsWith('oops^C\nKeyboardInterrupt\n>>> ')).toBe(true);
    expect([worker.got('stop').length, run.state.get()]).toEqual([1, 'prompt']);
  });

  it('ends on a stop the threads that go on below it, and stands again', async () => {
    const { run, worker, terminal } = await atPrompt();
    expect(run.threads.get()).toBe(false);
    run.keys('loop');
    run.keys('\r');
    worker.says({ kind: 'prompt', continues: false, threads: true });
    expect(run.threads.get()).toBe(true);
    run.stop();
    expect([worker.got('end').length, worker.got('stop').length]).toEqual([1, 0]);
    worker.says({ kind: 'ended' });
    expect(terminal.text.endsWith('ended all\n>>> ')).toBe(true);
    expect([run.threads.get(), run.state.get()]).toEqual([false, 'prompt']);
  });

  it('ends on Ctrl-D with everything that runs below it', async () => {
    const { run, worker } = await atPrompt();
    run.keys('\u0004');
    expect(worker.got('end')).toHaveLength(1);
    worker.says({ kind: 'ended' });
    await expect.poll(() => run.state.get()).toBe('over');
    expect([worker.terminated, run.end.get()?.reason]).toEqual([true, 'closed']);
  });

  it('runs pasted lines as one piece, as a block where they are indented', async () => {
    const { run, worker, lines } = await atPrompt();
    run.keys('\u001B[200~def f():\r\n    return 1\r\n\r\n    # more\r\nprint(f())\r\n\u001B[201~');
    expect(worker.got('evaluate-block').map(({ text }) => text)).toEqual([
      'def f():\n    return 1\n\n    # more\nprint(f())',
    ]);
    worker.says(prompt);
    run.keys('\u001B[200~a = 1\nb = 2\n\u001B[201~');
    expect(worker.got('evaluate').map(({ text }) => text)).toEqual(['a = 1\nb = 2']);
    worker.says(prompt);
    run.keys('\u001B[200~one line\u001B[201~');
    expect(worker.got('evaluate')).toHaveLength(1);
    expect(lines).toHaveLength(2);
  });

  it('completes names, or shows what there is', async () => {
    const { run, worker, terminal } = await atPrompt();
    run.keys('\t');
    expect(terminal.text.endsWith('>>>     ')).toBe(true);
    run.keys('\u0015');
    run.keys('client.pu');
    run.keys('\t');
    const answer = (options: readonly string[], replaces: number) => {
      const [asked] = worker.got('complete').slice(-1);
      worker.says({ kind: 'completions', request: asked?.request ?? -1, replaces, options });
    };
    answer(['client.publish('], 9);
    await expect.poll(() => terminal.text.endsWith('>>> client.publish(')).toBe(true);
    run.keys('\u0015');
    run.keys('client.');
    run.keys('\t');
    answer(['client.alpha', 'client.beta'], 7);
    await expect.poll(() => terminal.text).toMatch(/alpha\s+beta\n>>> client\.$/);
  });

  it('runs lines of a file only while it stands', async () => {
    const { run, worker } = await atPrompt();
    run.runBlock('x = 1', 'pump.py', 12);
    expect(worker.got('evaluate-block')).toEqual([
      { kind: 'evaluate-block', text: 'x = 1', file: 'pump.py', firstLine: 12 },
    ]);
    run.runBlock('y = 1', 'pump.py', 1);
    expect(worker.got('evaluate-block')).toHaveLength(1);
  });
});
