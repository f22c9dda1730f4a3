/** What a tap adds: round trips through it and a flood through it, beside a bare pipe of Node's sockets and no relay at all. */

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { findProgram } from '../../support/tools.ts';
import { freePort, listen } from '../../support/ports.ts';
import { nextMessage, processorMs, startProgram, startScript, stopChild } from '../children.ts';
import { type Row, type Section } from '../report.ts';
import { median, quantile } from '../statistics.ts';
import type { PartOptions } from './part.ts';

const RELAYS = ['none', 'tap', 'ruled', 'pipe', 'socat'] as const;
type Relay = (typeof RELAYS)[number];

const CONNECT = Buffer.from('100c00044d5154540402003c0000', 'hex');
const CONNACK = Buffer.from('20020000', 'hex');
const WARM_UP = 300;
/** PUBLISH packets of 100 bytes of payload in one write. */
const IN_ONE_WRITE = 600;

function publish(qos: 0 | 1): Buffer {
  const body = Buffer.concat([
    Buffer.from([0, 8]),
    Buffer.from('site/abc'),
    Buffer.from(qos === 0 ? [] : [0, 7]),
    Buffer.alloc(100, 'x'),
  ]);
  return Buffer.concat([Buffer.from([0x30 | (qos << 1), body.length]), body]);
}

interface Through extends AsyncDisposable {
  readonly port: number;
  readonly pid: number | undefined;
}

/** Starts a relay to `port`; `none` is the port itself. Undefined where the program is missing. */
async function through(relay: Relay, port: number): Promise<Through | undefined> {
  if (relay === 'none') return { port, pid: undefined, [Symbol.asyncDispose]: () => Promise.resolve() };
  if (relay === 'socat') {
    const socat = findProgram(['socat']);
    if (socat === undefined) return undefined;
    const own = await freePort();
    const child = startProgram(socat, [`TCP-LISTEN:${own},bind=127.0.0.1,nodelay`, `TCP:127.0.0.1:${port},nodelay`]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    return { port: own, pid: child.pid, [Symbol.asyncDispose]: () => stopChild(child) };
  }
  const child = startScript('peers/relay.ts', [relay, port]);
  const own = (await nextMessage(child, 'port', 20_000)) as number;
  return { port: own, pid: child.pid, [Symbol.asyncDispose]: () => stopChild(child) };
}

async function dialled(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** Microseconds from a PUBLISH of QoS 1 to its PUBACK, one a millisecond. */
async function roundTrips(relay: Relay, milliseconds: number): Promise<readonly number[] | undefined> {
  const puback = Buffer.from([0x40, 2, 0, 7]);
  await using server = await listen(
    createServer({ noDelay: true }, (socket) => {
      socket.once('data', () => {
        socket.write(CONNACK);
        socket.on('data', () => socket.write(puback));
      });
    }),
  );
  await using relayed = await through(relay, server.port);
  if (relayed === undefined) return undefined;
  const client = await dialled(relayed.port);
  client.write(CONNECT);
  await once(client, 'data');
  const packet = publish(1);
  const samples: number[] = [];
  let sentAt = 0;
  client.on('data', () => {
    samples.push((performance.now() - sentAt) * 1000);
    sentAt = 0;
  });
  const timer = setInterval(() => {
    if (sentAt !== 0) return;
    sentAt = performance.now();
    client.write(packet);
  }, 1);
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  clearInterval(timer);
  client.destroy();
  return samples.slice(WARM_UP);
}

interface Flood {
  readonly perSecond: number;
  readonly nanosecondsEach: number | undefined;
}

/** Messages of 100 bytes, QoS 0, into a server that discards them; and the relay's processor time for each. */
async function flood(relay: Relay, messages: number): Promise<Flood | undefined> {
  const write = Buffer.concat(Array.from({ length: IN_ONE_WRITE }, () => publish(0)));
  const writes = Math.ceil(messages / IN_ONE_WRITE);
  const expected = CONNECT.length + writes * write.length;
  let received = 0;
  let done = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    done = resolve;
  });
  await using server = await listen(
    createServer((socket) => {
      socket.on('data', (chunk: Buffer) => {
        received += chunk.length;
        if (received >= expected) done();
      });
    }),
  );
  await using relayed = await through(relay, server.port);
  if (relayed === undefined) return undefined;
  const client = await dialled(relayed.port);
  client.write(CONNECT);
  const cpuBefore = processorMs(relayed.pid);
  const from = performance.now();
  let written = 0;
  const pump = (): void => {
    while (written < writes) {
      written += 1;
      if (!client.write(write)) return;
    }
  };
  client.on('drain', pump);
  pump();
  await arrived;
  const seconds = (performance.now() - from) / 1000;
  const cpuAfter = processorMs(relayed.pid);
  client.destroy();
  const sent = writes * IN_ONE_WRITE;
  const cpu = cpuBefore === undefined || cpuAfter === undefined ? undefined : ((cpuAfter - cpuBefore) * 1e6) / sent;
  return { perSecond: sent / seconds, nanosecondsEach: cpu };
}

export async function measureTap({ repetitions, quick }: PartOptions): Promise<Section> {
  const latency = new Map<Relay, (readonly number[])[]>(RELAYS.map((relay) => [relay, []]));
  const floods = new Map<Relay, Flood[]>(RELAYS.map((relay) => [relay, []]));
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    for (let turn = 0; turn < RELAYS.length; turn += 1) {
      const relay = RELAYS[(turn + repetition) % RELAYS.length] ?? 'none';
      const samples = await roundTrips(relay, quick ? 1500 : 3000);
      if (samples !== undefined) latency.get(relay)?.push(samples);
      const flooded = await flood(relay, quick ? 600_000 : 3_000_000);
      if (flooded !== undefined) floods.get(relay)?.push(flooded);
    }
  }
  const rows: Row[] = [];
  const peers = (['pipe', 'socat'] as const).filter((peer) => (floods.get(peer)?.length ?? 0) > 0);
  for (const [label, fraction] of [
    ['p50', 0.5],
    ['p99', 0.99],
  ] as const) {
    const of = (relay: Relay): number =>
      median((latency.get(relay) ?? []).map((samples) => quantile(samples, fraction)));
    for (const peer of peers) {
      rows.push({
        what: `Round trip of QoS 1, added to ${of('none').toFixed(0)} µs without a relay, ${label}`,
        ours: of('tap') - of('none'),
        unit: 'µs',
        peer: NAMES[peer],
        theirs: of(peer) - of('none'),
        ratio: of(peer) / of('tap'),
      });
    }
    rows.push({
      what: `The same with a rule on that finds nothing, ${label}`,
      ours: of('ruled') - of('none'),
      unit: 'µs',
      peer: 'the tap without rules',
      theirs: of('tap') - of('none'),
      ratio: of('tap') / of('ruled'),
    });
  }
  const speed = (relay: Relay): number => median((floods.get(relay) ?? []).map(({ perSecond }) => perSecond / 1e6));
  const cpu = (relay: Relay): string => {
    const each = median((floods.get(relay) ?? []).map(({ nanosecondsEach }) => nanosecondsEach ?? Number.NaN));
    return Number.isNaN(each) ? '' : `${each.toFixed(0)} ns CPU`;
  };
  for (const peer of peers) {
    rows.push({
      what: 'Flood of QoS 0, 100 B, through it',
      ours: speed('tap'),
      unit: 'M/s',
      note: `${cpu('tap')}; without a relay ${speed('none').toFixed(1)} M/s`,
      peer: `${NAMES[peer]} (${cpu(peer)})`,
      theirs: speed(peer),
      ratio: speed('tap') / speed(peer),
    });
  }
  rows.push({
    what: 'Flood of QoS 0, 100 B, with a rule on that finds nothing',
    ours: speed('ruled'),
    unit: 'M/s',
    note: cpu('ruled'),
    peer: `the tap without rules (${cpu('tap')})`,
    theirs: speed('tap'),
    ratio: speed('ruled') / speed('tap'),
  });
  return {
    title: 'A tap between a device and its server',
    rows,
    remarks: [
      'The tap records every packet of both directions; its peers only pass bytes on. The ratio of a round trip is that of the whole, not of what is added.',
      ...(peers.includes('socat') ? [] : ['Missing on this machine: socat.']),
    ],
  };
}

const NAMES = { pipe: 'net sockets piped', socat: 'socat' } as const;
