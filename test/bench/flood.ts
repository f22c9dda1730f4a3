/** Receiving a flood: the whole product beside MQTT.js, paho, mosquitto_sub and a bare socket, in one run, medians of several. */

import { type ChildProcess, fork, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { findProgram, findPython } from '../support/tools.ts';
import type { Flood, FloodResult } from './flood-broker.ts';

const here = import.meta.dirname;

export interface Peer {
  readonly name: string;
  readonly qos: readonly (0 | 1 | 2)[];
  start(port: number, qos: number): ChildProcess;
}

const script = (file: string, ...parameters: (string | number)[]): ChildProcess =>
  fork(resolve(here, 'peers', file), parameters.map(String), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });

const program = (file: string, ...parameters: (string | number)[]): ChildProcess =>
  spawn(file, parameters.map(String), { stdio: 'ignore' });

/** Everything that takes part; a peer that this machine lacks is named as missing. */
export function peers(): { readonly present: readonly Peer[]; readonly missing: readonly string[] } {
  const present: Peer[] = [
    { name: 'inspector', qos: [0, 1, 2], start: (port, qos) => script('inspector.ts', port, qos) },
    { name: 'raw socket', qos: [0], start: (port) => script('raw-socket.ts', port) },
    { name: 'MQTT.js', qos: [0, 1, 2], start: (port, qos) => script('mqttjs.ts', port, qos) },
  ];
  const missing: string[] = [];
  const mosquitto = findProgram(['mosquitto_sub']);
  if (mosquitto === undefined) missing.push('mosquitto_sub');
  else {
    present.push({
      name: 'mosquitto_sub',
      qos: [0, 1, 2],
      start: (port, qos) => program(mosquitto, '-p', port, '-t', '#', '-q', qos),
    });
  }
  const python = findPython();
  if (python === undefined) missing.push('paho');
  else {
    present.push({
      name: 'paho',
      qos: [0, 1, 2],
      start: (port, qos) => program(python, resolve(here, 'peers/empty_callback_paho.py'), port, qos),
    });
  }
  return { present, missing };
}

/** One measurement of one peer; messages per second. Rejects where the peer never takes anything within a minute. */
export function measure(peer: Peer, flood: Flood): Promise<number> {
  const broker = fork(resolve(here, 'flood-broker.ts'), [JSON.stringify(flood)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  let child: ChildProcess | undefined;
  return new Promise<number>((settle, reject) => {
    const timer = setTimeout(() => reject(new Error(`${peer.name} took nothing`)), flood.warmUpMs + flood.measureMs + 20_000);
    broker.on('message', (message: { port?: number; result?: FloodResult }) => {
      if (message.port !== undefined) child = peer.start(message.port, flood.qos);
      if (message.result !== undefined) {
        clearTimeout(timer);
        settle(message.result.messages / message.result.seconds);
      }
    });
  }).finally(() => {
    child?.kill('SIGKILL');
    broker.kill('SIGKILL');
  });
}
