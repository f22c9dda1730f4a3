/** The clock that makes busy threads give way, ticking at every moment that a script offers. */

import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto.ts';
import { Console } from '../support/console.ts';

/** Thousands of times a second, where the real one ticks a hundred times. */
function frantic(cells: Int32Array): Disposable {
  const worker = new Worker(
    `
    const { workerData: cells } = require('node:worker_threads');
    const nap = new Int32Array(new SharedArrayBuffer(4));
    for (;;) {
      Atomics.wait(nap, 0, 0, 0.1);
      if (Atomics.load(cells, 1) !== 0) Atomics.compareExchange(cells, 0, 0, 14);
    }`,
    { eval: true, workerData: cells },
  );
  return { [Symbol.dispose]: () => void worker.terminate() };
}

describe('a clock that ticks all the time', { timeout: 120_000 }, () => {
  let broker: Mosquitto;
  beforeAll(async () => {
    broker = await startMosquitto();
  });
  afterAll(() => broker[Symbol.asyncDispose]());

  // Twice: the interpreter makes its classes for JavaScript's objects only once, and that is when it must not be left.
  it.each([1, 2])('leaves a fresh interpreter whole while it talks to a broker: %s', async () => {
    using console = new Console({
      overrides: [{ from: '*', to: `mqtt://127.0.0.1:${broker.port}` }],
      clock: frantic,
    });
    const code = await console.run(`
import threading
from mqtt import MQTTClient
got = []
client = MQTTClient("small", "broker.example")
client.set_callback(lambda topic, message: got.append(message))
client.connect()
client.subscribe("clock/#", qos=1)
counts = [0, 0]
def count(index):
    while len(got) < 20: counts[index] += 1
threads = [threading.Thread(target=count, args=(index,)) for index in range(2)]
for thread in threads: thread.start()
for number in range(20):
    client.publish("clock/x", str(number), qos=1)
    while len(got) <= number: client.wait_msg()
for thread in threads: thread.join()
print(len(got), all(counts))
`);
    expect([code, console.stdout, console.stderr, console.gone]).toEqual([0, '20 True\n', '', undefined]);
  });

  it('collects garbage in cycles while threads are put aside, deep in their calls', async () => {
    using console = new Console({ clock: frantic });
    const code = await console.run(`
import gc, threading, time, weakref
gc.set_threshold(50, 5)
class Node:
    pass
def cycle():
    one, other = Node(), Node()
    one.other, other.other = other, one
    return weakref.ref(one)
def deep(levels):
    return deep(levels - 1) if levels else sorted([3, 1, 2], key=lambda _value: time.sleep(0.01) or 0)
def wait():
    while not done.is_set(): deep(20)
done = threading.Event()
threads = [threading.Thread(target=wait) for _ in range(4)]
for thread in threads: thread.start()
left = [cycle() for _ in range(100_000)]
gc.collect(1)
done.set()
for thread in threads: thread.join()
print(sum(one() is not None for one in left) < 20_000, gc.isenabled(), gc.collect() >= 0, sum(one() is not None for one in left))
`);
    expect([code, console.stdout, console.stderr, console.gone]).toEqual([0, 'True True True 0\n', '', undefined]);
  });
});
