/** The service over a real WebSocket of the web host: what the wire does to it, reloads, and pages that vanish. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startWebHost, type WebHost } from '../../main/hosts/web/server.ts';
import type { Message, Port } from '../../shared/contract/port.ts';
import { decodeMessage, encodeMessage } from '../../shared/contract/wire.ts';
import { enter, pageFolder, type PageFolder, tokenOf } from '../hosts/page-support.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { DrivenPage, plainProfile, startService, type StartedService } from './drive-page.ts';

let broker: Mosquitto;
let started: StartedService;
let folder: PageFolder;
let host: WebHost;
let cookie: string;

beforeAll(async () => {
  broker = await startMosquitto();
  started = await startService();
  folder = pageFolder();
  host = await startWebHost({
    attach: (port) => started.service.attach(port),
    attachScript: (port) => started.service.attachScript(port),
    root: folder.root,
  });
  cookie = await enter(host.port, tokenOf(host.url));
});
afterAll(async () => {
  await host?.close();
  await started?.[Symbol.asyncDispose]();
  await broker?.stop();
  folder?.[Symbol.dispose]();
});

/** The browser's end of the port, as the page has it. */
function browserPort(socket: WebSocket): Port {
  return {
    post: (message: Message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(encodeMessage(message));
    },
    onMessage: (listener) => void socket.on('message', (data: Buffer) => listener(decodeMessage(new Uint8Array(data)))),
    onClose: (listener) => void socket.once('close', listener),
    close: () => socket.close(),
  };
}

async function openPage(): Promise<{ page: DrivenPage; socket: WebSocket }> {
  const socket = new WebSocket(`ws://127.0.0.1:${host.port}/port`, {
    headers: { Cookie: cookie, Origin: `http://127.0.0.1:${host.port}` },
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return { page: new DrivenPage(browserPort(socket)), socket };
}

describe('over the wire', () => {
  it('typed columns and bytes arrive as they left', async () => {
    const { page } = await openPage();
    const source = await page.open(plainProfile(broker.port, { subscriptions: [{ topicFilter: 'wire/#', qos: 0 }] }));
    const payload = new Uint8Array(100_000).map((_, index) => index & 0xff);
    await page.call('publish', { source, topic: 'wire/bytes', payload, qos: 1, retain: false });
    const { view } = await page.call('openPacketView', { source, filter: 'type:publish' });
    await page.call('setWindow', { view, from: 0, count: 10 });
    const push = await page.until(
      'both',
      () => page.view('packets', view)?.rows.seq.length === 2 && page.view('packets', view),
    );
    expect(push.rows.timeUs).toBeInstanceOf(Float64Array);
    expect(push.rows.previousTimeUs).toBeNaN();
    expect(push.rows.length).toBeInstanceOf(Uint32Array);
    const seq = push.rows.seq[1] ?? 0;
    const detail = await page.call('getPacket', { source, seq });
    expect(detail.bytes.length).toBe(65_536);
    const rest = await page.call('readBytes', { source, seq, from: detail.payloadFrom, to: detail.payloadTo });
    expect(Buffer.compare(rest, payload)).toBe(0);
    page.client.close();
  });

  it('a reload finds everything as it was, and views of the old page are gone', async () => {
    const first = await openPage();
    const source = await first.page.open(plainProfile(broker.port, { name: 'survivor' }));
    const { view } = await first.page.call('openPacketView', { source });
    await first.page.call('setWindow', { view, from: 0, count: 100, follow: true });
    await first.page.until('rows', () => (first.page.view('packets', view)?.total ?? 0) >= 3);
    first.socket.terminate();
    const { page } = await openPage();
    const hello = await page.call('hello', {});
    expect(hello.sources.find(({ id }) => id === source)).toMatchObject({ name: 'survivor', state: 'connected' });
    expect(await page.failure('setFilter', { view: view + 1_000, filter: '' })).toMatchObject({ code: 'no-such-view' });
    await page.call('publish', { source, topic: 'still/there', payload: new Uint8Array(1), qos: 2, retain: false });
    await page.until('the handshake', () => page.stats.get(source)?.packets === 3 + 4);
    page.client.close();
  });

  it('two pages each have their own window of one source', async () => {
    const [left, right] = await Promise.all([openPage(), openPage()]);
    const source = await left.page.open(plainProfile(broker.port));
    const open = async ({ page }: { page: DrivenPage }, from: number): Promise<number> => {
      const { view } = await page.call('openPacketView', { source });
      await page.call('setWindow', { view, from, count: 1 });
      return view;
    };
    const views = await Promise.all([open(left, 1), open(right, 2)]);
    const typeOf = ({ page }: { page: DrivenPage }, view: number) =>
      (page.view('packets', view)?.rows.header[0] ?? 0) >> 4;
    await left.page.until('CONNECT', () => typeOf(left, views[0]) === 1);
    await right.page.until('CONNACK', () => typeOf(right, views[1]) === 2);
    left.page.client.close();
    await right.page.call('ping', { source });
    await right.page.until('the other goes on', () => (right.page.stats.get(source)?.packets ?? 0) >= 5);
    expect(left.page.closed).toBe(true);
    right.page.client.close();
  });

  it('nonsense closes the port of the page that sent it and no other', async () => {
    const [sane, mad] = await Promise.all([openPage(), openPage()]);
    mad.socket.send(Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3]));
    await mad.page.until('closed', () => mad.page.closed);
    await expect(sane.page.call('hello', {})).resolves.toMatchObject({ version: '1.2.3' });
    sane.page.client.close();
  });
});
