/** The table of commands; each file is loaded when its command runs. */

import type { Command } from './command.ts';

/** In the order of the help. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  serve: {
    summary: 'the app in a browser; prints the address',
    load: () => import('./serve.ts'),
  },
  run: {
    summary: 'run a Python script that uses umqtt or paho-mqtt',
    load: () => import('./run-script.ts'),
  },
  capture: {
    summary: 'connect, subscribe, and write every packet as a line',
    load: () => import('./capture.ts'),
  },
  tap: {
    summary: 'between devices and their broker: pass everything on, and write every packet as a line',
    load: () => import('./tap.ts'),
  },
  decode: {
    summary: 'the packets of a capture file, or of hexadecimal bytes',
    load: () => import('./decode.ts'),
  },
  replay: {
    summary: 'publish the messages of a capture file again',
    load: () => import('./replay.ts'),
  },
  compare: {
    summary: 'in what the packets of two capture files differ',
    load: () => import('./compare.ts'),
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
