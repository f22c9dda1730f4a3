/** A page for tests, without a screen: the contract's client with everything it was pushed, and a service to attach it to. */

import { setTimeout as pause } from 'node:timers/promises';
import { tapHost } from '../../main/engine/transport/tap-host.ts';
import { systemClock, systemRandom } from '../../main/engine/transport/system.ts';
import { createTransport } from '../../main/engine/transport/create.ts';
import { lookUpHost } from '../../main/engine/transport/resolve.ts';
import { createDemoBroker } from '../../main/hosts/broker/demo-broker.ts';
import { createService, type Service } from '../../main/service/service.ts';
import { openStorage, type StorageOptions } from '../../main/storage/open.ts';
import { InspectorError } from '../../shared/contract/errors.ts';
import { createPortPair, type Message, type Port } from '../../shared/contract/port.ts';
import type { ProcedureInput, ProcedureName, ProcedureOutput } from '../../shared/contract/procedures.ts';
import type { ProfileInput } from '../../shared/contract/profiles.ts';
import type { Frame, ViewPush } from '../../shared/contract/pushes.ts';
import type { SourceStats, SourceSummary } from '../../shared/contract/source-records.ts';
import { type Client, createClient } from '../../shared/contract/rpc.ts';

const PATIENCE_MS = 15_000;

export interface StartedService extends AsyncDisposable {
  readonly service: Service;
  attach(): DrivenPage;
  /** Closes the service; rejects where it met a fault of ours. */
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startService(storageOptions: StorageOptions = {}): Promise<StartedService> {
  const storage = await openStorage(storageOptions);
  const faults: unknown[] = [];
  const service = createService({
    storage,
    createTransport,
    lookUpHost,
    taps: tapHost,
    clock: systemClock,
    random: systemRandom,
    demoBroker: createDemoBroker({ port: 0 }),
    version: '1.2.3',
    host: 'web',
    platform: 'linux',
    onFault: (where, error) => faults.push(new Error(where, { cause: error })),
  });
  return {
    service,
    attach() {
      const [near, far] = createPortPair(structuredClone);
      service.attach(far);
      return new DrivenPage(near);
    },
    async [Symbol.asyncDispose]() {
      await service.close();
      if (faults.length > 0) throw new AggregateError(faults, 'the service met faults of its own');
    },
  };
}

type PushOf<K extends ViewPush['kind']> = Extract<ViewPush, { readonly kind: K }>;

/** Lets everything through but acknowledgements, while told to. */
class DeafPort implements Port {
  readonly #port: Port;
  deaf = false;

  constructor(port: Port) {
    this.#port = port;
  }

  post(message: Message): void {
    if (this.deaf && typeof message === 'object' && message !== null && 'm' in message && message.m === 'acknowledge')
      return;
    this.#port.post(message);
  }

  onMessage(listener: (message: Message) => void): void {
    this.#port.onMessage(listener);
  }

  onClose(listener: () => void): void {
    this.#port.onClose(listener);
  }

  close(): void {
    this.#port.close();
  }
}

export class DrivenPage implements Disposable {
  readonly client: Client;
  readonly frames: Frame[] = [];
  readonly stats = new Map<number, SourceStats>();
  sources: readonly SourceSummary[] = [];
  closed = false;
  readonly #port: DeafPort;
  readonly #views = new Map<number, ViewPush>();

  constructor(port: Port) {
    this.#port = new DeafPort(port);
    this.client = createClient(
      this.#port,
      (frame) => {
        this.frames.push(frame);
        this.sources = frame.sources ?? this.sources;
        for (const stats of frame.stats) this.stats.set(stats.source, stats);
        for (const view of frame.views) this.#views.set(view.view, view);
      },
      () => {
        this.closed = true;
      },
    );
  }

  /** A page that hangs: it still receives, but acknowledges nothing. */
  set deaf(deaf: boolean) {
    this.#port.deaf = deaf;
  }

  call<N extends ProcedureName>(name: N, input: ProcedureInput<N>): Promise<ProcedureOutput<N>> {
    return this.client.call(name, input);
  }

  /** The code and data that a call fails with. */
  async failure<N extends ProcedureName>(name: N, input: ProcedureInput<N>): Promise<{ code: string; data: unknown }> {
    try {
      await this.client.call(name, input);
    } catch (error) {
      if (error instanceof InspectorError) return { code: error.code, data: error.data };
      throw error;
    }
    throw new Error(`${name} did not fail`);
  }

  /** The newest push of a view. */
  view<K extends ViewPush['kind']>(kind: K, view: number): PushOf<K> | undefined {
    const push = this.#views.get(view);
    return push?.kind === kind ? (push as PushOf<K>) : undefined;
  }

  async until<T>(what: string, look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      if (performance.now() > deadline) {
        const views = JSON.stringify([...this.#views.values()]).slice(0, 2_000);
        throw new Error(`${what} did not come to pass; sources ${JSON.stringify(this.sources)}; views ${views}`);
      }
      await pause(5);
    }
  }

  /** Opens a session and waits until it is connected. */
  async open(profile: ProfileInput): Promise<number> {
    const { id } = await this.call('openSession', { profile });
    await this.until('connected', () => this.sources.find((source) => source.id === id)?.state === 'connected');
    return id;
  }

  [Symbol.dispose](): void {
    this.client.close();
  }
}

let profiles = 0;

/** A profile for a plain listener on the loopback interface. */
export function plainProfile(port: number, changes: Partial<ProfileInput> = {}): ProfileInput {
  profiles += 1;
  return {
    id: '',
    name: 'plain',
    protocol: 'mqtt',
    host: '127.0.0.1',
    port,
    protocolVersion: 5,
    clientId: `page-${process.pid}-${profiles}`,
    cleanStart: true,
    keepAlive: 60,
    ...changes,
  };
}
