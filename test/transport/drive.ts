/** Runs one transport and writes down everything it says, checking on the way that it keeps the rules of its events. */

import { createHash } from 'node:crypto';
import type {
  Stage,
  StageName,
  TlsFacts,
  Transport,
  TransportFactory,
  TransportFailure,
  TransportOptions,
} from '../../main/engine/sources/ports.ts';
import { createTransport } from '../../main/engine/transport/create.ts';

export interface OpenFacts {
  readonly remoteAddress: string;
  readonly localAddress: string;
  readonly tls?: TlsFacts;
}

export interface Driven {
  readonly transport: Transport;
  /** The latest fact of each stage, in the order they began. */
  readonly stages: ReadonlyMap<StageName, Stage>;
  /** Resolves when open; rejects with the failure's code when closed before. */
  readonly opened: Promise<OpenFacts>;
  readonly closed: Promise<TransportFailure | undefined>;
  /** All bytes received so far, unless `hashOnly`. */
  received(): Buffer;
  receivedBytes(): number;
  digest(): string;
  /** Resolves when that many bytes have come in all. */
  receivedAtLeast(count: number): Promise<void>;
  drained(): Promise<void>;
  /** Every stage fact told, as `tcp begin`, `tcp end`, `tls fail:tls-wrong-host`. */
  readonly story: readonly string[];
}

export interface DriveOptions {
  readonly factory?: TransportFactory;
  /** Do not keep the bytes, only count and hash them. */
  readonly hashOnly?: boolean;
  readonly onStage?: (stage: Stage, transport: Transport) => void;
  readonly onOpen?: (transport: Transport) => void;
  readonly onData?: (bytes: Uint8Array, transport: Transport) => void;
}

/** A minimal CONNECT of MQTT 3.1.1 and the CONNACK that accepts it. */
export const CONNECT = Uint8Array.from([0x10, 0x0c, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 60, 0, 0]);
const CONNACK = '20020000';

type Wanted = Pick<TransportOptions, 'protocol' | 'port'> & Partial<TransportOptions>;

/** Starts a transport to 127.0.0.1 unless `options` say otherwise. */
export function drive(options: Wanted, driving: DriveOptions = {}): Driven {
  const transport = (driving.factory ?? createTransport)({ host: '127.0.0.1', connectTimeoutMs: 5000, ...options });
  const stages = new Map<StageName, Stage>();
  const story: string[] = [];
  const chunks: Uint8Array[] = [];
  const hash = createHash('sha256');
  const waiting = new Set<() => void>();
  const draining: (() => void)[] = [];
  let count = 0;
  let over = false;
  let inside = false;
  const opened = Promise.withResolvers<OpenFacts>();
  const closed = Promise.withResolvers<TransportFailure | undefined>();
  opened.promise.catch(() => {});

  const guard = (work: () => void): void => {
    if (over) throw new Error('an event after closed');
    if (inside) throw new Error('an event inside an event or a call');
    inside = true;
    try {
      work();
    } finally {
      inside = false;
    }
  };

  inside = true;
  transport.start({
    stage: (stage) =>
      guard(() => {
        const known = stages.get(stage.name);
        if (known === undefined || known.startUs !== stage.startUs) story.push(`${stage.name} begin`);
        if (stage.failure !== undefined) story.push(`${stage.name} fail:${stage.failure.code}`);
        else if (stage.endUs !== undefined && known?.endUs === undefined) story.push(`${stage.name} end`);
        if (known !== undefined && known.startUs !== stage.startUs) stages.delete(stage.name);
        stages.set(stage.name, stage);
        driving.onStage?.(stage, transport);
      }),
    open: (facts) =>
      guard(() => {
        story.push('open');
        opened.resolve(facts);
        driving.onOpen?.(transport);
      }),
    data: (bytes) =>
      guard(() => {
        count += bytes.length;
        hash.update(bytes);
        if (driving.hashOnly !== true) chunks.push(bytes.slice());
        driving.onData?.(bytes, transport);
        for (const look of waiting) look();
      }),
    drained: () =>
      guard(() => {
        for (const resolve of draining.splice(0)) resolve();
      }),
    closed: (failure) =>
      guard(() => {
        over = true;
        story.push(`closed${failure === undefined ? '' : `:${failure.code}`}`);
        opened.reject(new Error(failure === undefined ? 'closed' : `${failure.code} ${JSON.stringify(failure.data)}`));
        closed.resolve(failure);
      }),
  });
  inside = false;

  return {
    transport,
    stages,
    story,
    opened: opened.promise,
    closed: closed.promise,
    received: () => Buffer.concat(chunks),
    receivedBytes: () => count,
    digest: () => hash.copy().digest('hex'),
    receivedAtLeast: (wanted) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (count < wanted) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        void closed.promise.then((failure) =>
          reject(new Error(`closed at ${count} of ${wanted}: ${failure?.code ?? ''}`)),
        );
      }),
    drained: () => new Promise((resolve) => draining.push(resolve)),
  };
}

/** The failure of an attempt that is expected to fail; throws where it opens and stays. */
export async function failureOf(options: Wanted, driving: DriveOptions = {}): Promise<TransportFailure> {
  const driven = drive(options, driving);
  const failure = await driven.closed;
  if (failure === undefined) throw new Error('closed in order');
  return failure;
}

/** Sends an MQTT CONNECT and expects the broker to accept it; closes in order. */
export async function converse(
  options: Wanted,
  driving: DriveOptions = {},
): Promise<Driven & { readonly facts: OpenFacts }> {
  const driven = drive(options, driving);
  const facts = await driven.opened;
  driven.transport.write(CONNECT);
  await driven.receivedAtLeast(4);
  if (driven.received().toString('hex') !== CONNACK)
    throw new Error(`not CONNACK: ${driven.received().toString('hex')}`);
  driven.transport.write(Uint8Array.from([0xe0, 0]));
  driven.transport.end();
  const failure = await driven.closed;
  if (failure !== undefined) throw new Error(`did not close in order: ${failure.code}`);
  return { ...driven, facts };
}
