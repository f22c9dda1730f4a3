/** The way to an open link, stage by stage: SRV, DNS, TCP, proxy, TLS. */

import { connect, isIP, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Clock, Random, TlsFacts, TransportOptions } from '../sources/ports.ts';
import { dial } from './dial.ts';
import { dnsFailureCode, errorData, TransportError, type TlsProgress } from './failures.ts';
import { attach, detach, Inlet, type Link } from './inlet.ts';
import { openTunnel, type ProxyOptions } from './proxy.ts';
import { interleaveFamilies, orderServices, serviceName, type Resolver } from './resolve.ts';
import type { Stages } from './stages.ts';
import { HIGH_WATER_BYTES, type Halves } from './stream.ts';
import { connectTls, followHandshake, handshake, planTls, wrapTls, type TlsPlan } from './tls.ts';

/** What an attempt works with. */
export interface RouteContext {
  readonly options: TransportOptions;
  readonly resolver: Resolver;
  readonly clock: Clock;
  readonly random: Random;
  readonly stages: Stages;
  /** `apart`: the peer may close its half; and bytes read are whoever's they are told to. */
  readonly halves: Halves;
  readonly signal: AbortSignal;
  /** Takes the secrets of TLS, where somebody keeps them. */
  readonly keyLog: (line: string) => void;
  /** Lists a socket so that an abort destroys it. */
  readonly own: (socket: Socket) => void;
}

interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** An open link and what was learnt on the way. */
export interface Route {
  readonly link: Link;
  readonly endpoint: Endpoint;
  readonly tls?: { readonly facts: TlsFacts; readonly progress: TlsProgress };
}

const UNENCRYPTED: ReadonlySet<TransportOptions['protocol']> = new Set(['mqtt', 'ws']);

/**
 * Goes all the way. Rejects with a {@link TransportError} after the stage at fault was told; SRV targets that cannot be
 * reached fall through to the next, and a failed SRV lookup to `host` and `port` themselves.
 */
export async function travel(context: RouteContext): Promise<Route> {
  const { options } = context;
  const tlsPlan = UNENCRYPTED.has(options.protocol)
    ? undefined
    : stage(context, 'tls', () => planTls(options.tls ?? { verify: true }, options.host));
  const endpoints = await findEndpoints(context);
  const passed: string[] = [];
  for (const [index, endpoint] of endpoints.entries()) {
    try {
      return await reach(context, endpoint, tlsPlan, passed);
    } catch (error) {
      const last = index === endpoints.length - 1;
      if (last || context.signal.aborted || !(error instanceof TransportError) || !isUnreachable(error)) throw error;
      passed.push(`${endpoint.host}:${endpoint.port} ${error.failure.code}`);
    }
  }
  throw new TransportError('srv-not-found', { host: options.host, reason: 'no-targets' });
}

/** Stops an attempt that was given up while something that cannot be cancelled went on. */
function halt(context: RouteContext): void {
  if (context.signal.aborted) throw new TransportError('aborted');
}

/** Runs a synchronous step; where it throws a failure, the stage begins and fails at once. */
function stage<T>(context: RouteContext, name: 'tls', step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof TransportError) context.stages.fail(name, error.failure);
    throw error;
  }
}

/** Failures after which another SRV target may do better. */
function isUnreachable(error: TransportError): boolean {
  const { code } = error.failure;
  return code.startsWith('dns-') || code.startsWith('tcp-') || code === 'proxy-refused';
}

async function findEndpoints(context: RouteContext): Promise<readonly Endpoint[]> {
  const { options, stages, resolver, random } = context;
  const fallback = [{ host: options.host, port: options.port }];
  if (options.srv !== true) return fallback;
  const service = serviceName(options.protocol, options.host);
  stages.begin('srv', service === undefined ? {} : { service });
  if (service === undefined) {
    stages.fail('srv', { code: 'srv-not-found', data: { host: options.host, reason: 'no-service-name' } });
    return fallback;
  }
  let records;
  try {
    records = orderServices(await resolver.services(service), random);
    halt(context);
  } catch (error) {
    halt(context);
    const code = dnsFailureCode(error) === 'dns-not-found' ? 'srv-not-found' : 'dns-failed';
    stages.fail('srv', { code, data: { service, ...errorData(error) } });
    return fallback;
  }
  const facts = { records: records.map((r) => `${r.priority} ${r.weight} ${r.port} ${r.name}`) };
  if (records.every((record) => record.name === '' || record.name === '.')) {
    // RFC 2782: the target "." says that the service is decidedly not available at this domain.
    const refused = records.length > 0;
    const failure = {
      code: 'srv-not-found' as const,
      data: { service, reason: refused ? 'not-offered' : 'no-records' },
    };
    stages.note('srv', facts);
    stages.fail('srv', failure);
    if (refused) throw new TransportError(failure.code, failure.data);
    return fallback;
  }
  stages.end('srv', facts);
  return records.map((record) => ({ host: record.name, port: record.port }));
}

async function reach(
  context: RouteContext,
  endpoint: Endpoint,
  tlsPlan: TlsPlan | undefined,
  passed: readonly string[],
): Promise<Route> {
  const { options } = context;
  const { proxy } = options;
  const earlier = passed.length === 0 ? {} : { earlierTargets: [...passed] };
  const apart = context.halves === 'apart';
  const wantsWebSocket = options.protocol === 'ws' || options.protocol === 'wss';
  const first = proxy ?? endpoint;
  const addresses = await findAddresses(context, first.host, earlier);

  if (proxy === undefined) {
    // Node gives a TLS socket a read buffer of ours only where it also makes the TCP connection.
    const { secureLater } = options;
    const ownBuffer = !wantsWebSocket && !apart && secureLater === undefined;
    const direct = await connectFirst(context, first, addresses, earlier, tlsPlan, ownBuffer);
    if (secureLater !== undefined) return { endpoint, ...(await secureAsTold(context, direct.link, secureLater)) };
    if (tlsPlan === undefined || direct.tlsSocket === undefined || direct.progress === undefined) {
      return { link: direct.link, endpoint };
    }
    const tls = await finishTls(context, direct.tlsSocket, tlsPlan, direct.progress);
    return { link: direct.link, endpoint, tls };
  }

  const proxyPlan = proxy.protocol === 'https' ? planTls(proxyTls(options), proxy.host) : undefined;
  const bare = tlsPlan === undefined && !wantsWebSocket && !apart;
  const hop = await connectFirst(context, first, addresses, earlier, proxyPlan, bare);
  await tunnel(context, hop, proxy, proxyPlan, endpoint);
  if (tlsPlan === undefined) return { link: hop.link, endpoint };
  halt(context);
  return { endpoint, ...(await startTls(context, hop.link, tlsPlan)) };
}

/** TLS over a connection that stands and has no read buffer of its own. */
async function startTls(context: RouteContext, below: Link, plan: TlsPlan): Promise<Omit<Route, 'endpoint'>> {
  context.stages.begin('tls', tlsStageFacts(plan));
  detach(below);
  const socket = wrapTls(plan, below.socket);
  context.own(socket);
  const progress = followHandshake(socket, plan, context.keyLog);
  const link = { socket, inlet: new Inlet(), userBuffer: false };
  attach(link);
  return { link, tls: await settleTls(context, socket, plan, progress) };
}

/** The owner decides about TLS now that TCP stands. */
async function secureAsTold(
  context: RouteContext,
  link: Link,
  secureLater: NonNullable<TransportOptions['secureLater']>,
): Promise<Omit<Route, 'endpoint'>> {
  const { socket } = link;
  const tls = await secureLater({
    remoteAddress: endpointText(socket.remoteAddress, socket.remotePort),
    localAddress: endpointText(socket.localAddress, socket.localPort),
  });
  halt(context);
  if (tls === undefined) return { link };
  return startTls(
    context,
    link,
    stage(context, 'tls', () => planTls(tls, context.options.host)),
  );
}

/** An HTTPS proxy is judged by the user's authorities and switch, but sees no client certificate. */
function proxyTls(options: TransportOptions): NonNullable<TransportOptions['tls']> {
  return {
    verify: options.tls?.verify ?? true,
    ...(options.tls?.ca === undefined ? {} : { ca: options.tls.ca }),
  };
}

async function findAddresses(
  context: RouteContext,
  host: string,
  earlier: Readonly<Record<string, readonly string[]>>,
): Promise<readonly string[]> {
  const { options, stages, resolver } = context;
  let addresses: readonly string[] = [host];
  if (isIP(host) === 0) {
    stages.begin('dns', { host, ...earlier });
    try {
      addresses = interleaveFamilies(await resolver.addresses(host));
      halt(context);
      if (addresses.length === 0) throw Object.assign(new Error('no addresses'), { code: 'ENODATA' });
    } catch (error) {
      halt(context);
      const failure = new TransportError(dnsFailureCode(error), { host, ...errorData(error) });
      stages.fail('dns', failure.failure);
      throw failure;
    }
    stages.end('dns', { addresses: [...addresses] });
  }
  if (options.bindAddress === undefined) return addresses;
  const family = isIP(options.bindAddress);
  const usable = addresses.filter((address) => isIP(address) === family);
  if (usable.length > 0) return usable;
  const reason = family === 0 ? 'not-an-address' : 'address-family';
  const failure = new TransportError('bind-failed', { bindAddress: options.bindAddress, reason, addresses });
  stages.fail('tcp', failure.failure);
  throw failure;
}

interface Hop {
  readonly link: Link;
  readonly tlsSocket?: TLSSocket;
  readonly progress?: TlsProgress;
}

/** The TCP stage. With a plan the sockets go on to TLS by themselves as soon as TCP stands. */
async function connectFirst(
  context: RouteContext,
  target: Endpoint,
  addresses: readonly string[],
  earlier: Readonly<Record<string, readonly string[]>>,
  plan: TlsPlan | undefined,
  userBuffer: boolean,
): Promise<Hop> {
  const { options, stages, clock, signal, own } = context;
  const { bindAddress } = options;
  stages.begin('tcp', { host: target.host, port: target.port, ...earlier });
  const open = (address: string): Hop & { readonly socket: Socket } => {
    const inlet = new Inlet();
    const to = {
      host: address,
      port: target.port,
      highWaterMark: HIGH_WATER_BYTES,
      allowHalfOpen: context.halves === 'apart',
      ...(bindAddress === undefined ? {} : { localAddress: bindAddress }),
    };
    if (plan === undefined) {
      const socket = connect({ ...to, noDelay: true, ...(userBuffer ? { onread: inlet.onread } : {}) });
      return { socket, link: { socket, inlet, userBuffer } };
    }
    const socket = connectTls(plan, to, userBuffer ? inlet : undefined);
    // Before it is connected a TLS socket forgets this.
    socket.once('connect', () => socket.setNoDelay(true));
    return {
      socket,
      link: { socket, inlet, userBuffer },
      tlsSocket: socket,
      progress: followHandshake(socket, plan, context.keyLog),
    };
  };
  try {
    const { address, ...hop } = await dial({
      addresses,
      port: target.port,
      clock,
      signal,
      own,
      open,
      onTried: (tried) => stages.note('tcp', { tried }),
    });
    attach(hop.link);
    stages.end('tcp', {
      address,
      localAddress: endpointText(hop.socket.localAddress, hop.socket.localPort),
    });
    return hop;
  } catch (error) {
    if (error instanceof TransportError) {
      const data = { host: target.host, ...(bindAddress === undefined ? {} : { bindAddress }), ...error.failure.data };
      const failure = new TransportError(error.failure.code, data);
      stages.fail('tcp', failure.failure);
      throw failure;
    }
    throw error;
  }
}

/** `127.0.0.1:1883`, `[::1]:1883`. */
export function endpointText(address: string | undefined, port: number | undefined): string {
  if (address === undefined) return '';
  return `${address.includes(':') ? `[${address}]` : address}:${port ?? 0}`;
}

async function tunnel(
  context: RouteContext,
  hop: Hop,
  proxy: ProxyOptions,
  plan: TlsPlan | undefined,
  endpoint: Endpoint,
): Promise<void> {
  const { stages } = context;
  stages.begin('proxy', { protocol: proxy.protocol, proxyHost: proxy.host, proxyPort: proxy.port });
  try {
    if (plan !== undefined && hop.tlsSocket !== undefined && hop.progress !== undefined) {
      const facts = await handshake(hop.tlsSocket, plan, hop.progress).catch((error: unknown) => {
        if (!(error instanceof TransportError)) throw error;
        const data = {
          ...error.failure.data,
          proxyHost: proxy.host,
          proxyPort: proxy.port,
          tlsFailure: error.failure.code,
        };
        throw new TransportError('proxy-failed', { ...data, reason: 'tls' });
      });
      stages.note('proxy', { tlsProtocol: facts.protocol, tlsAuthorized: facts.authorized });
    }
    stages.end(
      'proxy',
      await openTunnel(hop.link, proxy, endpoint.host, endpoint.port, context.options.connectTimeoutMs),
    );
  } catch (error) {
    if (error instanceof TransportError) stages.fail('proxy', error.failure);
    throw error;
  }
}

function tlsStageFacts(plan: TlsPlan): Readonly<Record<string, string | boolean | readonly string[]>> {
  return {
    ...(plan.serverName === undefined ? {} : { serverName: plan.serverName }),
    expectedName: plan.identity,
    verificationOff: !plan.verify,
    ...(plan.alpn.length === 0 ? {} : { alpnOffered: plan.alpn }),
  };
}

function finishTls(
  context: RouteContext,
  socket: TLSSocket,
  plan: TlsPlan,
  progress: TlsProgress,
): Promise<NonNullable<Route['tls']>> {
  context.stages.begin('tls', tlsStageFacts(plan));
  return settleTls(context, socket, plan, progress);
}

async function settleTls(
  context: RouteContext,
  socket: TLSSocket,
  plan: TlsPlan,
  progress: TlsProgress,
): Promise<NonNullable<Route['tls']>> {
  const { stages } = context;
  try {
    const facts = await handshake(socket, plan, progress);
    stages.end('tls', {
      protocol: facts.protocol,
      cipher: facts.cipher,
      authorized: facts.authorized,
      ...(facts.authorizationError === undefined ? {} : { authorizationError: facts.authorizationError }),
      ...(facts.alpn === undefined ? {} : { alpn: facts.alpn }),
    });
    return { facts, progress };
  } catch (error) {
    if (error instanceof TransportError) stages.fail('tls', error.failure);
    throw error;
  }
}
