/** The way from Python to the network: packets, host overrides and errors, against mosquitto. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMosquitto, type Mosquitto } from '../../support/mosquitto.ts';
import { Console } from '../support/console.ts';

const SLOW = 60_000;
let broker: Mosquitto;

beforeAll(async () => {
  broker = await startMosquitto();
});
afterAll(() => broker.stop());

describe('a packet stream', { timeout: SLOW }, () => {
  it('opens, sends, receives, and is a source whose packets name the line of the script', async () => {
    using console = new Console({ overrides: [{ from: 'dead.example', to: `mqtt://127.0.0.1:${broker.port}` }] });
    const code = await console.run(`
from _inspector.link_errors import StreamClosed
from _inspector.targets import Target
from _inspector.wire import PacketStream
stream = PacketStream("sensor-1", 5)
stream.open(Target("dead.example", 8888))
stream.send({"type": "connect", "clientId": "sensor-1", "protocolVersion": 5, "keepAlive": 60})
print(stream.recv(5)["type"])
stream.send({"type": "subscribe", "packetId": 1, "subscriptions": [{"topicFilter": "a/#", "qos": 2}]})
print(stream.recv(5)["reasonCodes"])
properties = {"contentType": "text/plain", "correlationData": b"\\x00\\x01", "userProperties": [("k", "v")]}
stream.publish("a/温", "payload", qos=1, packet_id=7, properties=properties)
for _ in range(2):
    packet = stream.recv(5)
    if packet["type"] == "publish":
        print(packet["topic"].decode(), packet["payload"], packet["qos"], packet["properties"]["correlationData"])
        stream.send({"type": "puback", "packetId": packet["packetId"]})
    else: print(packet)
for number in range(10_000): stream.publish("a/n", b"%d" % number)
received = [int(stream.recv(10)["payload"]) for _ in range(10_000)]
print(received == list(range(10_000)))
stream.send({"type": "disconnect"})
try:
    while stream.recv(5): pass
except StreamClosed as closed: print("closed", repr(closed.code), closed.errno)
for host, port in (("127.0.0.1", 1), ("no.such.host.invalid", 1883)):
    try: PacketStream("other").open(Target(host, port))
    except OSError as error: print(repr(error))
`);
    expect([console.stderr, code]).toEqual(['', 0]);
    const [first, second, ...rest] = console.stdout.trimEnd().split('\n').slice(2);
    expect(new Set([first, second])).toEqual(
      new Set(["a/温 b'payload' 1 b'\\x00\\x01'", "{'type': 'puback', 'packetId': 7, 'reasonCode': 0}"]),
    );
    expect(rest).toEqual([
      'True',
      "closed '' 0",
      "ConnectionRefusedError(111, 'Connection refused')",
      "gaierror(-2, 'Name or service not known')",
    ]);
    expect(console.notes).toBe(`dead.example:8888 is sent to mqtt://127.0.0.1:${broker.port} by a host override.\n`);
    expect(console.unresolved).toEqual(['no.such.host.invalid']);
    const [source] = console.scripts.sources;
    expect(source?.summary()).toMatchObject({ kind: 'script', clientId: 'sensor-1', run: { name: 'main.py' } });
    const { capture } = source?.recording ?? {};
    const lines = new Set<string>();
    for (let seq = 0; seq < (capture?.nextSeq ?? 0); seq += 1) lines.add(source?.recording.initiator(seq) ?? '');
    expect(lines).toEqual(new Set(['', ...[7, 9, 12, 17, 19, 22].map((line) => `main.py:${line}`)]));
    expect(source?.recording.messages).toBe(20_002);
  });

  it('sends what was queued before an orderly close, and nothing before an abrupt one', async () => {
    const overrides = [{ from: '*', to: `mqtt://127.0.0.1:${broker.port}` }];
    using console = new Console({ overrides });
    await console.run(`
from _inspector.targets import Target
from _inspector.wire import PacketStream
for name, abort in (("orderly", False), ("abrupt", True)):
    stream = PacketStream(name, 4)
    stream.open(Target("any", 1883))
    stream.send({"type": "connect", "clientId": name, "protocolVersion": 4, "keepAlive": 60, "cleanStart": True})
    stream.recv(5)
    stream.send({"type": "disconnect"})
    stream.close(abort)
`);
    expect(console.stderr).toBe('');
    await broker.logged('Received DISCONNECT from orderly');
    expect(broker.log()).not.toContain('Received DISCONNECT from abrupt');
  });

  it('sends what was queued when the prompt stands, without a wait of the script', async () => {
    const overrides = [{ from: '*', to: `mqtt://127.0.0.1:${broker.port}` }];
    using console = new Console({ overrides });
    const code = 'import paho.mqtt.client as mqtt\nclient = mqtt.Client("at-the-prompt")\nclient.connect("any")\n';
    await console.run(code, { interactive: true });
    await broker.logged('as at-the-prompt');
    await console.type('client.publish("typed", "x")');
    await broker.logged("Received PUBLISH from at-the-prompt (d0, q0, r0, m0, 'typed'");
    expect(console.stderr).toBe('');
  });

  it('puts each thread aside once for a message of QoS 1 and its acknowledgement, and takes floods of what comes', async () => {
    using console = new Console({ overrides: [{ from: '*', to: `mqtt://127.0.0.1:${broker.port}` }] });
    const code = await console.run(`
import time
import paho.mqtt.client as mqtt
from _inspector import turns
client = mqtt.Client("round-trips")
arrived = []
client.on_message = lambda client, userdata, message: arrived.append(len(message.payload))
client.connect("any")
client.loop_start()
client.publish("trip", "first", 1).wait_for_publish()
waits = []
outside = turns._outside
turns._outside = lambda wait, *rest: waits.append(rest[2:3]) or outside(wait, *rest)
for _ in range(100):
    client.publish("trip", "x", 1).wait_for_publish()
turns._outside = outside
print(waits.count(("wait",)) <= 250)
client.subscribe("flood/#", 1)
for number in range(300):
    client.publish("flood/1", "x" * 60_000, 1).wait_for_publish()
while len(arrived) < 300:
    time.sleep(0.01)
print(sum(arrived))
client.disconnect()
client.loop_stop()
`);
    expect([console.stderr, code]).toEqual(['', 0]);
    expect(console.stdout).toBe('True\n18000000\n');
  });

  it('ends alone where a script asks for what cannot be sent; others go on', async () => {
    using console = new Console({ overrides: [{ from: 'any', to: `mqtt://127.0.0.1:${broker.port}` }] });
    const code = await console.run(`
from _inspector.targets import Target
from _inspector.wire import PacketStream
def opened(name):
    stream = PacketStream(name, 4)
    stream.open(Target("any", 1883))
    stream.send({"type": "connect", "clientId": name, "protocolVersion": 4, "keepAlive": 60, "cleanStart": True})
    print(stream.recv(5)["type"])
    return stream
def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)
bad, good = opened("bad"), opened("good")
bad.send({"type": "disconnect", "reasonCode": 300})
attempt(lambda: bad.recv(5))
attempt(lambda: PacketStream("long").open(Target("h" * 300, 1883)))
attempt(lambda: bad.open(Target(b"any", 1883)))
attempt(lambda: PacketStream("none").open(Target(None, 1883)))
attempt(lambda: good.send({"type": "connect", "clientId": "x" * 65536}))
attempt(lambda: good.send({"type": "connect", "clientId": b"\\xff"}))
good.send({"type": "pingreq"})
print(good.recv(5)["type"])
`);
    expect([console.stderr, code]).toEqual(['', 0]);
    expect(console.stdout.split('\n')).toEqual([
      'connack',
      'connack',
      'StreamClosed [Errno 22] Invalid argument',
      'OSError [Errno 22] Invalid argument',
      'None',
      'TypeError getaddrinfo() argument 1 must be string or None',
      "error 'H' format requires 0 <= number <= 65535",
      "UnicodeDecodeError 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
      'pingresp',
      '',
    ]);
  });
});
