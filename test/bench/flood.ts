/** Who receives a flood, and one measurement of one of them. */

import type { ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { findProgram, findPython } from '../support/tools.ts';
import { nextMessage, processorMs, startProgram, startScript, stopChild } from './children.ts';
import type { Flood, FloodResult } from './flood-broker.ts';
import type { ReceiverReport } from './peers/inspector.ts';

export interface Peer {
  readonly name: string;
  start(port: number, flood: Flood, byteBudget: number): ChildProcess;
  /** Answers any message with a {@link ReceiverReport}, and ends. */
  readonly reports?: boolean;
}

export const inspector: Peer = {
  name: 'inspector',
  reports: true,
  start: (port, { qos }, byteBudget) => startScript('peers/inspector.ts', [port, qos, byteBudget]),
};
export const rawSocket: Peer = {
  name: 'raw socket',
  start: (port) => startScript('peers/raw-socket.ts', [port]),
};
export const mqttjs: Peer = {
  name: 'MQTT.js',
  start: (port, { qos }) => startScript('peers/mqttjs.ts', [port, qos]),
};

/** The peers that are programs of the machine; those it lacks are named. */
export function installedPeers(): { readonly present: readonly Peer[]; readonly missing: readonly string[] } {
  const present: Peer[] = [];
  const missing: string[] = [];
  const mosquitto = findProgram(['mosquitto_sub']);
  if (mosquitto === undefined) missing.push('mosquitto_sub (package mosquitto-clients)');
  else {
    present.push({
      name: 'mosquitto_sub',
      start: (port, { qos }) => startProgram(mosquitto, ['-h', '127.0.0.1', '-p', port, '-t', '#', '-q', qos]),
    });
  }
  const python = findPython();
  if (python === undefined) missing.push('paho (package python3-paho-mqtt)');
  else {
    const script = resolve(import.meta.dirname, 'peers/empty_callback_paho.py');
    present.push({ name: 'paho', start: (port, { qos }) => startProgram(python, [script, port, qos]) });
  }
  return { present, missing };
}

export interface Measured {
  readonly perSecond: number;
  /** Processor time of the peer per message, nanoseconds; NaN where the system does not tell. */
  readonly processorNs: number;
  /** Part of one core that the peer used, 0 to the number of cores. */
  readonly cores: number;
  /** Only of a peer that reports. */
  readonly report?: ReceiverReport;
}

/** One measurement of one peer. Rejects where the peer never takes anything, or where its own count denies the broker's. */
async function measure(peer: Peer, flood: Flood, byteBudget: number): Promise<Measured> {
  const broker = startScript('flood-broker.ts', [JSON.stringify(flood)]);
  let child: ChildProcess | undefined;
  try {
    const port = (await nextMessage(broker, 'port', 10_000)) as number;
    const started = nextMessage(broker, 'started', 20_000) as Promise<boolean>;
    const finished = nextMessage(broker, 'result', 20_000 + flood.measureMs) as Promise<FloodResult>;
    finished.catch(() => undefined);
    child = peer.start(port, flood, byteBudget);
    await started;
    const before = processorMs(child.pid);
    const { messages, seconds, total } = await finished;
    const used = (processorMs(child.pid) ?? Number.NaN) - (before ?? Number.NaN);
    if (!(messages > 0)) throw new Error(`${peer.name} took nothing`);
    const report = peer.reports === true ? await askReport(child, total) : undefined;
    return {
      perSecond: messages / seconds,
      processorNs: (used * 1e6) / messages,
      cores: used / 1000 / seconds,
      ...(report === undefined ? {} : { report }),
    };
  } finally {
    await Promise.all([stopChild(child), stopChild(broker)]);
  }
}

/** As {@link measure}, a second time where the first failed; where both do, NaN figures and a line in `faults`. */
export async function measureSafely(peer: Peer, flood: Flood, byteBudget: number, faults: string[]): Promise<Measured> {
  try {
    return await measure(peer, flood, byteBudget).catch(() => measure(peer, flood, byteBudget));
  } catch (error) {
    const { payloadBytes, topics, qos } = flood;
    const reason = error instanceof Error ? error.message : String(error);
    faults.push(`**Failed:** ${peer.name}, QoS ${qos}, ${payloadBytes} B, ${topics} topics: ${reason}`);
    return { perSecond: Number.NaN, processorNs: Number.NaN, cores: Number.NaN };
  }
}

async function askReport(child: ChildProcess, taken: number): Promise<ReceiverReport> {
  const answer = nextMessage(child, 'report', 10_000) as Promise<ReceiverReport>;
  child.send('report');
  const report = await answer;
  if (report.messages < taken * 0.99)
    throw new Error(`the broker counts ${taken} messages taken, the receiver only ${report.messages}`);
  return report;
}
