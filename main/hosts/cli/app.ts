/** `mqtt-inspector` without a command: the app in the best window there is here. */

import { join } from 'node:path';
import { PROJECT, ensureApp } from '../launch/build.ts';
import { decidePlace } from '../launch/decide.ts';
import { fetchElectron } from '../launch/fetch-electron.ts';
import { findBrowser, findElectron, isRoot, thisMachine, whyNoDisplay } from '../launch/surroundings.ts';
import { openWindow } from '../launch/window.ts';
import { readArguments, readInteger } from './arguments.ts';
import type { CommandIo, ExitCode } from './command.ts';
import { serveApp } from './serve.ts';

const HELP = `Usage: mqtt-inspector [--data DIR] [--port N] [--no-open]

Opens the app: in Electron where its program is here or can be fetched, else as a window of an installed Chrome,
Chromium or Edge; without a display, in a remote shell and in a container it prints the address to open.

  --data DIR   keep profiles and settings here
  --port N     where it is served to a browser: on this port (default: any free one)
  --no-open    open nothing, print the address
`;

const ELECTRON_PACKAGE = join(PROJECT, 'node_modules', 'electron');

export async function run(argv: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values } = readArguments(argv, {
    data: { type: 'string' },
    port: { type: 'string' },
    'no-open': { type: 'boolean' },
  });
  if (values.help === true) {
    io.stdout.write(HELP);
    return 0;
  }
  const port = readInteger('--port', values.port, 0, 65_535);
  const serving = { data: values.data, port, exitWithParent: false };
  if (values['no-open'] === true) return serveApp({ ...serving, place: { kind: 'address', why: 'asked-for' } }, io);

  const say = (line: string): void => void io.stderr.write(`${line}\n`);
  const machine = thisMachine();
  const noDisplay = whyNoDisplay(machine);
  const root = isRoot(machine);
  let electron = findElectron(machine, ELECTRON_PACKAGE);
  if (electron === undefined && noDisplay === undefined && !root) {
    const memoFile = join(PROJECT, '.cache', 'electron-not-fetched');
    const fetched = await fetchElectron({ packageFolder: ELECTRON_PACKAGE, memoFile, say, signal: io.signal });
    if (fetched) electron = findElectron(machine, ELECTRON_PACKAGE);
  }
  const browser = findBrowser(machine);
  const facts = {
    root,
    ...(noDisplay === undefined ? {} : { noDisplay }),
    ...(browser === undefined ? {} : { browser }),
  };
  const place = decidePlace(electron === undefined ? facts : { ...facts, electron });
  if (place.kind !== 'electron') return serveApp({ ...serving, place }, io);

  await ensureApp(say);
  const data = values.data === undefined ? [] : [`--data=${values.data}`];
  const window = await openWindow(place.executable, [PROJECT, ...data]);
  if (window === undefined) {
    say('Electron did not start; the app is shown in a browser instead.');
    return serveApp({ ...serving, place: decidePlace(facts) }, io);
  }
  io.signal.addEventListener('abort', () => window.close());
  return (await window.closed) === 0 || io.signal.aborted ? 0 : 1;
}
