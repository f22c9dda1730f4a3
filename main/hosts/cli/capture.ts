/** `mqtt-inspector capture`: connects, subscribes, and writes every packet of both directions as a line. */

import type { PresetName } from '../../../shared/contract/shaping.ts';
import { versionName } from '../../../shared/mqtt/version.ts';
import { createTransport } from '../../engine/transport/create.ts';
import { systemClock, systemRandom } from '../../engine/transport/system.ts';
import { HeadlessCapture, type HeadlessEnd } from '../../service/headless-capture.ts';
import { terminalText } from '../../service/packet-line.ts';
import { shapedTransports } from '../../service/shaped-transports.ts';
import { readArguments, readInteger } from './arguments.ts';
import { type CaptureTarget, CONNECTION_OPTIONS, readTarget } from './capture-options.ts';
import { PacketPump } from './capture-pump.ts';
import { summary } from './capture-summary.ts';
import { connectionFailure, reasonWords } from './capture-words.ts';
import { readWriting, writePackets, type Writing, WRITING_OPTIONS } from './capture-writing.ts';
import type { CommandIo, ExitCode } from './command.ts';
import { readShape } from './shape-option.ts';

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

interface CaptureTask extends Writing {
  readonly target: CaptureTarget;
  readonly count: number | undefined;
  readonly shape: PresetName | undefined;
}

export async function run(argv: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values, positionals } = readArguments(
    argv,
    {
      url: { type: 'string' },
      topic: { type: 'string', short: 't', multiple: true },
      qos: { type: 'string', short: 'q' },
      count: { type: 'string' },
      shape: { type: 'string' },
      ...CONNECTION_OPTIONS,
      ...WRITING_OPTIONS,
    },
    { positionals: true },
  );
  if (values.help === true) {
    io.stdout.write(HELP);
    return 0;
  }
  const task: CaptureTask = {
    target: readTarget(values, positionals),
    count: readInteger('--count', values.count, 1, Number.MAX_SAFE_INTEGER),
    shape: readShape(values.shape),
    ...readWriting(values),
  };
  return new CaptureRun(task, io).run();
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
    const startedUs = systemClock.nowUs();
    try {
      const isWritten = await writePackets(this.#task, this.#io, {
        origin: this.#capture,
        pump: this.#pump,
        begin: () => {
          this.#capture.start();
          return true;
        },
        stop: () => this.#capture.stop(),
        isOver: () => this.#end !== undefined,
        say: (text) => this.#say(text),
      });
      if (!isWritten) return 1;
    } finally {
      this.#capture.close();
    }
    return this.#conclude((systemClock.nowUs() - startedUs) / 1e6);
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
