/** The same script under python3 with the genuine paho, and in the console: what each printed, how it ended, what crossed the wire. */

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findPython } from '../../support/tools.ts';
import type { Console } from '../support/console.ts';
import { type Crossed, type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';

/** A connection that neither end closes is left at that. */
const SETTLED_WITHIN_MS = 3000;

const ACKNOWLEDGEMENTS: readonly string[] = ['puback', 'pubrec', 'pubrel', 'pubcomp'];

export const SCRIPTS = join(import.meta.dirname, 'scripts');

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  /** Connections to the broker, then those to the acting broker. */
  readonly wire: readonly Crossed[];
}

/** Ports that a script gets as its arguments. */
export interface Brokers {
  readonly broker: number;
  readonly acting: number;
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs something between two recording proxies. */
async function recorded(
  { broker, acting }: Brokers,
  run: (argv: readonly string[]) => Promise<Ended>,
): Promise<Outcome> {
  await using first = await startRecordingProxy(broker);
  await using second = await startRecordingProxy(acting);
  const ports = [String(first.port), String(second.port)];
  const { code, stdout, stderr } = await run(ports);
  await Promise.all([settled(first), settled(second)]);
  return {
    exitCode: code,
    stdout: linesOf(stdout, ports),
    stderr: complaints(linesOf(stderr, ports)),
    wire: [...first.connections, ...second.connections].map(({ sent, received }) => ({
      sent: withoutHaste(sent),
      received: withoutHaste(received),
    })),
  };
}

/**
 * One direction, with acknowledgements after the messages between which they were sent, each type by itself. Whether a PUBREL
 * leaves before or after the next PUBLISH, or a PUBREC before a PUBCOMP, depends on how many packets one read finds; the order
 * of the messages, of each type of acknowledgement, and every other packet's place do not.
 */
function withoutHaste(lines: readonly string[]): string[] {
  const told: string[] = [];
  let acknowledgements: string[] = [];
  const typed = (): string[] =>
    ACKNOWLEDGEMENTS.flatMap((type) => acknowledgements.filter((line) => typeOf(line) === type));
  for (const line of lines) {
    if (isAcknowledgement(line)) {
      acknowledgements.push(line);
      continue;
    }
    if (typeOf(line) !== 'publish') {
      told.push(...typed());
      acknowledgements = [];
    }
    told.push(line);
  }
  return [...told, ...typed()];
}

function typeOf(line: string): string {
  return line.split(' ', 1)[0] ?? '';
}

function isAcknowledgement(line: string): boolean {
  return ACKNOWLEDGEMENTS.includes(typeOf(line));
}

/** What a client wrote last may still be on its way when its script is over. */
async function settled({ sockets }: RecordingProxy): Promise<void> {
  const until = Date.now() + SETTLED_WITHIN_MS;
  while (sockets.size > 0 && Date.now() < until) {
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function linesOf(text: string, [broker = '', acting = '']: readonly string[]): string[] {
  const named = text.replaceAll(broker, 'BROKER').replaceAll(acting, 'ACTING');
  return named.split('\n').filter((line) => line !== '');
}

/** Of tracebacks: the lines of the script, and the errors. What the library's own frames are called is its own affair. */
function complaints(lines: readonly string[]): string[] {
  return lines
    .filter((line) => /^\S/.test(line) || /^ {2}File ".*\/scripts?\/\w+\.py"/.test(line))
    .map((line) => line.replace(/^ {2}File ".*\/(\w+\.py)"/, '  File "$1"'));
}

/**
 * Two outcomes as far as they can be compared: a client that has said DISCONNECT takes the broker's last acknowledgements or does not,
 * as the network has it. Those at the end of what came count where both sides have them.
 */
export function comparable(genuine: Outcome, ours: Outcome): readonly [genuine: Outcome, ours: Outcome] {
  const common = (own: Outcome, other: Outcome): Outcome => ({
    ...own,
    wire: own.wire.map((connection, index) => {
      const { received, sent } = connection;
      const limit = other.wire[index]?.received.length;
      if (limit === undefined || !sent.some((line) => line.startsWith('disconnect'))) return connection;
      const end = received.findLastIndex((line) => !isAcknowledgement(line)) + 1;
      return { sent, received: received.slice(0, Math.max(end, limit)) };
    }),
  });
  return [common(genuine, ours), common(ours, genuine)];
}

/** Under python3; killed after a minute. */
export function runGenuine(script: string, brokers: Brokers): Promise<Outcome> {
  return recorded(
    brokers,
    (argv) =>
      new Promise((resolve, reject) => {
        const child = spawn(findPython() ?? 'python3', ['-X', 'utf8', join(SCRIPTS, script), ...argv], {
          stdio: ['ignore', 'pipe', 'pipe'],
          timeout: 60_000,
        });
        let [stdout, stderr] = ['', ''];
        child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
        child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
        child.once('error', reject);
        child.once('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
      }),
  );
}

/** In the console, whose runs come one after the other. */
export function runOurs(console: Console, script: string, text: string, brokers: Brokers): Promise<Outcome> {
  return recorded(brokers, async (argv) => {
    console.stdout = '';
    console.stderr = '';
    const code = await console.run(text, { name: script, argv });
    return { code, stdout: console.stdout, stderr: console.stderr };
  });
}
