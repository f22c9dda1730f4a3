/** Every program of the documents, verbatim, in Node against mosquitto; and that none of their blocks was overlooked. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto.ts';
import { Console } from '../support/console.ts';
import { readDocuments } from './documents.ts';
import { deviceExamples, document, fencedBlocks, pahoExamples, withoutLineNumbers } from './examples.ts';
import { PROGRAMS, playReconnecting, type Session } from './programs.ts';

/** A console as a session of programs; dispose it. */
class NodeSession implements Session, Disposable {
  readonly broker: Mosquitto;
  readonly #console: Console;
  #ended: Promise<number> = Promise.resolve(0);

  constructor(broker: Mosquitto) {
    this.broker = broker;
    const overrides = [{ from: '*', to: `mqtt://127.0.0.1:${broker.port}` }];
    this.#console = new Console({ terminal: true, overrides });
  }

  async run(code: string): Promise<void> {
    this.#console.stdout = '';
    this.#console.stderr = '';
    this.#console.notes = '';
    this.#ended = this.#console.run(code);
  }

  async shown(): Promise<string> {
    const { stdout, stderr, notes } = this.#console;
    return `${stdout}${stderr}${notes}`.replaceAll(/\s/g, '');
  }

  ended(): Promise<number> {
    return this.#ended;
  }

  async stop(): Promise<void> {
    this.#console.handle.stop();
  }

  [Symbol.dispose](): void {
    this.#console[Symbol.dispose]();
  }
}

let broker: Mosquitto;
let session: NodeSession;

beforeAll(async () => {
  broker = await startMosquitto();
  session = new NodeSession(broker);
});
afterAll(async () => {
  session?.[Symbol.dispose]();
  await broker?.stop();
});

describe('programs of the documents', { timeout: 90_000 }, () => {
  it.each(PROGRAMS)('$name', ({ play }) => expect(play(session)).resolves.toBeUndefined());

  it('QuecPython: a class of its own with a thread that goes on, and reconnects by itself', async () => {
    await using first = await startMosquitto();
    await using resources = new AsyncDisposableStack();
    using own = new NodeSession(first);
    const played = playReconnecting(own, async () => {
      await first.kill();
      const listeners = [{ protocol: 'mqtt', port: first.port }] as const;
      return resources.use(await startMosquitto({ listeners }));
    });
    await expect(played).resolves.toBeUndefined();
  });

  it('are all of their blocks but those that only spell a call', () => {
    const documents = readDocuments();
    const used = new Set(
      Object.values({ ...deviceExamples(documents), ...pahoExamples(documents) }).map((code) => code.trim()),
    );
    const left = ['paho-client-publish-subscribe', 'paho-client-methods', 'quecpython-umqtt']
      .flatMap((name) => fencedBlocks(document(documents, name)))
      .map((code) => withoutLineNumbers(code).trim())
      .filter((code) => !used.has(code));
    const spelled = /^(?:class )?[\w.]+ ?[(（][^]*[)）]:?$/;
    expect(left.filter((code) => !spelled.test(code) && !code.startsWith('QoS级别说明'))).toEqual([]);
  });
});
