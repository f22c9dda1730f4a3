/// <reference types="electron" />
/** The app's window: a sandboxed page without Node, and a memory for its size and place. */

import { BrowserWindow, nativeTheme, screen } from 'electron/main';
import { PAGE_URL } from './page-address.ts';
import { restoreWindowState, type WindowState } from './window-state.ts';

const WINDOW_DOCUMENT = 'window';
const SAVE_AFTER_MS = 500;

/** Where the window's state is kept. */
export interface StateKeeper {
  read(name: string): Promise<string | null>;
  write(name: string, text: string): Promise<void>;
}

/** @param preload absolute path of the built preload script */
export async function openPageWindow(preload: string, keeper: StateKeeper): Promise<BrowserWindow> {
  const areas = screen.getAllDisplays().map((display) => display.workArea);
  const { maximized, place, width, height } = restoreWindowState(await keeper.read(WINDOW_DOCUMENT), areas);
  const window = new BrowserWindow({
    ...place,
    width,
    height,
    minWidth: 640,
    minHeight: 400,
    show: false,
    title: 'MQTT Inspector',
    // The page's own background, so that nothing flashes before its first frame.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#1f1f1f' : '#ffffff',
    webPreferences: {
      preload,
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
      spellcheck: false,
      // Frames are acknowledged by the page: a throttled one would only slow its own view down.
      backgroundThrottling: true,
    },
  });
  if (maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  rememberState(window, keeper);
  await window.loadURL(PAGE_URL);
  return window;
}

function rememberState(window: BrowserWindow, keeper: StateKeeper): void {
  let timer: NodeJS.Timeout | undefined;
  const save = (): void => {
    clearTimeout(timer);
    if (window.isDestroyed() || window.isMinimized()) return;
    const { x, y, width, height } = window.getNormalBounds();
    const state: WindowState = { place: { x, y }, width, height, maximized: window.isMaximized() };
    void keeper.write(WINDOW_DOCUMENT, JSON.stringify(state));
  };
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_AFTER_MS);
  };
  window.on('resize', later);
  window.on('move', later);
  window.on('maximize', later);
  window.on('unmaximize', later);
  window.on('close', save);
}
