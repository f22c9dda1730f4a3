/** `mqtt-inspector replay`: the messages of a capture file, published again to a broker. */

import { createReadStream } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { PresetName } from '../../../shared/contract/shaping.ts';
import { EVERYTHING, type Filter } from '../../../shared/filter/filter-ast.ts';
import type { QoS } from '../../../shared/mqtt/packet.ts';
import { checkTopicRule, readTopicRule, type TopicRule } from '../../../shared/mqtt/topic-mapping.ts';
import { createTransport } from '../../engine/transport/create.ts';
import { systemClock, systemRandom } from '../../engine/transport/system.ts';
import { HeadlessCapture, type HeadlessEnd } from '../../service/headless-capture.ts';
import { HeadlessDecode } from '../../service/headless-decode.ts';
import { HeadlessReplay } from '../../service/headless-replay.ts';
import { terminalText } from '../../service/packet-line.ts';
import type { ReplayPlan, ReplayProgress } from '../../service/replay.ts';
import { shapedTransports } from '../../service/shaped-transports.ts';
import { readArguments, readInteger, UsageError } from './arguments.ts';
import { type CaptureTarget, CONNECTION_OPTIONS, readConnection, readVersion } from './capture-options.ts';
import { connectionFailure } from './capture-words.ts';
import type { CommandIo, ExitCode } from './command.ts';
import { describeFailure } from './failure-words.ts';
import { fileFault, nameOf } from './file-fault-words.ts';
import { readFilter } from './filter-option.ts';
import { readShape } from './shape-option.ts';
import { systemFault } from './system-fault-words.ts';

const HELP = `Usage: mqtt-inspector replay FILE URL [OPTIONS]

Publishes the messages of a capture file again, in their order and at their distances. FILE is what decode reads; URL is
mqtt|mqtts|ws|wss://[USER[:PASSWORD]@]HOST[:PORT][/PATH]. A message that was sent again with DUP is published once.

  --speed N|max        2 is twice as fast, 0.5 half as fast, max waits for nothing but the broker; default: 1
  --loop N             so many rounds, 0 without end; default: 1
  --topic FROM=>TO     where messages go instead: FROM is a topic filter, TO a topic that may repeat its wildcards, as in
                       'old/#=>new/#'. May be given again; the first that matches counts
  --qos N              publish all with this QoS; default: as recorded
  --retain yes|no      publish all with or without RETAIN; default: as recorded
  --filter EXPR        only messages that pass, e.g. 'topic:site/# -retain'
  --direction WHICH    only what clients sent (sent) or what servers sent (received); default: both
  --from N             begin with this packet, as decode --json numbers them
  --mqtt-version N     of the broker's connection: 3 (3.1), 4 (3.1.1) or 5; default: 5, then 3.1.1
  --client-id, --username, --password, --keep-alive, --ca, --cert, --key, --insecure    as of capture
  --shape NAME         as of capture: conditions of the link to the broker
  --quiet              no progress on stderr

Exit code: 0; 1 where the connection broke, messages were refused or the file is damaged; 2 for wrong arguments.
`;

/** Of the file's packets, bytes: what is beyond is evicted, and said. */
const BYTE_BUDGET = 2 * 1024 * 1024 * 1024;
const CONNECTION_BUDGET = 64 * 1024 * 1024;
const READ_BYTES = 1024 * 1024;
const TELL_MS = 5_000;
/** So long the broker may take to acknowledge the last messages. */
const SETTLE_MS = 10_000;

interface ReplayTask {
  readonly file: string;
  readonly target: CaptureTarget;
  readonly filter: Filter;
  readonly direction: 'client-to-server' | 'server-to-client' | undefined;
  readonly fromSeq: number | undefined;
  readonly plan: ReplayPlan;
  readonly isQuiet: boolean;
  readonly shape: PresetName | undefined;
}

export async function run(argv: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values, positionals } = readArguments(
    argv,
    {
      speed: { type: 'string' },
      loop: { type: 'string' },
      topic: { type: 'string', multiple: true },
      qos: { type: 'string' },
      retain: { type: 'string' },
      filter: { type: 'string' },
      direction: { type: 'string' },
      from: { type: 'string' },
      quiet: { type: 'boolean' },
      ...CONNECTION_OPTIONS,
      shape: { type: 'string' },
    },
    { positionals: true },
  );
  if (values.help === true) {
    io.stdout.write(HELP);
    return 0;
  }
  const [file, url, surplus] = positionals;
  if (file === undefined || url === undefined) throw new UsageError('a FILE and a URL are expected');
  if (surplus !== undefined) throw new UsageError(`"${surplus}" was not expected here`);
  readVersion(values['mqtt-version']);
  const qos = readInteger('--qos', values.qos, 0, 2) as QoS | undefined;
  const retain = readChoice('--retain', values.retain, { yes: true, no: false });
  const task: ReplayTask = {
    file,
    target: readConnection('URL', url, values, { topics: [], qos: 0 }),
    filter: readFilter(values.filter),
    direction: readChoice('--direction', values.direction, {
      both: undefined,
      sent: 'client-to-server',
      received: 'server-to-client',
    }),
    fromSeq: readInteger('--from', values.from, 0, Number.MAX_SAFE_INTEGER),
    plan: {
      speed: readSpeed(values.speed ?? '1'),
      rounds: readInteger('--loop', values.loop, 0, Number.MAX_SAFE_INTEGER) ?? 1,
      topics: (values.topic ?? []).map(readRule),
      qos,
      retain,
    },
    isQuiet: values.quiet === true,
    shape: readShape(values.shape),
  };
  return new ReplayRun(task, io).run();
}

/** Throws {@link UsageError}. */
function readChoice<const C extends Readonly<Record<string, unknown>>>(
  option: string,
  text: string | undefined,
  choices: C,
): C[keyof C] | undefined {
  if (text === undefined) return undefined;
  if (Object.hasOwn(choices, text)) return choices[text as keyof C];
  throw new UsageError(`${option} must be one of ${Object.keys(choices).join(', ')}, not "${text}"`);
}

function readSpeed(text: string): number {
  if (text === 'max') return 0;
  const speed = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (speed >= 0.001 && speed <= 1000) return speed;
  throw new UsageError(`--speed must be a number from 0.001 to 1000, or max, not "${text}"`);
}

function readRule(text: string): TopicRule {
  const rule = readTopicRule(text);
  if (rule === undefined) throw new UsageError(`--topic "${text}" is no rule: FROM=>TO is expected`);
  const found = checkTopicRule(rule);
  if (found === undefined) return rule;
  const why =
    found.fault === 'wildcards'
      ? `its wildcards are not those of "${rule.from}"`
      : `${found.fault.message} [${found.fault.rule}]`;
  throw new UsageError(`--topic: "${rule[found.side]}" cannot be used: ${why}`);
}

class ReplayRun {
  readonly #task: ReplayTask;
  readonly #io: CommandIo;
  #end: HeadlessEnd | undefined;
  /** Messages that the broker has not acknowledged in time. */
  #unsettled = 0;

  constructor(task: ReplayTask, io: CommandIo) {
    this.#task = task;
    this.#io = io;
  }

  async run(): Promise<ExitCode> {
    const decoding = await this.#read();
    if (decoding === undefined) return 1;
    const connection = this.#connection();
    const startUs = systemClock.nowUs();
    try {
      connection.start();
      while (connection.session.state !== 'connected' && this.#end === undefined && !this.#io.signal.aborted) {
        // oxlint-disable-next-line no-await-in-loop
        await pause(5);
      }
      if (connection.session.state !== 'connected') return this.#failed(connection);
      const progress = await this.#replay(decoding, connection);
      while (this.#end === undefined) {
        // oxlint-disable-next-line no-await-in-loop
        await pause(5);
      }
      return this.#conclude(progress, decoding, connection, (systemClock.nowUs() - startUs) / 1e6);
    } finally {
      connection.close();
    }
  }

  /** The whole file; undefined where it cannot be read. */
  async #read(): Promise<HeadlessDecode | undefined> {
    const { file } = this.#task;
    const decoding = new HeadlessDecode({
      filter: EVERYTHING,
      protocolVersion: undefined,
      byteBudget: BYTE_BUDGET,
      random: systemRandom,
    });
    const input: AsyncIterable<Uint8Array> =
      file === '-' ? this.#io.stdin : createReadStream(file, { highWaterMark: READ_BYTES });
    try {
      for await (const piece of input) if (!decoding.push(piece) || this.#io.signal.aborted) break;
    } catch (error) {
      this.#say(`${nameOf(file)} cannot be read: ${systemFault(error)}`);
      return undefined;
    }
    decoding.end();
    const { fault, recording } = decoding;
    if (fault !== undefined) this.#say(fileFault(nameOf(file), fault));
    const { packets } = recording.capture.evicted;
    if (packets > 0) this.#say(`${file} is too large: its first ${packets} packets are left out`);
    return decoding;
  }

  #connection(): HeadlessCapture {
    const { profile, secrets, versionGiven } = this.#task.target;
    return new HeadlessCapture({
      profile,
      secrets,
      filter: EVERYTHING,
      byteBudget: CONNECTION_BUDGET,
      clock: systemClock,
      random: systemRandom,
      createTransport: shapedTransports(createTransport, this.#task.shape, systemClock, systemRandom),
      ...(versionGiven ? {} : { fallbackVersion: 4 as const }),
      listener: {
        recorded: () => undefined,
        connected: () => undefined,
        subscribed: () => undefined,
        fellBack: () => undefined,
        ended: (end) => {
          this.#end = end;
        },
      },
    });
  }

  async #replay({ recording }: HeadlessDecode, connection: HeadlessCapture): Promise<ReplayProgress> {
    const { filter, direction, fromSeq, plan, isQuiet } = this.#task;
    const { signal } = this.#io;
    let changed = (): void => undefined;
    const replay = new HeadlessReplay({
      recording,
      feed: { filter, direction, fromSeq },
      plan,
      connection,
      clock: systemClock,
      changed: () => changed(),
    });
    const ticker = isQuiet ? undefined : setInterval(() => this.#say(progressWords(replay.progress)), TELL_MS);
    const stop = (): void => replay.stop();
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    try {
      await new Promise<void>((resolve) => {
        changed = () => {
          const { state } = replay.progress;
          if (state === 'done' || state === 'stopped' || state === 'interrupted') resolve();
        };
        changed();
      });
    } finally {
      clearInterval(ticker);
      signal.removeEventListener('abort', stop);
    }
    const endMs = performance.now() + SETTLE_MS;
    while (replay.unsettled > 0 && connection.session.state === 'connected' && performance.now() < endMs) {
      // oxlint-disable-next-line no-await-in-loop
      await pause(5);
    }
    if (connection.session.state === 'connected') this.#unsettled = replay.unsettled;
    connection.stop();
    return replay.progress;
  }

  #failed({ endpoint, protocolVersion }: HeadlessCapture): ExitCode {
    const { failure } = this.#end ?? {};
    this.#say(
      failure === undefined
        ? `${endpoint}: ended before the connection came about`
        : `${endpoint}: ${connectionFailure(failure, protocolVersion)}`,
    );
    return 1;
  }

  #conclude(
    progress: ReplayProgress,
    decoding: HeadlessDecode,
    connection: HeadlessCapture,
    seconds: number,
  ): ExitCode {
    const { sent, refused, missed, lastFailure, state, nextSeq } = progress;
    const failure = this.#end?.failure;
    if (failure !== undefined) this.#say(connectionFailure(failure, connection.protocolVersion));
    if (state === 'interrupted' && nextSeq !== undefined)
      this.#say(`stopped before packet ${nextSeq}: --from ${nextSeq} goes on there`);
    if (lastFailure !== undefined)
      this.#say(`${refused} messages could not be published; the last: ${describeFailure(lastFailure as never)}`);
    if (this.#unsettled > 0) this.#say(`${this.#unsettled} messages were not acknowledged in ${SETTLE_MS / 1000} s`);
    if (missed > 0) this.#say(`${missed} messages were evicted before their turn`);
    this.#io.stderr.write(`${sent} messages published in ${seconds.toFixed(1)} s\n`);
    const isFine = state !== 'interrupted' && failure === undefined && decoding.fault === undefined;
    return isFine &&
      this.#unsettled === 0 &&
      refused === 0 &&
      missed === 0 &&
      decoding.recording.capture.evicted.packets === 0
      ? 0
      : 1;
  }

  #say(text: string): void {
    this.#io.stderr.write(`mqtt-inspector replay: ${terminalText(text)}\n`);
  }
}

function progressWords({ sent, total, rounds, leftMs, behindMs }: ReplayProgress): string {
  const parts = [
    `${sent} published, ${total} in a round`,
    ...(rounds > 0 ? [`${rounds} rounds over`] : []),
    ...(leftMs === undefined ? [] : [`${(leftMs / 1000).toFixed(0)} s left`]),
    ...(behindMs > 1000 ? [`${(behindMs / 1000).toFixed(1)} s late`] : []),
  ];
  return parts.join(', ');
}
