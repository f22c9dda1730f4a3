/** `run`: a script's streams, files, arguments, exit code and packets, from the command line. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startMosquitto } from '../support/mosquitto.ts';
import { objects, run } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'run-script-'));
afterAll(() => rmSync(folder, { recursive: true }));

function script(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('run', { timeout: 60_000 }, () => {
  it.each([
    [['run'], 'SCRIPT.py is missing'],
    [['run', '/no/such.py'], '/no/such.py is not there'],
    [['run', '--map', 'a', 'x.py'], '--map "a" must be HOST=HOST:PORT'],
    [['run', '--map', 'a=http://b', 'x.py'], '--map: HOST:PORT or a URL'],
    [['run', '--broker', 'host:1883', 'x.py'], '--broker: mqtt://HOST:PORT'],
    [['run', '--timeout', 'soon', 'x.py'], '--timeout must be a number of seconds'],
    [['run', '--dialect', 'lua', 'x.py'], '--dialect is one of'],
    [['run', '--nope', 'x.py'], 'there is no option --nope'],
  ])('%j is refused', async (argv, message) => {
    const { code, err } = await run(argv.map((word) => (word === 'x.py' ? script('x.py', '') : word)));
    expect([code, err.includes(message)]).toEqual([2, true]);
  });

  it('gives a script its arguments and files, and takes its exit code', async () => {
    writeFileSync(join(folder, 'helper.py'), 'NAME = "helper"\n');
    const path = script(
      'files.py',
      `
import sys, os, helper
open(os.path.join(os.path.dirname(__file__), "made.txt"), "w").write(helper.NAME)
print(sys.argv[1:], os.getcwd())
print("to stderr", file=sys.stderr)
sys.exit(3)
`,
    );
    const { code, out, err } = await run(['run', path, '--map', '-x', '中']);
    expect({ code, out, err }).toEqual({
      code: 3,
      out: `['--map', '-x', '中'] ${process.cwd()}\n`,
      err: 'to stderr\n',
    });
    expect(readFileSync(join(folder, 'made.txt'), 'utf8')).toBe('helper');
  });

  it('records the packets of all clients, and says where a host was sent', async () => {
    await using broker = await startMosquitto();
    const path = script(
      'clients.py',
      `
from _inspector.targets import Target
from _inspector.wire import PacketStream
for name in ("one", "two"):
    stream = PacketStream(name)
    stream.open(Target("dead.example", 1883))
    stream.send({"type": "connect", "clientId": name})
    print(stream.recv(5)["reasonCode"])
    stream.publish("t/" + name, name)
    stream.send({"type": "disconnect"})
    stream.wait_sent(5)
`,
    );
    const record = join(folder, 'clients.pcapng');
    const { code, out, err } = await run([
      'run',
      '--broker',
      `mqtt://127.0.0.1:${broker.port}`,
      '--record',
      record,
      path,
    ]);
    const line = `mqtt-inspector: dead.example:1883 is sent to mqtt://127.0.0.1:${broker.port} by a host override.\n`;
    expect({ code, out, err }).toEqual({ code: 0, out: '0\n0\n', err: line });
    const decoded = objects((await run(['decode', record, '--json'])).out);
    expect(decoded.map(({ type }) => type)).toEqual([
      ...['connect', 'connack', 'publish', 'disconnect'],
      ...['connect', 'connack', 'publish', 'disconnect'],
    ]);
  });

  it('stops a script after its time', async () => {
    const path = script('endless.py', 'import time\nwhile True: time.sleep(0.01)\n');
    const { code, err } = await run(['run', '--timeout', '4', path]);
    expect(code).toBe(124);
    expect(err).toContain('mqtt-inspector: stopped after 4 seconds\n');
  });
});
