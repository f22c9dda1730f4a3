/** A stand-in for what the app uses of `electron/main`: records what it is told, and behaves as Electron's documentation says. */

import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';

type Handler = (request: Request) => Promise<Response>;
type Decide<T> = (decision: T) => void;

/** MessagePortMain over Node's port: structured clone, delivery after `start`, `close` at both ends. */
class FakeMessagePortMain extends EventEmitter {
  readonly raw: MessagePort;

  constructor(raw: MessagePort) {
    super();
    this.raw = raw;
    raw.on('close', () => this.emit('close'));
  }

  start(): void {
    this.raw.on('message', (data) => this.emit('message', { data, ports: [] }));
  }

  postMessage(message: unknown): void {
    this.raw.postMessage(message);
  }

  close(): void {
    this.raw.close();
  }
}

class FakeMessageChannelMain {
  readonly port1: FakeMessagePortMain;
  readonly port2: FakeMessagePortMain;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port1 = new FakeMessagePortMain(port1);
    this.port2 = new FakeMessagePortMain(port2);
  }
}

/** What a frame of a page received from the main process. */
export interface FrameMail {
  readonly channel: string;
  readonly ports: readonly MessagePort[];
}

export class FakeFrame {
  url: string;
  readonly parent: FakeFrame | null;
  readonly mail: FrameMail[] = [];

  constructor(url: string, parent: FakeFrame | null = null) {
    this.url = url;
    this.parent = parent;
  }

  postMessage(channel: string, _message: unknown, transfer: readonly FakeMessagePortMain[]): void {
    this.mail.push({ channel, ports: transfer.map((port) => port.raw) });
  }
}

export class FakeWebContents extends EventEmitter {
  mainFrame = new FakeFrame('');
  openHandler: ((details: { url: string }) => { action: string }) | undefined;

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler;
  }

  getURL(): string {
    return this.mainFrame.url;
  }
}

interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

class FakeBrowserWindow extends EventEmitter {
  static readonly all: FakeBrowserWindow[] = [];
  static getAllWindows(): FakeBrowserWindow[] {
    return FakeBrowserWindow.all;
  }

  readonly options: Record<string, unknown> & { readonly webPreferences: Record<string, unknown> };
  readonly webContents = new FakeWebContents();
  readonly calls: string[] = [];
  bounds: Bounds = { x: 10, y: 20, width: 1000, height: 700 };
  maximized = false;
  minimized = false;

  constructor(options: FakeBrowserWindow['options']) {
    super();
    this.options = options;
    FakeBrowserWindow.all.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }

  async loadURL(url: string): Promise<void> {
    this.webContents.mainFrame.url = url;
    this.emit('ready-to-show');
  }

  show(): void {
    this.calls.push('show');
  }

  focus(): void {
    this.calls.push('focus');
  }

  restore(): void {
    this.calls.push('restore');
  }

  maximize(): void {
    this.maximized = true;
  }

  isMaximized(): boolean {
    return this.maximized;
  }

  isMinimized(): boolean {
    return this.minimized;
  }

  isDestroyed(): boolean {
    return false;
  }

  getNormalBounds(): Bounds {
    return this.bounds;
  }
}

class FakeApp extends EventEmitter {
  readonly calls: string[] = [];
  readonly paths: Record<string, string> = {};
  readonly commandLine = { getSwitchValue: (name: string) => this.switches[name] ?? '' };
  switches: Record<string, string> = {};
  firstInstance = true;
  ready = false;
  #readiness = Promise.withResolvers<void>();

  getVersion(): string {
    return '0.0.0';
  }

  setPath(name: string, path: string): void {
    this.paths[name] = path;
  }

  enableSandbox(): void {
    this.calls.push(this.ready ? 'sandbox too late' : 'sandbox');
  }

  requestSingleInstanceLock(): boolean {
    return this.firstInstance;
  }

  whenReady(): Promise<void> {
    return this.#readiness.promise;
  }

  /** As Electron, which is ready only once the app's entry module has been evaluated. */
  evaluated(): void {
    this.ready = true;
    this.#readiness.resolve();
  }

  reset(): void {
    this.removeAllListeners();
    this.calls.length = 0;
    this.switches = {};
    this.firstInstance = true;
    this.ready = false;
    this.#readiness = Promise.withResolvers();
  }

  /** As Electron: `will-quit` may be prevented; else the process would end here. */
  quit(): void {
    let prevented = false;
    this.emit('will-quit', { preventDefault: () => (prevented = true) });
    this.calls.push(prevented ? 'quit held back' : 'quit');
  }

  exit(code: number): void {
    this.calls.push(`exit ${code}`);
  }
}

class FakeSession extends EventEmitter {
  readonly handlers = new Map<string, Handler>();
  readonly protocol = { handle: (scheme: string, handler: Handler) => void this.handlers.set(scheme, handler) };
  permissionRequest: ((contents: FakeWebContents, permission: string, decide: Decide<boolean>) => void) | undefined;
  permissionCheck: ((contents: FakeWebContents | null, permission: string, origin: string) => boolean) | undefined;
  devicePermission: (() => boolean) | undefined;
  displayMedia: unknown = 'unset';
  requestFilter: readonly string[] = [];
  beforeRequest: ((details: { url: string }, decide: Decide<{ cancel: boolean }>) => void) | undefined;
  readonly webRequest = {
    onBeforeRequest: (filter: { urls: string[] }, listener: NonNullable<FakeSession['beforeRequest']>) => {
      this.requestFilter = filter.urls;
      this.beforeRequest = listener;
    },
  };

  setPermissionRequestHandler(handler: NonNullable<FakeSession['permissionRequest']>): void {
    this.permissionRequest = handler;
  }

  setPermissionCheckHandler(handler: NonNullable<FakeSession['permissionCheck']>): void {
    this.permissionCheck = handler;
  }

  setDevicePermissionHandler(handler: () => boolean): void {
    this.devicePermission = handler;
  }

  setDisplayMediaRequestHandler(handler: unknown): void {
    this.displayMedia = handler;
  }
}

export const app = new FakeApp();
export const ipcMain = new EventEmitter();
export const session = { defaultSession: new FakeSession() };
export const privileged: { scheme: string; privileges: Record<string, boolean>; beforeReady: boolean }[] = [];
export const protocol = {
  registerSchemesAsPrivileged(schemes: { scheme: string; privileges: Record<string, boolean> }[]) {
    for (const scheme of schemes) privileged.push({ ...scheme, beforeReady: !app.ready });
  },
};
export const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1040 } }] };
export const nativeTheme = { shouldUseDarkColors: true };
/** Addresses that the user's browser was asked to open. */
export const browsed: string[] = [];
export const shell = { openExternal: async (url: string) => void browsed.push(url) };
export const errorBoxes: string[] = [];
export const dialog = { showErrorBox: (title: string, text: string) => void errorBoxes.push(`${title}: ${text}`) };
export const menus: { role: string }[][] = [];
export const Menu = {
  buildFromTemplate: (template: { role: string }[]) => template,
  setApplicationMenu: (menu: { role: string }[]) => void menus.push(menu),
};
export const safeStorage = {
  available: true,
  backend: 'gnome_libsecret',
  isAsyncEncryptionAvailable: async () => safeStorage.available,
  getSelectedStorageBackend: () => safeStorage.backend,
  encryptStringAsync: async (text: string) => Buffer.from(text, 'utf8').map((byte) => byte ^ 0x33),
  decryptStringAsync: async (bytes: Buffer) => ({
    result: Buffer.from(bytes.map((byte) => byte ^ 0x33)).toString('utf8'),
    shouldReEncrypt: false,
  }),
};
export { FakeBrowserWindow as BrowserWindow, FakeMessageChannelMain as MessageChannelMain };

/** Back to before the app started. */
export function resetStandIn(): void {
  app.reset();
  ipcMain.removeAllListeners();
  session.defaultSession = new FakeSession();
  privileged.length = 0;
  browsed.length = 0;
  errorBoxes.length = 0;
  menus.length = 0;
  FakeBrowserWindow.all.length = 0;
  safeStorage.available = true;
  safeStorage.backend = 'gnome_libsecret';
}
