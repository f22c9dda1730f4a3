/** What goes wrong in scripts, and what is left afterwards: a clear word, the capture, and an interpreter that takes the next script. */

import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto.ts';
import { listen } from '../../support/ports.ts';
import { Console } from '../support/console.ts';

const SLOW = 90_000;
const STOPPED = 130;

let broker: Mosquitto;

beforeAll(async () => {
  broker = await startMosquitto();
});
afterAll(() => broker.stop());

/** Runs a script, then a small one in the same interpreter, which has to be whole. */
async function survives(console: Console, text: string, argv: readonly string[] = []): Promise<number> {
  const code = await console.run(text, { argv });
  const { stdout, stderr } = console;
  console.stdout = '';
  expect(console.gone).toBeUndefined();
  expect(await console.run('print("whole")')).toBe(0);
  expect(console.stdout).toBe('whole\n');
  console.stdout = stdout;
  console.stderr = stderr;
  return code;
}

describe('a script in trouble', { timeout: SLOW }, () => {
  it('recurses without end: a RecursionError with its line, and the next script runs', async () => {
    using console = new Console();
    const code = await survives(console, 'def deeper(n):\n    return deeper(n + 1) + 1\n\ndeeper(0)\n');
    expect(code).toBe(1);
    expect(console.stderr).toContain('File "/home/script/main.py", line 2, in deeper');
    expect(console.stderr).toMatch(/RecursionError: maximum recursion depth exceeded/);
    expect(console.stderr.length).toBeLessThan(5000);
  });

  it('recurses in a callback of a client, and only that callback fails', async () => {
    using console = new Console();
    const code = await survives(
      console,
      `import sys, paho.mqtt.client as mqtt
def deeper(n):
    return deeper(n + 1) + 1
def on_connect(client, userdata, flags, rc):
    try:
        deeper(0)
    except RecursionError:
        print("too deep")
    client.disconnect()
client = mqtt.Client("deep")
client.on_connect = on_connect
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_forever()
`,
      [String(broker.port)],
    );
    expect([code, console.stdout, console.stderr]).toEqual([0, 'too deep\n', '']);
  });

  it('asks for more memory than there can be: a MemoryError it can catch', async () => {
    using console = new Console();
    const code = await survives(
      console,
      `try:
    everything = [None] * 2**30
except MemoryError:
    print("out of memory")
print(len(bytearray(100_000_000)))
`,
    );
    expect([code, console.stdout, console.stderr]).toEqual([0, 'out of memory\n100000000\n', '']);
  });

  it('prints a million lines: all of them arrive', async () => {
    using console = new Console();
    const code = await survives(console, 'for number in range(1_000_000): print(number)\n');
    expect(code).toBe(0);
    expect(console.stdout.length).toBe(6_888_890);
    expect(console.stdout.endsWith('\n999998\n999999\n')).toBe(true);
  });

  it('publishes 10 000 messages in a row: every one crosses the wire and stands in the capture', async () => {
    using console = new Console();
    const code = await console.run(
      `import sys, paho.mqtt.client as mqtt
client = mqtt.Client("many")
client.max_inflight_messages_set(0)
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_start()
infos = [client.publish("many/%d" % (number % 100), "x" * 20, number % 3) for number in range(10_000)]
for info in infos: info.wait_for_publish()
client.disconnect()
client.loop_stop()
print(all(info.is_published() for info in infos))
`,
      { argv: [String(broker.port)] },
    );
    expect([code, console.stdout, console.stderr]).toEqual([0, 'True\n', '']);
    expect(console.scripts.sources[0]?.recording.messages).toBe(10_000);
    await broker.logged('Received DISCONNECT from many');
  });

  it('ends at once behind 300 publishes of a loop thread: all of them still leave', async () => {
    using console = new Console();
    const code = await console.run(
      `import sys, paho.mqtt.client as mqtt
client = mqtt.Client("queued")
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_start()
for number in range(300):
    client.publish("queued/%d" % number, "x" * 100, number % 2)
`,
      { argv: [String(broker.port)] },
    );
    expect([code, console.stderr]).toEqual([0, '']);
    await expect
      .poll(() => broker.log().match(/Received PUBLISH from queued /g)?.length, { timeout: 10_000 })
      .toBe(300);
  });

  it('is spread over files with names in Chinese, parses its arguments, and compares text with bytes: as in python', async () => {
    using console = new Console();
    const files = {
      '泵.py': '名称 = "泵"\n',
      'pumps/__init__.py': 'from .inner import 读\n',
      'pumps/inner.py': 'def 读():\n    return "读数"\n',
    };
    const code = await console.run(
      `import argparse
from pumps import 读
from 泵 import 名称
parser = argparse.ArgumentParser()
parser.add_argument("--count", type=int, default=1)
arguments = parser.parse_args()
print(名称 * arguments.count, 读(), b"a" == "a", __name__)
`,
      { files, argv: ['--count', '2'] },
    );
    expect([code, console.stdout, console.stderr]).toEqual([0, '泵泵 读数 False __main__\n', '']);
    expect(
      await console.run('import argparse\nargparse.ArgumentParser().parse_args()\n', { argv: ['--no-such'] }),
    ).toBe(2);
    expect(console.stderr).toContain('unrecognized arguments: --no-such');
  });

  it('imports what is not there: says so, and what to do', async () => {
    using console = new Console();
    expect(await survives(console, 'import RPi.GPIO\n')).toBe(1);
    expect(console.stderr).toContain("ModuleNotFoundError: No module named 'RPi'");
    expect(console.notes).toMatch(/no module RPi here[^]*put RPi\.py beside the script/);
    expect(await console.run('import subprocess\nsubprocess.run(["ls"])\n')).toBe(1);
    expect(console.notes).toContain('The console has one process');
    expect(await console.run('from bluetooth import BLE\n')).toBe(1);
    expect(console.notes).toMatch(/bluetooth is part of a device’s firmware[^]*a bluetooth\.py of your own/);
  });

  it('is stopped while it connects to a host that does not answer', async () => {
    await using silent = await listen(createServer(() => undefined));
    using console = new Console();
    const ended = console.run(
      `import ssl, sys, paho.mqtt.client as mqtt
client = mqtt.Client("never")
client.tls_set(cert_reqs=ssl.CERT_NONE)
print("connects", flush=True)
client.connect("127.0.0.1", int(sys.argv[1]))
`,
      { argv: [String(silent.port)] },
    );
    await expect.poll(() => console.stdout, { timeout: 30_000 }).toContain('connects');
    const begun = performance.now();
    console.handle.stop();
    expect(await ended).toBe(STOPPED);
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(console.stderr).toContain('line 5, in <module>');
    expect(console.stderr.trimEnd().endsWith('KeyboardInterrupt')).toBe(true);
  });

  it('loses its link to the inspector: its connections are aborted, and the script can tell', async () => {
    using console = new Console();
    const ended = console.run(
      `import sys, paho.mqtt.client as mqtt
client = mqtt.Client("cut", reconnect_on_failure=False)
client.on_connect = lambda *_: print("connected", flush=True)
client.on_disconnect = lambda client, userdata, rc: print("disconnected", rc)
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_forever()
try:
    client.reconnect()
except OSError as error:
    print(type(error).__name__, error)
`,
      { argv: [String(broker.port)] },
    );
    await expect.poll(() => console.stdout, { timeout: 30_000 }).toContain('connected');
    const kept = console.scripts.sources[0]?.recording.capture.totals;
    console.scripts.close();
    expect(await ended).toBe(0);
    expect(console.stdout).toContain(
      'disconnected 7\nConnectionAbortedError [Errno 103] Software caused connection abort\n',
    );
    expect([...(kept?.packets ?? [])]).toEqual([1, 1]);
  });

  it('blocks inside C where nothing interrupts: its worker is ended, what was captured stays', async () => {
    using console = new Console();
    const ended = console.run(
      `import sys, paho.mqtt.publish as publish
publish.single("before", "x", 1, hostname="127.0.0.1", port=int(sys.argv[1]))
print("blocks", flush=True)
sum(range(10**15))
`,
      { argv: [String(broker.port)] },
    );
    await expect.poll(() => console.stdout, { timeout: 30_000 }).toContain('blocks');
    console.handle.stop();
    expect(await ended).toBe(137);
    expect(console.gone).toMatch(/^terminated/);
    expect(console.scripts.sources[0]?.recording.messages).toBe(1);
  });
});
