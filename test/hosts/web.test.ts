/** The web host against clients that lie: tokens, cookies, Host, Origin, paths; and the port of honest pages. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Access } from '../../main/hosts/web/access.ts';
import { startWebHost, type WebHost } from '../../main/hosts/web/server.ts';
import { createSocketPort } from '../../main/hosts/web/socket-port.ts';
import { WebSocketServer } from 'ws';
import {
  ask,
  echoService,
  type EchoService,
  enter,
  openSocket,
  pageFolder,
  type PageFolder,
  tokenOf,
} from './page-support.ts';

let folder: PageFolder;
let service: EchoService;
let host: WebHost;

beforeEach(async () => {
  folder = pageFolder();
  service = echoService();
  host = await startWebHost({ attach: service.attach, attachScript: service.attachScript, root: folder.root });
});

afterEach(async () => {
  await host.close();
  folder[Symbol.dispose]();
});

const origin = () => ({ Origin: `http://127.0.0.1:${host.port}` });
const post = (body: string, headers: Record<string, string> = origin()) =>
  ask(host.port, '/session', { method: 'POST', headers, body });
const page = async () => openSocket(host.port, { ...origin(), Cookie: await enter(host.port, tokenOf(host.url)) });
const refusal = (opening: Promise<unknown>) =>
  opening.then(
    () => 'opened',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

describe('headers', () => {
  it.each(['/', '/nowhere', '/assets/index-Ab12Cd34.js', '/session', '/port', '/script'])(
    'of %s isolate the page',
    async (path) => {
      const { headers } = await ask(host.port, path);
      expect(headers).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
      const policy = headers['content-security-policy'] ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
      expect(policy).toContain("require-trusted-types-for 'script'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain("'unsafe-eval'");
      expect(headers['access-control-allow-origin']).toBeUndefined();
    },
  );

  it('let only hashed assets be kept', async () => {
    expect((await ask(host.port, '/')).headers['cache-control']).toBe('no-store');
    expect((await ask(host.port, '/index.html')).headers['cache-control']).toBe('no-store');
    expect((await ask(host.port, '/assets/index-Ab12Cd34.js')).headers['cache-control']).toContain('immutable');
    expect((await ask(host.port, '/assets/plain.svg')).headers['cache-control']).toBe('no-cache');
  });
});

describe('the page', () => {
  it('is served with its types', async () => {
    const index = await ask(host.port, '/?x=1');
    expect(index).toMatchObject({ status: 200, body: '<!doctype html><title>MQTT Inspector</title>' });
    expect(index.headers['content-type']).toBe('text/html; charset=utf-8');
    const head = await ask(host.port, '/', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '' });
    expect(head.headers['content-length']).toBe('44');
    expect((await ask(host.port, '/', { method: 'DELETE' })).status).toBe(405);
  });

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/assets/..\\..\\secret.txt',
    '//etc/passwd',
    '/%2fetc%2fpasswd',
    '/%00',
    '/%',
    '/C:/x.txt',
    '/link.txt',
    '/assets',
    '/assets/',
    '/notes.bin',
    '/.',
  ])('is the only thing served: %s is not found', async (path) => {
    expect((await ask(host.port, path)).status).toBe(404);
  });

  it.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', '192.168.1.5', '[::1]'])(
    'is refused to the host name %j',
    async (name) => {
      expect((await ask(host.port, '/', { headers: { Host: name } })).status).toBe(421);
      expect(await refusal(openSocket(host.port, { Host: name }))).toBe('421');
    },
  );

  it('is served through a tunnel from another port', async () => {
    const Host = 'localhost:9000';
    expect((await ask(host.port, '/', { headers: { Host } })).status).toBe(200);
    expect((await post(tokenOf(host.url), { Host, Origin: 'http://localhost:9000' })).status).toBe(204);
  });
});

describe('the session', () => {
  it('is had for the token of the URL, by a cookie that no script and no other site can use', async () => {
    const reply = await post(tokenOf(host.url));
    expect(reply.status).toBe(204);
    for (const cookie of reply.headers['set-cookie'] ?? []) expect(cookie).toMatch(/; HttpOnly; SameSite=Strict$/);
    expect(reply.headers['set-cookie']?.map((cookie) => cookie.split('; ')[1])).toEqual([
      'Path=/session',
      'Path=/port',
      'Path=/script',
    ]);
    expect(reply.headers['set-cookie']?.join()).not.toContain(tokenOf(host.url));
  });

  it.each([
    ['a wrong token', () => post('nonsense')],
    ['an empty token', () => post('')],
    ['a token cut short', () => post(tokenOf(host.url).slice(0, -1))],
    ['no origin', () => post(tokenOf(host.url), {})],
    ['another origin', () => post(tokenOf(host.url), { Origin: 'https://evil.example' })],
    ['another port of this machine', () => post(tokenOf(host.url), { Origin: 'http://127.0.0.1:1' })],
    ['the null origin', () => post(tokenOf(host.url), { Origin: 'null' })],
  ])('is refused for %s', async (_why, request) => {
    const reply = await request();
    expect(reply.status).toBe(403);
    expect(reply.headers['set-cookie']).toBeUndefined();
  });

  it('is refused for a body that no token can be', async () => {
    expect((await post('x'.repeat(100_000))).status).toBe(413);
    expect((await ask(host.port, '/')).status).toBe(200);
  });

  it('accepts a token for a command line once, and the shown one again', async () => {
    const token = tokenOf(host.oneTimeUrl());
    expect((await post(token)).status).toBe(204);
    expect((await post(token)).status).toBe(403);
    await enter(host.port, tokenOf(host.url));
    await enter(host.port, tokenOf(host.url));
  });

  it('lets a command line token die of age', () => {
    let now = 0;
    const access = new Access(() => now);
    const [fresh, stale] = [access.oneTimeToken(), access.oneTimeToken()];
    now = 119_000;
    expect(access.exchange(fresh, 1)).toBeDefined();
    now = 121_000;
    expect(access.exchange(stale, 1)).toBeUndefined();
  });

  it('can be asked for', async () => {
    expect((await ask(host.port, '/session')).status).toBe(401);
    const Cookie = await enter(host.port, tokenOf(host.url));
    expect((await ask(host.port, '/session', { headers: { Cookie } })).status).toBe(204);
    expect((await post('', { ...origin(), Cookie })).status).toBe(204);
  });
});

describe('the port', () => {
  it('is refused without the cookie, with a wrong one, from elsewhere and on another path', async () => {
    const Cookie = await enter(host.port, tokenOf(host.url));
    const wrong = `${Cookie.slice(0, -1)}${Cookie.endsWith('A') ? 'B' : 'A'}`;
    expect(await refusal(openSocket(host.port, origin()))).toBe('401');
    expect(await refusal(openSocket(host.port, { ...origin(), Cookie: wrong }))).toBe('401');
    expect(await refusal(openSocket(host.port, { Cookie }))).toBe('403');
    expect(await refusal(openSocket(host.port, { Cookie, Origin: 'https://evil.example' }))).toBe('403');
    expect(await refusal(openSocket(host.port, { ...origin(), Cookie }, '/'))).toBe('404');
    expect(service.ports).toEqual([]);
  });

  it('carries messages with typed arrays both ways, uncompressed', async () => {
    const { exchange, socket } = await page();
    expect(socket.extensions).toBe('');
    const message = { a: 1, bytes: new Uint8Array([1, 2, 3]), times: new Float64Array([0.5]) };
    expect(await exchange(message)).toEqual({ number: 1, message });
  });

  it('serves several pages at once, each its own', async () => {
    const counts: number[] = [];
    host.onPages((pages) => counts.push(pages));
    const [first, second] = [await page(), await page()];
    expect(await second.exchange('b')).toEqual({ number: 2, message: 'b' });
    expect(await first.exchange('a')).toEqual({ number: 1, message: 'a' });
    first.socket.close();
    await first.closed;
    await expect.poll(() => counts).toEqual([1, 2, 1]);
    expect(service.detached).toEqual([service.ports[0]]);
    expect(await second.exchange('c')).toEqual({ number: 2, message: 'c' });
  });

  it('serves the Python runtimes of a page beside it, which are no pages', async () => {
    const counts: number[] = [];
    host.onPages((pages) => counts.push(pages));
    await page();
    const headers = { ...origin(), Cookie: await enter(host.port, tokenOf(host.url)) };
    const script = await openSocket(host.port, headers, '/script');
    expect(await script.exchange('hello')).toBe('HELLO');
    expect([host.pages, service.ports.length, service.scripts.length]).toEqual([1, 1, 1]);
    script.socket.close();
    await expect.poll(() => service.detached).toEqual(service.scripts);
    expect(counts).toEqual([1]);
    expect(await refusal(openSocket(host.port, origin(), '/script'))).toBe('401');
    expect(await refusal(openSocket(host.port, { ...headers, Origin: 'http://evil.example' }, '/script'))).toBe('403');
  });

  it.each([
    ['a text frame', 'hello'],
    ['bytes that are no message', Buffer.from([1, 2])],
    ['a head longer than the frame', Buffer.from([255, 255, 255, 127, 0])],
  ])('closes on %s and the host goes on', async (_why, data) => {
    const { socket, closed } = await page();
    socket.send(data);
    expect(await closed).toBe(1007);
    await expect.poll(() => service.detached.length).toBe(1);
    expect(await (await page()).exchange('x')).toEqual({ number: 2, message: 'x' });
  });

  it('tells its pages when the host ends', async () => {
    const { closed } = await page();
    await host.close();
    expect(await closed).toBe(1001);
  });

  it('gives up a page that does not read', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no address');
    const accepted = once(server, 'connection');
    const client = await openSocket(address.port, {});
    client.socket.pause();
    const [socket] = await accepted;
    const port = createSocketPort(socket, 1_000_000);
    const seen = { closed: false };
    port.onClose(() => {
      seen.closed = true;
    });
    const bulk = new Uint8Array(500_000);
    for (let count = 0; count < 200 && !seen.closed; count += 1) {
      port.post(bulk);
      await pause(1);
    }
    expect(seen.closed).toBe(true);
    client.socket.terminate();
    server.close();
  });
});

describe('listening', () => {
  it('says when the port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(
      startWebHost({ attach: service.attach, attachScript: service.attachScript, root: folder.root, port }),
    ).rejects.toMatchObject({
      code: 'port-taken',
      data: { port },
    });
    server.close();
  });

  it('ends with the parent where it was asked to', async () => {
    const script = `import { watchParent } from ${JSON.stringify(new URL('../../main/hosts/web/parent-watch.ts', import.meta.url).href)};
      watchParent(() => process.exit(0));
      setInterval(() => undefined, 1000);
      console.log(process.pid);`;
    const outer = `const child = require('node:child_process').spawn(process.execPath, ['--input-type=module', '-e', process.env.INNER], { stdio: ['ignore', 'pipe', 'inherit'] });
      child.stdout.pipe(process.stdout);`;
    const parent = spawn(process.execPath, ['-e', outer], { env: { ...process.env, INNER: script } });
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(String(line));
    parent.kill('SIGKILL');
    const alive = () => {
      try {
        process.kill(pid, 0);
        return true;
      } catch {
        return false;
      }
    };
    expect(pid).toBeGreaterThan(1);
    await expect.poll(alive, { timeout: 5_000 }).toBe(false);
  });
});
