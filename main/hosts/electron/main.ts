/// <reference types="electron" />
/** Electron's entry: finds the built files and starts the desktop app. */

import { fileURLToPath } from 'node:url';
import { app } from 'electron/main';
import { dataDirectory } from '../../storage/directory.ts';
import { keepKeysOf } from '../launch/key-log-file.ts';
import { startService } from '../launch/service.ts';
import { runDesktop } from './desktop.ts';
import { systemSecrets } from './system-secrets.ts';

// Paths are those of the bundle, out/main/main.js.
const built = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const given = app.commandLine.getSwitchValue('data');
const data = dataDirectory(given === '' ? undefined : given);

keepKeysOf(process.env, (text) => process.stderr.write(`MQTT Inspector: ${text}\n`));
// Not awaited: Electron is ready only once this module has been evaluated, https://github.com/electron/electron/issues/40719.
void runDesktop({
  data,
  page: built('../renderer'),
  preload: built('../preload/preload.cjs'),
  start: () => startService({ host: 'electron', version: app.getVersion(), data, system: systemSecrets }),
});
