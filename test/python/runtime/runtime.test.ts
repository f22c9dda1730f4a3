/** The console's Python: waiting, threads, stopping, errors and the prompt, in a worker thread of Node. */

import { describe, expect, it } from 'vitest';
import { Console, runScript } from '../support/console.ts';

const SLOW = 60_000;

describe('a script', { timeout: SLOW }, () => {
  it('waits, runs threads beside each other, and lets a busy loop see what they do', async () => {
    const { code, stdout, stderr } = await runScript(
      `
import queue, sys, threading, time
print(__name__, sys.argv, __file__)
results = queue.Queue()
def work(number):
    for step in range(3):
        time.sleep(0.04 * number)
        results.put((number, step))
threads = [threading.Thread(target=work, args=(number,)) for number in (1, 2, 3)]
for thread in threads: thread.start()
got = [results.get(timeout=10) for _ in range(9)]
for thread in threads: thread.join()
print(sorted(got) == [(n, s) for n in (1, 2, 3) for s in range(3)], threading.active_count())
flag = False
def raise_flag():
    global flag
    time.sleep(0.1)
    flag = True
threading.Thread(target=raise_flag).start()
while not flag: pass
print("flag seen")
lock, done = threading.Lock(), []
def enter(number):
    with lock:
        time.sleep(0.02)
        done.append(number)
entering = [threading.Thread(target=enter, args=(number,)) for number in range(4)]
for thread in entering: thread.start()
for thread in entering: thread.join()
store = threading.local()
store.value = "main"
def look(): results.put(hasattr(store, "value"))
threading.Thread(target=look).start()
print(results.get(), store.value)
condition = threading.Condition()
def notify():
    with condition: condition.notify_all()
threading.Timer(0.05, notify).start()
with condition: print(condition.wait(5), condition.wait(0.01))
print(input("name? "), sys.stdin.read())
def again(left):
    print("timer", left)
    if left: threading.Timer(0.02, again, (left - 1,)).start()
again(2)
print("main is over", done)
`,
      { argv: ['a', '中'], input: ['Lin 林', 'rest'] },
    );
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual([
      "__main__ ['main.py', 'a', '中'] /home/script/main.py",
      'True 1',
      'flag seen',
      'False main',
      'True False',
      'name? Lin 林 rest',
      '',
      'timer 2',
      'main is over [0, 1, 2, 3]',
      'timer 1',
      'timer 0',
      '',
    ]);
    expect(code).toBe(0);
  });

  it('imports its other files, and ends as python does: traceback, thread, exit code', async () => {
    const { code, stdout, stderr, notes } = await runScript(
      `
import threading, sys, atexit
from helper import half
import package.part
atexit.register(print, "at exit")
def fail(): return half("x")
thread = threading.Thread(target=fail, name="T")
thread.start(); thread.join()
try:
    import nothing_like_it
except ModuleNotFoundError as error: print(error)
try:
    def deep(n): return deep(n + 1)
    deep(0)
except RecursionError as error: print("RecursionError", error)
try: bytearray(1 << 40)
except (MemoryError, OverflowError) as error: print("no memory")
fail()
`,
      {
        files: {
          'helper.py': 'def half(x):\n    return x / 2\n',
          'package/part.py': 'from helper import half\nprint(half(3))\n',
        },
      },
    );
    expect(stdout.split('\n')).toEqual([
      '1.5',
      "No module named 'nothing_like_it'",
      'RecursionError maximum recursion depth exceeded',
      'no memory',
      'at exit',
      '',
    ]);
    const lines = [
      '  File "/home/script/main.py", line 6, in fail',
      '    def fail(): return half("x")',
      '                       ~~~~^^^^^',
      '  File "/home/script/helper.py", line 2, in half',
      '    return x / 2',
      '           ~~^~~',
      "TypeError: unsupported operand type(s) for /: 'str' and 'int'",
    ];
    expect(stderr).toContain(['Exception in thread T:', 'Traceback (most recent call last):'].join('\n'));
    expect(stderr).not.toContain('_inspector');
    expect(stderr.trimEnd().endsWith(['    fail()', '    ~~~~^^', ...lines].join('\n'))).toBe(true);
    expect([code, notes]).toEqual([1, '']);
  });

  it.each([
    ['import sys; sys.exit()', 0, '', ''],
    ['raise SystemExit(7)', 7, '', ''],
    ['exit("no broker")', 1, 'no broker\n', ''],
    [
      'import numpy_of_the_future',
      1,
      'Traceback (most recent call last):\n  File "/home/script/main.py", line 1, in <module>\n    import numpy_of_the_future\nModuleNotFoundError: No module named \'numpy_of_the_future\'\n',
      'put numpy_of_the_future.py beside the script',
    ],
    [
      'x = 1\nprint "old"',
      1,
      '  File "/home/script/main.py", line 2\n    print "old"\n    ^^^^^^^^^^^\nSyntaxError: Missing parentheses in call to \'print\'. Did you mean print(...)?\n',
      'Python 2',
    ],
    ['if True:\n        a = 1\n\tprint(a)\nprint(', 1, "SyntaxError: '(' was never closed\n", ''],
  ])('%j ends with %i', async (text, code, stderr, note) => {
    const result = await runScript(text);
    expect(result.code).toBe(code);
    expect(result.stderr.endsWith(stderr)).toBe(true);
    expect(result.notes).toContain(note);
  });
});

describe('stopping', { timeout: SLOW }, () => {
  const stopped = async (text: string, marker: string, input: readonly string[] = []) => {
    using console = new Console({ input });
    const ended = console.run(text);
    await expect.poll(() => console.stdout, { timeout: 30_000 }).toContain(marker);
    const from = performance.now();
    console.handle.stop();
    const code = await ended;
    return {
      code,
      stderr: console.stderr,
      tookMs: performance.now() - from,
      gone: console.gone,
      stdout: console.stdout,
    };
  };

  it('interrupts a busy loop', async () => {
    const { code, stderr, gone } = await stopped('print("go", flush=True)\nwhile True: pass', 'go');
    expect([code, gone]).toEqual([130, undefined]);
    expect(stderr).toMatch(
      /^Traceback \(most recent call last\):\n {2}File "\/home\/script\/main\.py", line 2, in <module>\n {4}while True: pass\n(?: +\^+\n)?KeyboardInterrupt\n$/,
    );
  });

  it('ends a script at once that has yet to begin', async () => {
    using console = new Console();
    const ended = console.run('print("go")');
    const from = performance.now();
    console.handle.stop();
    expect(await ended).toBe(130);
    expect(performance.now() - from).toBeLessThan(500);
    expect(console.stdout).toBe('');
  });

  it('interrupts a wait, lets the script clean up, and ends threads with it', async () => {
    const { code, stdout } = await stopped(
      `
import threading, time
def forever():
    while True:
        try: time.sleep(0.01)
        except BaseException: pass
threading.Thread(target=forever).start()
try:
    print("go", flush=True)
    time.sleep(1000)
except KeyboardInterrupt:
    print("cleaned up")
    raise SystemExit(3)
`,
      'go',
    );
    expect([code, stdout]).toEqual([3, 'go\ncleaned up\n']);
  });

  it('calls a handler of the script for SIGINT', async () => {
    const { code, stdout } = await stopped(
      `
import signal, sys, time
def handler(number, frame):
    print("signal", number)
    sys.exit(5)
signal.signal(signal.SIGINT, handler)
print("go", flush=True)
time.sleep(1000)
`,
      'go',
    );
    expect([code, stdout]).toEqual([5, 'go\nsignal 2\n']);
  });

  it('ends the worker of a loop that never comes back to Python', async () => {
    const { code, gone } = await stopped('print("go", flush=True)\nsum(range(10**12))', 'go');
    expect([code, gone]).toEqual([137, 'terminated ']);
  });
});

describe('the prompt', { timeout: SLOW }, () => {
  it('shares the names of the script, whose threads go on, and can be interrupted', async () => {
    using console = new Console({ terminal: true });
    const code = await console.run(
      'import threading, time\nvalue = 41\ndef tick():\n    global value\n    while True:\n        time.sleep(0.01)\n        value += 1\nthreading.Thread(target=tick, daemon=True).start()\nprint("ran")',
      { interactive: true },
    );
    expect(code).toBe(0);
    expect(await console.type('before = value\ntime.sleep(0.2)\nvalue > before')).toBe(false);
    expect(console.stdout).toBe('ran\nTrue\n');
    expect(await console.type('for n in range(2):')).toBe(true);
    expect(await console.type('    print("n", n)')).toBe(true);
    expect(await console.type('')).toBe(false);
    expect(console.stdout).toContain('n 0\nn 1\n');
    await console.type('1/0');
    expect(console.stderr).toContain('ZeroDivisionError: division by zero');
    expect(await console.handle.complete('threading.cur')).toEqual({
      replaces: 13,
      options: ['threading.currentThread()', 'threading.current_thread()'],
    });
    const typed = console.type('time.sleep(1000)');
    await new Promise((resolve) => setTimeout(resolve, 100));
    console.handle.stop();
    await typed;
    expect(console.stderr).toContain('KeyboardInterrupt');
    await console.type('_ = 5\n_ + 1');
    expect(console.stdout.endsWith('6\n')).toBe(true);
    await console.handle.end();
  });
});

describe('input', { timeout: SLOW }, () => {
  it('is asked for line by line, by reading and by select; a line that was stopped for is not swallowed', async () => {
    let asked = 0;
    using console = new Console({ wantsInput: () => void (asked += 1) });
    const ended = console.run(`
import asyncio, select, signal, sys, threading
for _ in range(2):
    try:
        print(repr(input("first? ")))
    except KeyboardInterrupt:
        print("stopped", flush=True)
print(select.select([sys.stdin], [], [], 0), select.select([sys.stdin], [], [], 30)[0] == [sys.stdin], repr(sys.stdin.readline()))

async def main():
    loop = asyncio.get_running_loop()
    line = loop.create_future()
    loop.add_reader(sys.stdin, lambda: line.done() or line.set_result(sys.stdin.readline()))
    print(repr(await line))
    loop.remove_reader(sys.stdin)

asyncio.run(main())
signal.signal(signal.SIGINT, lambda *_: print("handled", flush=True))
print(repr(input()), sys.stdin.fileno(), threading.get_native_id())
print(sys.stdin.buffer.readline(), sys.stdin.readline() == "", select.select([sys.stdin], [], [], 0)[0] == [sys.stdin])
`);
    const questions = async (count: number): Promise<void> => {
      await expect.poll(() => asked, { timeout: 30_000 }).toBe(count);
    };
    await questions(1);
    console.handle.stop();
    await questions(2);
    console.handle.input('one\n');
    await questions(3);
    console.handle.input('two\n');
    await questions(4);
    console.handle.input('three\n');
    await questions(5);
    console.handle.stop();
    await questions(6);
    console.handle.input('four\n');
    await questions(7);
    console.handle.input('five\n');
    await questions(8);
    console.handle.input(null);
    expect([await ended, console.stderr]).toEqual([0, '']);
    expect(console.stdout.split('\n')).toEqual([
      'first? stopped',
      "first? 'one'",
      String.raw`([], [], []) True 'two\n'`,
      String.raw`'three\n'`,
      'handled',
      "'four' 0 1",
      String.raw`b'five\n' True True`,
      '',
    ]);
  });
});

describe('output', { timeout: SLOW }, () => {
  it('loses nothing of a hundred thousand lines', async () => {
    const { stdout, code } = await runScript('for n in range(100_000): print("line", n)');
    const lines = stdout.split('\n');
    expect([lines.length, lines[99_999], code]).toEqual([100_001, 'line 99999', 0]);
  });
});
