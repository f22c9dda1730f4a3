/** Scripts that run under the genuine paho 1.6.1 and in the console: the same output, the same end, the same packets. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto.ts';
import type { Listening } from '../../support/ports.ts';
import { Console } from '../support/console.ts';
import { startActingBroker } from './acting-broker.ts';
import { type Brokers, comparable, runGenuine, runOurs, SCRIPTS } from './genuine.ts';

const SLOW = 90_000;
let brokers: readonly Mosquitto[];
let actors: readonly Listening[];
let console: Console;

/** Each side has its own brokers, so that sessions and retained messages do not meet. */
function side(index: number): Brokers {
  return { broker: brokers[index]?.port ?? 0, acting: actors[index]?.port ?? 0 };
}

beforeAll(async () => {
  console = new Console();
  brokers = await Promise.all([startMosquitto(), startMosquitto()]);
  actors = await Promise.all([startActingBroker(), startActingBroker()]);
});
afterAll(async () => {
  console[Symbol.dispose]();
  await Promise.all([...brokers, ...actors].map((one) => one[Symbol.asyncDispose]()));
});

describe('the same script under paho 1.6.1 and here', { timeout: SLOW }, () => {
  it.each(readdirSync(SCRIPTS).filter((name) => name.endsWith('.py')))('%s', async (script) => {
    const text = readFileSync(join(SCRIPTS, script), 'utf8');
    const [genuine, ours] = comparable(
      ...(await Promise.all([runGenuine(script, side(0)), runOurs(console, script, text, side(1))])),
    );
    expect(ours).toEqual(genuine);
    expect(console.gone).toBeUndefined();
  });
});
