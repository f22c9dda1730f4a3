/** The Electron host over a stand-in for the `electron` module; that it runs in Electron itself is not shown here. */

import { beforeEach, describe, expect, it, vi } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { restoreWindowState } from '../../../main/hosts/electron/window-state.ts';
import type { Port } from '../../../shared/contract/port.ts';
import { echoService, pageFolder } from '../page-support.ts';
import * as electron from './stand-in.ts';
import { FakeFrame, FakeWebContents, resetStandIn } from './stand-in.ts';

vi.mock('electron/main', () => import('./stand-in.ts'));
vi.mock('electron/common', () => import('./stand-in.ts'));

const { runDesktop } = await import('../../../main/hosts/electron/desktop.ts');
const { systemSecrets } = await import('../../../main/hosts/electron/system-secrets.ts');

interface Started {
  readonly service: ReturnType<typeof echoService>;
  readonly documents: Map<string, string>;
  readonly closed: () => boolean;
}

async function start(kept: Record<string, string> = {}, root = '/nowhere'): Promise<Started> {
  const service = echoService();
  const documents = new Map(Object.entries(kept));
  let closed = false;
  const running = runDesktop({
    data: '/data',
    page: root,
    preload: '/built/preload.cjs',
    start: async () => ({
      attach: service.attach,
      attachScript: service.attachScript,
      keeper: {
        read: async (name) => documents.get(name) ?? null,
        write: async (name, text) => void documents.set(name, text),
      },
      close: async () => {
        closed = true;
      },
    }),
  });
  electron.app.evaluated();
  await running;
  return { service, documents, closed: () => closed };
}

function theWindow() {
  const [window] = electron.BrowserWindow.all;
  if (window === undefined) throw new Error('no window was opened');
  return window;
}

beforeEach(() => resetStandIn());

describe('the window', () => {
  it('shows a sandboxed page without Node', async () => {
    await start();
    const window = theWindow();
    expect(window.options.webPreferences).toMatchObject({
      preload: '/built/preload.cjs',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
    });
    expect(electron.app.calls).toEqual(['sandbox']);
    expect(window.webContents.mainFrame.url).toBe('app://inspector/');
    expect(window.calls).toEqual(['show']);
    expect(electron.app.paths).toEqual({ userData: join('/data', 'electron') });
  });

  it('may not leave its page, open windows or embed others', async () => {
    await start();
    const { webContents } = theWindow();
    const links = [
      'https://example.com/a?b#c',
      'http://127.0.0.1/',
      'app://inspector/',
      'file:///etc/passwd',
      'about:blank',
      '',
    ];
    for (const url of links) expect(webContents.openHandler?.({ url })).toEqual({ action: 'deny' });
    expect(electron.browsed).toEqual(links.slice(0, 2));
    const prevented = (event: string, url: string): boolean => {
      let stopped = false;
      webContents.emit(event, { url, preventDefault: () => (stopped = true) });
      return stopped;
    };
    for (const event of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
      for (const url of [
        'https://example.com/',
        'file:///etc/passwd',
        'app://other/',
        'app://inspector.evil/',
        'app://user@inspector/',
        'javascript:alert(1)',
        'data:text/html,x',
        'nonsense',
      ])
        expect({ event, url, prevented: prevented(event, url) }).toEqual({ event, url, prevented: true });
      expect(prevented(event, 'app://inspector/')).toBe(false);
    }
    expect(prevented('will-attach-webview', '')).toBe(true);
  });

  it('guards contents that Electron makes by itself, too', async () => {
    await start();
    const other = new FakeWebContents();
    electron.app.emit('web-contents-created', {}, other);
    expect(other.openHandler?.({ url: 'https://example.com' })).toEqual({ action: 'deny' });
  });

  it('comes back where it was, and on a display', async () => {
    const state = { place: { x: 100, y: 50 }, width: 1200, height: 800, maximized: true };
    const { documents } = await start({ window: JSON.stringify(state) });
    const window = theWindow();
    expect(window.options).toMatchObject({ x: 100, y: 50, width: 1200, height: 800 });
    expect(window.maximized).toBe(true);
    window.emit('close');
    expect(JSON.parse(documents.get('window') ?? '')).toEqual({
      place: { x: 10, y: 20 },
      width: 1000,
      height: 700,
      maximized: true,
    });
  });

  it.each([
    ['nothing', null, { width: 1440, height: 900, maximized: false }],
    ['nonsense', '{{', { width: 1440, height: 900, maximized: false }],
    ['a size of nothing', '{"width":1,"height":1,"maximized":false}', { width: 1440, height: 900, maximized: false }],
    [
      'a display that is gone',
      '{"place":{"x":5000,"y":0},"width":800,"height":600,"maximized":false}',
      { width: 800, height: 600, maximized: false },
    ],
    [
      'a title bar below the screen',
      '{"place":{"x":0,"y":1035},"width":800,"height":600,"maximized":false}',
      { width: 800, height: 600, maximized: false },
    ],
  ])('after %s opens sensibly', (_what, text, expected) => {
    expect(restoreWindowState(text, [{ x: 0, y: 0, width: 1920, height: 1040 }])).toEqual(expected);
  });
});

describe('the session', () => {
  it('grants nothing but copying text, to our page alone', async () => {
    await start();
    const { defaultSession } = electron.session;
    const { webContents } = theWindow();
    const asked = (contents: FakeWebContents, permission: string): boolean | undefined => {
      let granted: boolean | undefined;
      defaultSession.permissionRequest?.(contents, permission, (decision) => {
        granted = decision;
      });
      return granted;
    };
    for (const permission of ['media', 'geolocation', 'notifications', 'openExternal', 'fileSystem', 'clipboard-read'])
      expect({ permission, granted: asked(webContents, permission) }).toEqual({ permission, granted: false });
    expect(asked(webContents, 'clipboard-sanitized-write')).toBe(true);
    const foreign = new FakeWebContents();
    foreign.mainFrame.url = 'https://example.com/';
    expect(asked(foreign, 'clipboard-sanitized-write')).toBe(false);
    expect(defaultSession.permissionCheck?.(webContents, 'clipboard-sanitized-write', 'app://inspector')).toBe(true);
    expect(defaultSession.permissionCheck?.(webContents, 'clipboard-sanitized-write', 'app://inspector/')).toBe(true);
    expect(defaultSession.permissionCheck?.(null, 'clipboard-sanitized-write', 'https://example.com')).toBe(false);
    expect(defaultSession.permissionCheck?.(webContents, 'usb', 'app://inspector/')).toBe(false);
    expect(defaultSession.devicePermission?.()).toBe(false);
    expect(defaultSession.displayMedia).toBeNull();
  });

  it('lets the page reach no network and no disk', async () => {
    await start();
    const { defaultSession } = electron.session;
    expect(defaultSession.requestFilter).toEqual(
      expect.arrayContaining(['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'file://*/*']),
    );
    let decision: { cancel: boolean } | undefined;
    defaultSession.beforeRequest?.({ url: 'https://example.com/' }, (made) => {
      decision = made;
    });
    expect(decision).toEqual({ cancel: true });
    const isPrevented = (url: string): boolean => {
      let prevented = false;
      defaultSession.emit('will-download', { preventDefault: () => (prevented = true) }, { getURL: () => url });
      return prevented;
    };
    expect(isPrevented('https://example.com/a.zip')).toBe(true);
    expect(isPrevented('blob:https://example.com/1c7a')).toBe(true);
    expect(isPrevented('blob:app://inspector/1c7a')).toBe(false);
  });
});

describe('app://', () => {
  const load = (url: string, init?: RequestInit): Promise<Response> => {
    const handler = electron.session.defaultSession.handlers.get('app');
    if (handler === undefined) throw new Error('the scheme is not handled');
    return handler(new Request(url, init));
  };

  it('is an origin of its own before the app is ready', async () => {
    await start();
    expect(electron.privileged).toEqual([
      {
        scheme: 'app',
        privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
        beforeReady: true,
      },
    ]);
  });

  it('serves the page with the policy of the web host', async () => {
    using folder = pageFolder();
    await start({}, folder.root);
    const response = await load('app://inspector/');
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('MQTT Inspector');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toContain("'unsafe-eval'");
    expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(response.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const asset = await load('app://inspector/assets/index-Ab12Cd34.js');
    expect(asset.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  });

  it('serves nothing else', async () => {
    using folder = pageFolder();
    await start({}, folder.root);
    expect((await load('app://other/')).status).toBe(421);
    expect((await load('app://inspector/', { method: 'POST', body: 'x' })).status).toBe(405);
    for (const path of ['..%2fsecret.txt', 'link.txt', '%2e%2e%5csecret.txt', 'nowhere.js'])
      expect({ path, status: (await load(`app://inspector/${path}`)).status }).toEqual({ path, status: 404 });
  });
});

describe('the port', () => {
  const request = (frame: FakeFrame | null, sender: FakeWebContents, channel = 'inspector-port'): void => {
    electron.ipcMain.emit(channel, { senderFrame: frame, sender });
  };

  it('is handed to the main frame of our page, and carries messages both ways', async () => {
    const { service } = await start();
    const { webContents } = theWindow();
    request(webContents.mainFrame, webContents);
    const [mail] = webContents.mainFrame.mail;
    expect(mail?.channel).toBe('inspector-port');
    const [port] = mail?.ports ?? [];
    if (port === undefined) throw new Error('no port came');
    const answer = new Promise((resolve) => port.once('message', resolve));
    const message = { a: 1, bytes: new Uint8Array([1, 2, 3]) };
    port.postMessage(message);
    expect(await answer).toEqual({ number: 1, message });
    port.close();
    await expect.poll(() => service.detached.length).toBe(1);
  });

  it('is handed anew after a reload, and to each window its own', async () => {
    const { service } = await start();
    const { webContents } = theWindow();
    request(webContents.mainFrame, webContents);
    webContents.mainFrame.mail[0]?.ports[0]?.close();
    request(webContents.mainFrame, webContents);
    await expect.poll(() => service.detached.length).toBe(1);
    expect(service.ports).toHaveLength(2);
    webContents.mainFrame.mail[1]?.ports[0]?.close();
  });

  it('is refused to subframes, other pages and frames that are gone', async () => {
    const { service } = await start();
    const { webContents } = theWindow();
    request(new FakeFrame('app://inspector/', webContents.mainFrame), webContents);
    request(null, webContents);
    webContents.mainFrame.url = 'https://example.com/';
    request(webContents.mainFrame, webContents);
    request(webContents.mainFrame, webContents, 'inspector-script-port');
    expect([...service.ports, ...service.scripts]).toEqual([]);
    expect(webContents.mainFrame.mail).toEqual([]);
  });

  it('reaches the page through the preload, as the page itself asks for it', async () => {
    const { service } = await start();
    const { webContents } = theWindow();
    const listeners = new Set<(event: Event) => void>();
    const page = {
      addEventListener: (_name: string, listener: (event: Event) => void) => listeners.add(listener),
      removeEventListener: (_name: string, listener: (event: Event) => void) => listeners.delete(listener),
      postMessage: (data: unknown, origin: string, ports: MessagePort[]) => {
        expect(origin).toBe('app://inspector');
        for (const listener of [...listeners])
          listener(Object.assign(new Event('message'), { data, ports, source: page }));
      },
    };
    const exposed: Record<string, Record<string, unknown>> = {};
    const sent: string[] = [];
    const receivers = new Map<string, (event: { ports: readonly unknown[] }) => void>();
    vi.doMock('electron/renderer', () => ({
      contextBridge: {
        exposeInMainWorld: (name: string, api: Record<string, unknown>) => {
          exposed[name] = api;
          vi.stubGlobal(name, api);
        },
      },
      ipcRenderer: {
        on: (channel: string, listener: (event: { ports: readonly unknown[] }) => void) => {
          receivers.set(channel, listener);
        },
        send: (channel: string) => {
          sent.push(channel);
          request(webContents.mainFrame, webContents, channel);
          const mail = webContents.mainFrame.mail.at(-1);
          receivers.get(mail?.channel ?? '')?.({ ports: mail?.ports ?? [] });
        },
      },
    }));
    vi.stubGlobal('window', page);
    vi.stubGlobal('location', { origin: 'app://inspector' });
    // A room of its own, with the page's types: this project does not reference it.
    const preload = '../../../main/hosts/electron/preload/preload.ts';
    await import(preload);
    // Two functions for the whole page to call, and they take nothing.
    expect(Object.keys(exposed)).toEqual(['inspectorHost']);
    expect(Object.keys(exposed['inspectorHost'] ?? {})).toEqual(['requestPort', 'requestScriptPort']);

    const { connectToHost, openScriptRoute } = await import('../../../renderer/platform/host-port.ts');
    const port: Port = await connectToHost();
    const route: { kind: string; port?: MessagePort } = await openScriptRoute();
    expect(sent).toEqual(['inspector-port', 'inspector-script-port']);
    if (route.port === undefined) throw new Error('no port came');
    const shouted = new Promise((resolve) => route.port?.addEventListener('message', (event) => resolve(event.data)));
    route.port.start();
    route.port.postMessage('hello');
    expect(await shouted).toBe('HELLO');
    route.port.close();
    await expect.poll(() => service.detached).toEqual(service.scripts);
    const answer = new Promise((resolve) => port.onMessage(resolve));
    port.post('hello');
    expect(await answer).toEqual({ number: 1, message: 'hello' });
    port.close();
    await expect.poll(() => service.detached.length).toBe(2);
    vi.unstubAllGlobals();
  });
});

describe('the app', () => {
  it('shows the window that is there when started a second time', async () => {
    await start();
    theWindow().minimized = true;
    electron.app.emit('second-instance');
    expect(theWindow().calls).toEqual(['show', 'restore', 'focus']);
    expect(electron.BrowserWindow.all).toHaveLength(1);
  });

  it('opens no second window while the first one opens', async () => {
    await start();
    electron.BrowserWindow.all.length = 0;
    electron.app.emit('activate');
    electron.app.emit('second-instance');
    await expect.poll(() => electron.BrowserWindow.all.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(electron.BrowserWindow.all).toHaveLength(1);
  });

  it('is evaluated before Electron is ready, and shows its window then', async () => {
    const data = mkdtempSync(join(tmpdir(), 'mqtt-inspector-desktop-'));
    electron.app.switches = { data };
    await import('../../../main/hosts/electron/main.ts');
    expect(electron.BrowserWindow.all).toEqual([]);
    electron.app.evaluated();
    await expect.poll(() => electron.BrowserWindow.all.length, { timeout: 15_000 }).toBe(1);
    expect(theWindow().options.webPreferences['preload']).toMatch(/preload\.cjs$/);
    electron.app.quit();
    await expect.poll(() => electron.app.calls.at(-1), { timeout: 15_000 }).toBe('quit');
    rmSync(data, { recursive: true });
  });

  it('gives way to an instance that runs', async () => {
    electron.app.firstInstance = false;
    await start();
    expect(electron.BrowserWindow.all).toEqual([]);
    expect(electron.app.calls).toContain('quit');
  });

  it('closes the service before it quits, once', async () => {
    const { closed } = await start();
    electron.app.quit();
    electron.app.quit();
    expect(electron.app.calls).toEqual(['sandbox', 'quit held back', 'quit held back']);
    await expect.poll(() => electron.app.calls.at(-1)).toBe('quit');
    expect(closed()).toBe(true);
  });

  it('says why it cannot start', async () => {
    const running = runDesktop({
      data: '/data',
      page: '/nowhere',
      preload: '/p',
      start: () => Promise.reject(new Error('no luck')),
    });
    electron.app.evaluated();
    await running;
    expect(electron.errorBoxes).toEqual(['MQTT Inspector could not start: no luck']);
    expect(electron.app.calls).toContain('exit 1');
  });
});

describe('safeStorage', () => {
  it('encrypts and decrypts', async () => {
    const sealed = await systemSecrets.encrypt('hunter2');
    expect(Buffer.from(sealed).toString('latin1')).not.toContain('hunter2');
    expect(await systemSecrets.decrypt(sealed)).toBe('hunter2');
  });

  it('does not count where Linux would only obscure', async () => {
    expect(await systemSecrets.available()).toBe(true);
    electron.safeStorage.backend = 'basic_text';
    expect(await systemSecrets.available()).toBe(process.platform !== 'linux');
    electron.safeStorage.backend = 'kwallet6';
    electron.safeStorage.available = false;
    expect(await systemSecrets.available()).toBe(false);
  });
});
