/** Every example of the console: it runs to its end against mosquitto, prints what it says, and its packets cross the wire. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { Console } from './support/console.ts';

const FOLDER = join(import.meta.dirname, '../../assets/examples');

/** What each prints last, and what its broker logs. */
const EXPECTED: Readonly<Record<string, readonly [printed: string, logged: RegExp]>> = {
  'makeblock.py': [`b"example/codey/temperature :b'38'"`, /'example\/codey\/temperature', ... \(2 bytes\)/],
  'micropython_robust.py': [
    "[b'after the break']",
    /Received PUBLISH from robust-example \(d0, q1, r0, m\d+, 'example\/robust'/,
  ],
  'micropython_simple.py': ["(b'example/esp32/reading', b'2')]", /'example\/esp32\/reading', ... \(1 bytes\)/],
  'own_client.py': ['CONNACK', /Received PUBLISH from by hand \(d0, q0, r0, m0, 'example\/by-hand', ... \(4 bytes\)\)/],
  'paho_callbacks.py': ['order: rest', /'example\/sensor-[\da-f]{4}\/temperature', ... \(4 bytes\)/],
  'paho_mqtt5.py': ['answered: 21.5 degrees to question 1', /'example\/answers\/7', ... \(12 bytes\)/],
  'paho_one_shot.py': ['cleared', /'example\/one-shot\/b', ... \(6 bytes\)/],
  'paho_publish_subscribe.py': ['example/paho/2 (QoS 2): sent at QoS 2', /'example\/paho\/2', ... \(13 bytes\)/],
  'quecpython.py': ['', /Received PUBLISH from quectel-example \(d0, q1, r0, m\d+, 'example\/quectel'/],
  'uiflow2.py': ["topic: b'example/m5/button' message: b'pressed'", /'example\/m5\/reading', ... \(1 bytes\)/],
};

let broker: Mosquitto;
let console: Console;

beforeAll(async () => {
  broker = await startMosquitto();
  console = new Console({ overrides: [{ from: 'demo.mqtt-inspector', to: `mqtt://127.0.0.1:${broker.port}` }] });
});
afterAll(async () => {
  console?.[Symbol.dispose]();
  await broker?.stop();
});

describe('the examples', { timeout: 60_000 }, () => {
  it('are all tested', () => {
    expect(readdirSync(FOLDER).toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
  });

  it.each(Object.entries(EXPECTED))('%s', async (name, [printed, logged]) => {
    console.stdout = '';
    console.stderr = '';
    const code = await console.run(readFileSync(join(FOLDER, name), 'utf8'), { name });
    expect([code, console.stderr]).toEqual([0, expect.not.stringContaining('Traceback')]);
    expect(console.stdout).toContain(printed);
    await expect.poll(() => broker.log(), { timeout: 10_000 }).toMatch(logged);
  });
});
