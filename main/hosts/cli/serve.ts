/** `mqtt-inspector serve`: the app over loopback HTTP, in a browser window or at a printed address. */

import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { dataDirectory } from '../../storage/directory.ts';
import { ensurePage } from '../launch/build.ts';
import { decidePlace, type Place, type PlaceReason } from '../launch/decide.ts';
import type { StartService } from '../launch/service.ts';
import { findBrowser, isRoot, thisMachine, whyNoDisplay } from '../launch/surroundings.ts';
import { ownVersion } from '../launch/version.ts';
import { appWindowArguments, openWindow, type Window } from '../launch/window.ts';
import { watchParent } from '../web/parent-watch.ts';
import { startWebHost, type WebHost } from '../web/server.ts';
import { readArguments, readInteger } from './arguments.ts';
import type { CommandIo, ExitCode } from './command.ts';

const HELP = `Usage: mqtt-inspector serve [--port N] [--no-open] [--data DIR]

Serves the app on 127.0.0.1 and opens it in a window of an installed Chrome, Chromium or Edge. The printed address
lets its owner in for as long as this runs: keep it to yourself. From another machine, bring the port over:
  ssh -L N:127.0.0.1:N HOST

  --port N             listen on this port and no other (default: any free one)
  --no-open            open nothing
  --data DIR           keep profiles and settings here
  --exit-with-parent   end when the process that started this one ends
`;

/** A page is back sooner than this after a reload. */
const RELOAD_MS = 2_000;

export interface Serving {
  readonly data: string | undefined;
  readonly port: number | undefined;
  readonly place: Place;
  readonly exitWithParent: boolean;
}

export async function run(argv: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values } = readArguments(argv, {
    port: { type: 'string' },
    data: { type: 'string' },
    'no-open': { type: 'boolean' },
    'exit-with-parent': { type: 'boolean' },
  });
  if (values.help === true) {
    io.stdout.write(HELP);
    return 0;
  }
  const port = readInteger('--port', values.port, 0, 65_535);
  const place: Place = values['no-open'] === true ? { kind: 'address', why: 'asked-for' } : browserPlace();
  return serveApp({ data: values.data, port, place, exitWithParent: values['exit-with-parent'] === true }, io);
}

function browserPlace(): Place {
  const machine = thisMachine();
  const noDisplay = whyNoDisplay(machine);
  const browser = findBrowser(machine);
  const place = decidePlace({
    root: isRoot(machine),
    ...(noDisplay === undefined ? {} : { noDisplay }),
    ...(browser === undefined ? {} : { browser }),
  });
  return place.kind === 'browser' ? { ...place, why: 'asked-for' } : place;
}

/** Loads the engine only when it is needed: not for `--help`. */
const startTheService: StartService = async (options) => {
  const { startService } = await import('../launch/service.ts');
  return startService(options);
};

/** Serves until a signal, the end of the parent, or the closing of the app's own window. */
export async function serveApp(
  serving: Serving,
  io: CommandIo,
  start: StartService = startTheService,
): Promise<ExitCode> {
  const say = (line: string): void => void io.stderr.write(`${line}\n`);
  const root = await ensurePage(say);
  const data = dataDirectory(serving.data);
  const service = await start({ host: 'web', version: ownVersion(), data });
  const ended = new AbortController();
  const finish = (): void => ended.abort();
  io.signal.addEventListener('abort', finish);
  if (io.signal.aborted) finish();
  const parent = serving.exitWithParent ? watchParent(finish) : undefined;
  try {
    const host = await startWebHost({
      attach: (port) => service.attach(port),
      attachScript: (port) => service.attachScript(port),
      root,
      ...(serving.port === undefined ? {} : { port: serving.port }),
    });
    const window = await show(serving.place, host, data, io);
    if (window !== undefined) endWithWindow(window, host, finish);
    if (!ended.signal.aborted) await once(ended.signal, 'abort');
    window?.close();
    await host.close();
  } finally {
    io.signal.removeEventListener('abort', finish);
    parent?.[Symbol.dispose]();
    await service.close();
  }
  return 0;
}

/**
 * Calls `finish` once the window is closed and no page is left: the user may have opened others at the printed address. A
 * page that reloads is away for a moment.
 */
function endWithWindow(window: Window, host: WebHost, finish: () => void): void {
  let windowClosed = window.handedOver;
  const look = async (): Promise<void> => {
    if (!windowClosed || host.pages > 0) return;
    await pause(RELOAD_MS);
    if (host.pages === 0) finish();
  };
  host.onPages(() => void look());
  // Where another process shows the window, its page tells; it has not even connected yet.
  if (window.handedOver) return;
  void window.closed.then(() => {
    windowClosed = true;
    return look();
  });
}

/** Half a sentence each; `asked-for` needs none. */
const REASONS: Readonly<Record<PlaceReason, string>> = {
  'remote-shell': 'This is a remote shell',
  container: 'This is a container',
  'no-display': 'There is no display',
  root: 'Browsers do not run as root',
  'no-electron': 'The Electron program is not here',
  'no-electron-no-browser': 'Neither the Electron program nor Chrome, Chromium or Edge is here',
  'window-failed': 'The browser did not start',
  'asked-for': '',
};

/** What to do where the address is not one of the user's own machine. */
function hint(why: PlaceReason, port: number): string {
  if (why === 'remote-shell') return ` On your own machine first: ssh -N -L ${port}:127.0.0.1:${port} HOST`;
  if (why === 'container') return ' From outside the container, this needs its network (--network host).';
  return '';
}

async function show(place: Place, host: WebHost, data: string, io: CommandIo): Promise<Window | undefined> {
  let why: PlaceReason = place.kind === 'electron' ? 'window-failed' : place.why;
  let window: Window | undefined;
  if (place.kind === 'browser') {
    const profile = join(data, 'browser-profile');
    window = await openWindow(place.executable, appWindowArguments(host.oneTimeUrl(), profile));
    if (window === undefined) why = 'window-failed';
  }
  const doing =
    window === undefined ? `open this address yourself.${hint(why, host.port)}` : 'shown in a browser window.';
  if (why !== 'asked-for') io.stderr.write(`${REASONS[why]}: ${doing}\n`);
  io.stdout.write(`${host.url}\n`);
  return window;
}
