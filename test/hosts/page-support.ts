/** A built page's folder, a service that echoes, and HTTP and WebSocket clients that may lie about who they are. */

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { Port } from '../../shared/contract/port.ts';
import { decodeMessage, encodeMessage } from '../../shared/contract/wire.ts';

export interface PageFolder extends Disposable {
  readonly root: string;
}

/** `index.html`, one hashed asset, and next to the folder a `secret.txt` that must never be served. */
export function pageFolder(): PageFolder {
  const parent = mkdtempSync(join(tmpdir(), 'mqtt-inspector-page-'));
  const root = join(parent, 'renderer');
  mkdirSync(join(root, 'assets'), { recursive: true });
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>MQTT Inspector</title>');
  writeFileSync(join(root, 'assets', 'index-Ab12Cd34.js'), 'export {};');
  writeFileSync(join(root, 'assets', 'plain.svg'), '<svg/>');
  writeFileSync(join(root, 'notes.bin'), 'no known type');
  writeFileSync(join(parent, 'secret.txt'), 'secret');
  symlinkSync(join(parent, 'secret.txt'), join(root, 'link.txt'));
  return { root, [Symbol.dispose]: () => rmSync(parent, { recursive: true, force: true }) };
}

export interface EchoService {
  readonly attach: (port: Port) => Disposable;
  readonly attachScript: (port: Port) => Disposable;
  readonly ports: Port[];
  /** Ports of Python runtimes, which echo upper case. */
  readonly scripts: Port[];
  /** Ports whose attachment was disposed. */
  readonly detached: Port[];
}

/** Posts back whatever comes, with the number of its port. */
export function echoService(): EchoService {
  const ports: Port[] = [];
  const scripts: Port[] = [];
  const detached: Port[] = [];
  return {
    ports,
    scripts,
    detached,
    attachScript(port) {
      scripts.push(port);
      port.onMessage((message) => port.post(String(message).toUpperCase()));
      return { [Symbol.dispose]: () => void detached.push(port) };
    },
    attach(port) {
      const number = ports.push(port);
      port.onMessage((message) => port.post({ number, message }));
      return { [Symbol.dispose]: () => void detached.push(port) };
    },
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request whose path and headers go out exactly as given. */
export function ask(
  port: number,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, path, method: options.method ?? 'GET', headers: options.headers ?? {}, agent: false },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(parts).toString('utf8'),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(options.body);
  });
}

export const tokenOf = (url: string): string => new URL(url).hash.replace('#token=', '');

/** Exchanges a token as the page does; answers the Cookie header for later requests. */
export async function enter(port: number, token: string): Promise<string> {
  const reply = await ask(port, '/session', {
    method: 'POST',
    headers: { Origin: `http://127.0.0.1:${port}` },
    body: token,
  });
  if (reply.status !== 204) throw new Error(`refused with ${reply.status}`);
  return (reply.headers['set-cookie']?.[0] ?? '').split(';', 1)[0] ?? '';
}

export interface PageSocket {
  readonly socket: WebSocket;
  /** Sends one message and resolves with the next one that comes. */
  readonly exchange: (message: unknown) => Promise<unknown>;
  readonly closed: Promise<number>;
}

/** Opens the port as a page does; rejects with the HTTP status where it is refused. */
export function openSocket(port: number, headers: Record<string, string>, path = '/port'): Promise<PageSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers, perMessageDeflate: true });
    const closed = new Promise<number>((done) => socket.once('close', done));
    socket.once('unexpected-response', (outgoing, response) => {
      reject(new Error(String(response.statusCode)));
      outgoing.destroy();
    });
    socket.on('error', reject);
    socket.once('open', () =>
      resolve({
        socket,
        closed,
        exchange(message) {
          const answer = new Promise((done) =>
            socket.once('message', (data: Buffer) => done(decodeMessage(new Uint8Array(data)))),
          );
          socket.send(encodeMessage(message));
          return answer;
        },
      }),
    );
  });
}
