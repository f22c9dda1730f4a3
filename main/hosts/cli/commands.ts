/** The table of commands; each file is loaded when its command runs. */

import type { Command } from './command.ts';

/** In the order of the help. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  serve: {
    summary: 'the app in a browser; prints the address',
    load: () => import('./serve.ts'),
  },
  capture: {
    summary: 'connect, subscribe, and write every packet as a line',
    load: () => import('./capture.ts'),
  },
  decode: {
    summary: 'the packets of a capture file, or of hexadecimal bytes',
    load: () => import('./decode.ts'),
  },
  broker: {
    summary: 'the built-in broker, with demo devices',
    load: () => import('./broker.ts'),
  },
};

/** What runs without a command. */
export const APP: Command = {
  summary: 'open the app',
  load: () => import('./app.ts'),
};
