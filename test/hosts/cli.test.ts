/** The command line: help, wrong arguments, failures in words, exit codes, signals. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connectAsync } from 'mqtt';
import { describe, expect, it } from 'vitest';
import { readInteger } from '../../main/hosts/cli/arguments.ts';
import type { Command, CommandIo } from '../../main/hosts/cli/command.ts';
import { COMMANDS } from '../../main/hosts/cli/commands.ts';
import { describeFailure } from '../../main/hosts/cli/failure-words.ts';
import { runCommandLine } from '../../main/hosts/cli/run.ts';
import { serveApp } from '../../main/hosts/cli/serve.ts';
import type { RunningService } from '../../main/hosts/launch/service.ts';
import { ensurePage, PROJECT } from '../../main/hosts/launch/build.ts';
import { InspectorError } from '../../shared/contract/errors.ts';
import { startBroker } from '../../main/hosts/broker/broker.ts';
import { temporaryDirectory } from '../storage/support.ts';
import { ask, echoService, enter, openSocket, type PageSocket, tokenOf } from './page-support.ts';

const MAIN = fileURLToPath(new URL('../../main/hosts/cli/main.ts', import.meta.url));

interface Terminal {
  readonly io: CommandIo;
  readonly out: () => string;
  readonly err: () => string;
  readonly abort: () => void;
}

function terminal(): Terminal {
  const written = { out: '', err: '' };
  const into = (name: 'out' | 'err'): Writable =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        written[name] += chunk.toString('utf8');
        done();
      },
    });
  const controller = new AbortController();
  return {
    io: { stdin: new PassThrough(), stdout: into('out'), stderr: into('err'), signal: controller.signal },
    out: () => written.out,
    err: () => written.err,
    abort: () => controller.abort(),
  };
}

async function run(argv: readonly string[], commands?: Readonly<Record<string, Command>>) {
  const { io, out, err } = terminal();
  const code = await runCommandLine(argv, io, '1.2.3', commands);
  return { code, out: out(), err: err() };
}

describe('help', () => {
  it.each([['--help'], ['-h'], ['help']])('%s names every command', async (option) => {
    const { code, out } = await run([option]);
    expect(code).toBe(0);
    for (const [name, { summary }] of Object.entries(COMMANDS)) {
      expect(out).toContain(name);
      expect(out).toContain(summary);
    }
  });

  it.each(['serve', 'broker'])('of %s shows its options', async (name) => {
    const { code, out, err } = await run([name, '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(new RegExp(`^Usage: mqtt-inspector ${name} `));
    expect(out).toContain('--port N');
  });

  it('of the app shows its options, and --version the version', async () => {
    expect((await run(['--data', 'x', '--help'])).out).toContain('--no-open');
    expect((await run(['--version'])).out).toBe('1.2.3\n');
  });
});

describe('wrong arguments end with 2 and say what is wrong', () => {
  it.each([
    [['serv'], 'there is no command "serv"; did you mean "serve"?'],
    [['constructor'], 'there is no command "constructor"\n'],
    [['--prot', '1'], 'there is no option --prot'],
    [['serve', '--port'], '--port needs a value'],
    [['serve', '--port', 'http'], '--port must be a whole number from 0 to 65535, not "http"'],
    [['serve', '--port', '-1'], '--port needs a value; one that begins with a dash is written --port=-…'],
    [['compare', '-', '-'], 'only one of the files can be stdin'],
    [['serve', '--port=70000'], 'not "70000"'],
    [['serve', '--no-open=yes'], '--no-open takes no value'],
    [['broker', 'now'], '"now" was not expected here'],
    [['broker', '--port=1e3'], 'not "1e3"'],
  ])('%j', async (argv, message) => {
    const { code, out, err } = await run(argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(err).toContain('--help');
  });

  it('within the bounds of a number', () => {
    expect(readInteger('--n', undefined, 0, 9)).toBeUndefined();
    expect(readInteger('--n', '9', 0, 9)).toBe(9);
  });
});

describe('failures end with 1', () => {
  const failing = (error: Error): Record<string, Command> => ({
    fail: { summary: '', load: async () => ({ run: () => Promise.reject(error) }) },
  });

  it('in words, where the code has some', async () => {
    const { code, err } = await run(['fail'], failing(new InspectorError('port-taken', { port: 1883 })));
    expect(code).toBe(1);
    expect(err).toBe(
      'mqtt-inspector fail: port 1883 is taken by another program; choose another with --port, or stop that one\n',
    );
  });

  it('with the stack, where it is a fault of ours', async () => {
    const { code, err } = await run(['fail'], failing(new TypeError('oops')));
    expect(code).toBe(1);
    expect(err).toContain('a fault of ours: TypeError: oops\n    at ');
  });

  it('with a mark under the place in a filter', () => {
    expect(
      describeFailure({ code: 'bad-filter', data: { text: 'qos:9', at: 4, length: 1, reason: 'no QoS', word: '9' } }),
    ).toBe('the filter is wrong at character 5: no QoS\n  qos:9\n      ^');
  });

  it('when the port of the broker is taken', async () => {
    const other = await startBroker({ port: 0 });
    const { code, err } = await run(['broker', '--port', String(other.port)]);
    await other.close();
    expect(code).toBe(1);
    expect(err).toContain(`port ${other.port} is taken`);
  });
});

describe.skipIf(!existsSync('/dev/full'))('an output that takes nothing', () => {
  it.each([
    ['packets', ['decode', '--hex', 'c000']],
    ['help', ['decode', '--help']],
    ['an address', ['broker', '--port', '0']],
  ])('ends a command that writes %s with 1, in words', async (_, argv) => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [MAIN, ...argv], { stdio: ['ignore', full, 'pipe'] });
    let said = '';
    child.stderr?.on('data', (text) => (said += text));
    const [code] = await once(child, 'close');
    closeSync(full);
    expect(code).toBe(1);
    expect(said).toContain('mqtt-inspector: the output cannot be written: the disk is full (ENOSPC)\n');
    expect(said).not.toContain(' at ');
  });

  it('is no fault where what is said beside it is lost', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [MAIN, 'decode', '--hex', 'c000'], { stdio: ['ignore', 'pipe', full] });
    let out = '';
    child.stdout?.on('data', (text) => (out += text));
    const [code] = await once(child, 'close');
    closeSync(full);
    expect(code).toBe(0);
    expect(out).toContain('PINGREQ');
  });
});

describe('broker', () => {
  it('runs with its devices until a signal, and prints only its address', async () => {
    const child = spawn(process.execPath, [MAIN, 'broker', '--port', '0', '--demo']);
    const [line] = await once(child.stdout, 'data');
    const url = String(line).trim();
    expect(url).toMatch(/^mqtt:\/\/127\.0\.0\.1:\d+$/);
    const client = await connectAsync(url, { reconnectPeriod: 0 });
    const message = new Promise<string>((resolve) => client.once('message', resolve));
    await client.subscribeAsync('demo/#', { qos: 2 });
    expect(await message).toMatch(/^demo\//);
    child.kill('SIGTERM');
    expect((await once(child, 'exit'))[0]).toBe(0);
    await client.endAsync(true);
  });
});

describe('serve', () => {
  const page = async (): Promise<void> => void (await ensurePage(() => undefined));

  it('serves the page and the service until a signal, and closes both', async () => {
    await page();
    using directory = temporaryDirectory();
    const echo = echoService();
    const calls: string[] = [];
    const service: RunningService = {
      attach: echo.attach,
      attachScript: echo.attach,
      close: async () => void calls.push('closed'),
      keeper: { read: async () => null, write: async () => undefined },
    };
    const { io, out, err, abort } = terminal();
    const place = { kind: 'address', why: 'no-display' } as const;
    const serving = { data: directory.path, port: undefined, place, exitWithParent: false };
    const ended = serveApp(serving, io, async (start) => {
      calls.push(`${start.host} ${start.data === directory.path}`);
      return service;
    });
    await expect.poll(out, { timeout: 10_000 }).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}\n$/);
    expect(err()).toBe('There is no display: open this address yourself.\n');
    const url = out().trim();
    const port = Number(new URL(url).port);
    expect((await ask(port, '/')).status).toBe(200);
    const Cookie = await enter(port, tokenOf(url));
    const socket = await openSocket(port, { Origin: `http://127.0.0.1:${port}`, Cookie });
    expect(await socket.exchange('x')).toEqual({ number: 1, message: 'x' });
    abort();
    expect(await ended).toBe(0);
    expect(await socket.closed).toBe(1001);
    expect(calls).toEqual(['web true', 'closed']);
  });

  it('closes the service where it cannot listen', async () => {
    await page();
    const other = await startBroker({ port: 0 });
    const calls: string[] = [];
    const { io } = terminal();
    const place = { kind: 'address', why: 'asked-for' } as const;
    const ended = serveApp({ data: undefined, port: other.port, place, exitWithParent: false }, io, async () => ({
      attach: echoService().attach,
      attachScript: echoService().attach,
      close: async () => void calls.push('closed'),
      keeper: { read: async () => null, write: async () => undefined },
    }));
    await expect(ended).rejects.toMatchObject({ code: 'port-taken' });
    expect(calls).toEqual(['closed']);
    await other.close();
  });
});

describe('a window', () => {
  const service = (): RunningService => ({
    attach: echoService().attach,
    attachScript: echoService().attach,
    close: async () => undefined,
    keeper: { read: async () => null, write: async () => undefined },
  });

  function inWindow(directory: string, script: string) {
    const executable = join(directory, 'browser');
    writeFileSync(executable, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const { io, out, err, abort } = terminal();
    const place = { kind: 'browser', executable, why: 'no-electron' } as const;
    const serving = { data: directory, port: undefined, place, exitWithParent: false };
    return { ended: serveApp(serving, io, async () => service()), out, err, abort };
  }

  async function openPage(url: string): Promise<PageSocket> {
    const port = Number(new URL(url).port);
    return openSocket(port, { Origin: `http://127.0.0.1:${port}`, Cookie: await enter(port, tokenOf(url)) });
  }

  it('that its user closes ends the app', { timeout: 30_000 }, async () => {
    await ensurePage(() => undefined);
    using directory = temporaryDirectory();
    const { ended, err } = inWindow(directory.path, 'exec sleep 3.5');
    expect(await ended).toBe(0);
    expect(err()).toBe('The Electron program is not here: shown in a browser window.\n');
  });

  it('of another process ends the app with its last page, and a reload does not', { timeout: 30_000 }, async () => {
    await ensurePage(() => undefined);
    using directory = temporaryDirectory();
    const { ended, out } = inWindow(directory.path, 'exit 0');
    await expect.poll(out, { timeout: 10_000 }).not.toBe('');
    const first = await openPage(out().trim());
    first.socket.close();
    await first.closed;
    const second = await openPage(out().trim());
    const still = Promise.race([ended, pause(3_000).then(() => 'running')]);
    expect(await still).toBe('running');
    second.socket.close();
    expect(await ended).toBe(0);
  });

  it('that does not come up leaves the address', { timeout: 30_000 }, async () => {
    await ensurePage(() => undefined);
    using directory = temporaryDirectory();
    const { ended, out, err, abort } = inWindow(directory.path, 'exit 1');
    await expect.poll(out, { timeout: 10_000 }).toMatch(/^http/);
    expect(err()).toBe('The browser did not start: open this address yourself.\n');
    abort();
    expect(await ended).toBe(0);
  });
});

it('knows its project', () => {
  expect(MAIN.startsWith(PROJECT)).toBe(true);
});
