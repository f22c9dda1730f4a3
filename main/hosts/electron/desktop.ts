/// <reference types="electron" />
/** The desktop app's life: one instance, one service, windows that show it, an orderly end. */

import { join } from 'node:path';
import { app, BrowserWindow, dialog, Menu, session } from 'electron/main';
import { guardAllContents, guardSession } from './guards.ts';
import { handOutPorts, type PortTaker } from './page-port.ts';
import { registerPageScheme, servePageOn } from './page-protocol.ts';
import { openPageWindow, type StateKeeper } from './window.ts';

interface DesktopService extends PortTaker {
  close(): Promise<void>;
  readonly keeper: StateKeeper;
}

export interface DesktopOptions {
  /** Data directory; Chromium's own files go below it. */
  readonly data: string;
  /** Folder of the built page. */
  readonly page: string;
  /** Path of the built preload script. */
  readonly preload: string;
  /** Starts the service, once Electron is ready. */
  readonly start: () => Promise<DesktopService>;
}

/**
 * Resolves when the first window is open, or at once where another instance runs already: that one shows itself. Never rejects: why it
 * cannot start is shown to the user, and the app ends. To be called, and not awaited, while the entry module is evaluated.
 */
export async function runDesktop(options: DesktopOptions): Promise<void> {
  app.setPath('userData', join(options.data, 'electron'));
  app.enableSandbox();
  registerPageScheme();
  guardAllContents();
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  try {
    await app.whenReady();
    await openDesktop(options);
  } catch (error) {
    dialog.showErrorBox('MQTT Inspector could not start', error instanceof Error ? error.message : String(error));
    app.exit(1);
  }
}

async function openDesktop(options: DesktopOptions): Promise<void> {
  Menu.setApplicationMenu(menu());
  guardSession(session.defaultSession);
  servePageOn(session.defaultSession, options.page);

  const service = await options.start();
  const ports = handOutPorts(service);
  let opening: Promise<unknown> | undefined;
  // A second start, or a click in the dock, while the window opens is no wish for another one.
  const open = (): Promise<unknown> =>
    (opening ??= openPageWindow(options.preload, service.keeper).finally(() => {
      opening = undefined;
    }));

  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows();
    if (window === undefined) {
      void open();
      return;
    }
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) void open();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  closeBeforeQuit(async () => {
    ports[Symbol.dispose]();
    await service.close();
  });
  await open();
}

/** Holds the first quit back until the service has closed its connections and written what it keeps. */
function closeBeforeQuit(close: () => Promise<void>): void {
  let state: 'open' | 'closing' | 'closed' = 'open';
  app.on('will-quit', (event) => {
    if (state === 'closed') return;
    event.preventDefault();
    if (state === 'closing') return;
    state = 'closing';
    void close().finally(() => {
      state = 'closed';
      app.quit();
    });
  });
}

/** Editing and view keys only; the app's own commands are the page's. */
function menu(): Menu {
  return Menu.buildFromTemplate([
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
    { role: 'editMenu' },
    { role: 'viewMenu' },
    { role: 'windowMenu' },
  ]);
}
