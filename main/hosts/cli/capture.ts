/** `mqtt-inspector capture`: connects, subscribes, and writes every packet of both directions as a line. */

import type { PresetName } from '../../../shared/contract/shaping.ts';
import { shapedTransports } from '../../service/shaped-transports.ts';
import { readShape } from './shape-option.ts';
import { InspectorError } from '../../../shared/contract/errors.ts';
import type { Filter } from '../../../shared/filter/filter-ast.ts';
import { versionName } from '../../../shared/mqtt/version.ts';
import { createTransport } from '../../engine/transport/create.ts';
import { systemClock, systemRandom } from '../../engine/transport/system.ts';
import { HeadlessCapture, type HeadlessEnd } from '../../service/headless-capture.ts';
import { headlessFilter } from '../../service/headless-filter.ts';
import { terminalText } from '../../service/packet-line.ts';
import { ownVersion } from '../launch/version.ts';
import { readArguments, readInteger, UsageError } from './arguments.ts';
import { type CaptureTarget, readSeconds, readTarget } from './capture-options.ts';
import { openFile, type Output, OutputError, StreamOutput } from './capture-output.ts';
import { summary } from './capture-summary.ts';
import { PacketPump } from './capture-pump.ts';
import { connectionFailure, filterFault, reasonWords } from './capture-words.ts';
import type { CommandIo, ExitCode } from './command.ts';
import { KeptKeys } from './kept-keys.ts';

const HELP = `Usage: mqtt-inspector capture --url URL -t FILTER… [OPTIONS]

Connects as an MQTT client, subscribes, and writes one line for each packet of every type, in both directions: time,
direction (→ to the server, ← to the client), bytes on the wire, what the packet says. Ends with a summary on stderr.

  --url URL            mqtt://, mqtts://, ws:// or wss://[USER[:PASSWORD]@]HOST[:PORT][/PATH]
                       ports: 1883, 8883, 80, 443; path of a WebSocket: /mqtt
  -t, --topic FILTER…  what to subscribe to; may be given more than once. Nothing is subscribed to by itself.
  -q, --qos QOS        0, 1 or 2, for all filters (default: 0)
  --mqtt-version N     3 (3.1), 4 (3.1.1) or 5; default: 5, and 4 where the server refuses that
  --count N            end after N received PUBLISH packets; packets that came with the last one are not written
  --seconds S          end after S seconds
  --filter EXPR        write only packets that pass, e.g. 'type:publish topic:a/# len:>100'
  --out FILE           write the packets to a pcapng file too, for Wireshark; - writes it to stdout, instead of lines
  --json               one JSON object for each line, bytes as base64
  --quiet              no lines, only the summary

  --shape NAME         give the connection the conditions of 2g, 3g, satellite or flaky-wifi; offline: nothing passes;
                       half-open: the broker hears, and is not heard

  --client-id ID       default: mqtt-inspector- and eight random digits
  --username NAME      instead of the URL's
  --password TEXT      instead of the URL's; other users of this machine can see command lines
  --keep-alive S       seconds, 0 for off (default: 60)
  --ca FILE            authority to trust, PEM
  --cert FILE          client certificate, PEM, with
  --key FILE           its private key, PEM
  --insecure           accept any certificate
  --tls-keylog FILE    append the secrets of TLS to FILE, for Wireshark, and put them into --out; without it, every command
                       appends them to the file that the variable SSLKEYLOGFILE names

--json and --out hold what was on the wire: also the password of CONNECT.
Ctrl-C, --count and --seconds end in order, with DISCONNECT. Exit code: 0; 1 where the connection failed or was lost, every
subscription was refused, or packets were lost before they could be written; 2 for wrong arguments.
`;

/** Packets that may wait for a slow reader, in bytes. */
const BYTE_BUDGET = 512 * 1024 * 1024;
/** How long the last received message may take to finish its QoS 2 handshake. */
const HANDSHAKE_MS = 1_000;

interface CaptureTask {
  readonly target: CaptureTarget;
  readonly filter: Filter;
  readonly isFiltered: boolean;
  readonly count: number | undefined;
  readonly seconds: number | undefined;
  readonly out: string | undefined;
  readonly keyLog: string | undefined;
  readonly shape: PresetName | undefined;
  readonly format: 'lines' | 'json' | 'quiet';
}

export async function run(argv: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values, positionals } = readArguments(
    argv,
    {
      url: { type: 'string' },
      topic: { type: 'string', short: 't', multiple: true },
      qos: { type: 'string', short: 'q' },
      'mqtt-version': { type: 'string' },
      count: { type: 'string' },
      seconds: { type: 'string' },
      filter: { type: 'string' },
      out: { type: 'string' },
      json: { type: 'boolean' },
      quiet: { type: 'boolean' },
      'client-id': { type: 'string' },
      username: { type: 'string' },
      password: { type: 'string' },
      'keep-alive': { type: 'string' },
      ca: { type: 'string' },
      cert: { type: 'string' },
      key: { type: 'string' },
      insecure: { type: 'boolean' },
      'tls-keylog': { type: 'string' },
      shape: { type: 'string' },
    },
    { positionals: true },
  );
  if (values.help === true) {
    io.stdout.write(HELP);
    return 0;
  }
  if (values.json === true && values.quiet === true) throw new UsageError('--json and --quiet exclude each other');
  if (values.json === true && values.out === '-') throw new UsageError('--json and --out - exclude each other');
  const target = readTarget(values, positionals);
  const count = readInteger('--count', values.count, 1, Number.MAX_SAFE_INTEGER);
  const seconds = readSeconds('--seconds', values.seconds);
  const filter = readFilter(values.filter ?? '');
  const quiet = values.quiet === true || values.out === '-';
  const format = quiet ? 'quiet' : values.json === true ? 'json' : 'lines';
  const task = {
    target,
    filter,
    isFiltered: (values.filter ?? '') !== '',
    count,
    seconds,
    out: values.out,
    keyLog: values['tls-keylog'],
    shape: readShape(values.shape),
    format,
  };
  return new CaptureRun(task as CaptureTask, io).run();
}

/** Throws {@link UsageError} with a caret under the character that is wrong. */
export function readFilter(text: string): Filter {
  try {
    return headlessFilter(text);
  } catch (error) {
    if (error instanceof InspectorError && error.code === 'bad-filter') {
      throw new UsageError(filterFault((error as InspectorError<'bad-filter'>).data));
    }
    throw error;
  }
}

/** One run of the command: what the connection tells, and the loop that writes. */
class CaptureRun {
  readonly #task: CaptureTask;
  readonly #io: CommandIo;
  readonly #capture: HeadlessCapture;
  readonly #pump: PacketPump;
  #end: HeadlessEnd | undefined;
  #refused = false;
  #beyond = 0;
  #finishing = false;
  #lastUs = 0;

  constructor(task: CaptureTask, io: CommandIo) {
    this.#task = task;
    this.#io = io;
    const { profile, secrets, versionGiven } = task.target;
    this.#capture = new HeadlessCapture({
      profile,
      secrets,
      filter: task.filter,
      byteBudget: BYTE_BUDGET,
      clock: systemClock,
      random: systemRandom,
      createTransport: shapedTransports(createTransport, task.shape, systemClock, systemRandom),
      ...(versionGiven ? {} : { fallbackVersion: 4 as const }),
      listener: {
        recorded: () => this.#recorded(),
        connected: (address, version) => this.#say(`connected to ${address}, ${versionName(version)}`),
        subscribed: (results) => this.#subscribed(results),
        fellBack: (version) => this.#say(`the server does not speak MQTT 5.0; trying ${versionName(version)}`),
        ended: (end) => {
          this.#end = end;
          this.#pump.stir();
        },
      },
    });
    const { count = Number.POSITIVE_INFINITY } = task;
    this.#pump = new PacketPump(this.#capture, ({ receivedMessage }) => {
      if (receivedMessage <= count) return true;
      this.#beyond += 1;
      return false;
    });
  }

  async run(): Promise<ExitCode> {
    const { out, seconds, format, keyLog } = this.#task;
    const { stdout, signal } = this.#io;
    using keys = keyLog === undefined ? undefined : new KeptKeys(keyLog, (text) => this.#say(text));
    let file: Output | undefined;
    const stop = (): void => this.#capture.stop();
    const timer = seconds === undefined ? undefined : setTimeout(stop, Math.min(seconds * 1000, 0x7fff_ffff));
    const startedUs = systemClock.nowUs();
    try {
      file = out === undefined ? undefined : out === '-' ? new StreamOutput(stdout) : await openFile(out);
      signal.addEventListener('abort', stop);
      await file?.write(this.#capture.fileHeader(`MQTT Inspector ${ownVersion()}`));
      this.#capture.start();
      if (signal.aborted) stop();
      await this.#pump.run(
        { lines: format === 'quiet' ? undefined : new StreamOutput(stdout), file, asJson: format === 'json' },
        () => this.#end !== undefined,
      );
      if (keys !== undefined && keys.lines.length > 0) await file?.write(this.#capture.fileSecrets(keys.lines));
      await file?.close();
    } catch (error) {
      if (!(error instanceof OutputError)) throw error;
      this.#say(error.message);
      await file?.close().catch(() => undefined);
      return 1;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      this.#capture.close();
      this.#lastUs = systemClock.nowUs();
    }
    return this.#conclude((this.#lastUs - startedUs) / 1e6);
  }

  #recorded(): void {
    const { count } = this.#task;
    this.#pump.stir();
    if (count === undefined || this.#capture.messagesReceived < count) return;
    if (this.#finishing) {
      if (this.#capture.unfinishedReceipts === 0) setImmediate(() => this.#capture.stop());
      return;
    }
    this.#finishing = true;
    setImmediate(() => {
      if (this.#capture.unfinishedReceipts === 0) this.#capture.stop();
      else setTimeout(() => this.#capture.stop(), HANDSHAKE_MS).unref();
    });
  }

  #subscribed(results: readonly { readonly topicFilter: string; readonly reasonCode: number }[]): void {
    const refused = results.filter(({ reasonCode }) => reasonCode >= 0x80);
    for (const { topicFilter, reasonCode } of refused) {
      const reason = reasonWords('suback', this.#capture.protocolVersion, reasonCode);
      this.#say(`the server refused the subscription to ${topicFilter}: ${reason}`);
    }
    if (refused.length < results.length) return;
    this.#refused = true;
    setImmediate(() => this.#capture.stop());
  }

  #conclude(seconds: number): ExitCode {
    const { rows, endpoint, protocolVersion } = this.#capture;
    const { isFiltered, count } = this.#task;
    const { failure, wasConnected = false } = this.#end ?? {};
    if (failure !== undefined) {
      this.#say(`${wasConnected ? '' : `${endpoint}: `}${connectionFailure(failure, protocolVersion)}`);
    } else if (!wasConnected) this.#say(`${endpoint}: ended before the connection came about`);
    if (rows.missed > 0)
      this.#say(`${rows.missed} rows were evicted before they could be written: the reader was too slow`);
    if (this.#beyond > 0)
      this.#say(`${this.#beyond} more PUBLISH packets came after the first ${count ?? 0} and are not shown`);
    this.#io.stderr.write(summary(rows, { of: endpoint, seconds, isFiltered }));
    return failure !== undefined || !wasConnected || this.#refused || rows.missed > 0 ? 1 : 0;
  }

  #say(text: string): void {
    this.#io.stderr.write(`mqtt-inspector capture: ${terminalText(text)}\n`);
  }
}
