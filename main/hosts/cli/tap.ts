/** `mqtt-inspector tap`: devices connect here instead of to their broker; everything passes, and every packet is written as a line. */

import { PRESETS, UNSHAPED } from '../../../shared/contract/shaping.ts';
import { systemClock, systemRandom } from '../../engine/transport/system.ts';
import { tapHost } from '../../engine/transport/tap-host.ts';
import { HeadlessTap } from '../../service/headless-tap.ts';
import { terminalText } from '../../service/packet-line.ts';
import { readArguments } from './arguments.ts';
import { PacketPump } from './capture-pump.ts';
import { summary } from './capture-summary.ts';
import { readWriting, writePackets, WRITING_OPTIONS } from './capture-writing.ts';
import type { CommandIo, ExitCode } from './command.ts';
import { readRuleFile, ruleSummary } from './rule-options.ts';
import { readShape } from './shape-option.ts';
import {
  isOpenToNetwork,
  listenAddress,
  type Listening,
  readListening,
  readUpstream,
  type TapTask,
} from './tap-options.ts';
import { tapNote } from './tap-words.ts';

const HELP = `Usage: mqtt-inspector tap --listen [HOST:]PORT --upstream URL [OPTIONS]

Point a device at this port instead of at its broker. Bytes pass as they are, in both directions, and so do half-closing
and resets; one line is written for each packet, as capture does: time, direction (→ to the server, ← to the client),
connection (c1, c2 …), bytes on the wire, what the packet says. Who connects, and why somebody does not get through, is told on
stderr. Ends with a summary there.

  --listen [HOST:]PORT  where devices connect; HOST is 127.0.0.1 unless given, and 0.0.0.0 lets the whole network in.
                        mqtts://, ws:// or wss:// before it: devices speak TLS or WebSocket. Port 0: any free one
  --upstream URL        mqtt://, mqtts://, ws:// or wss://HOST[:PORT][/PATH] of the broker; ports as in capture
  --filter EXPR         write only packets that pass, e.g. 'type:publish topic:a/# len:>100'
  --out FILE            write the packets to a pcapng file too, for Wireshark; - writes it to stdout, instead of lines
  --json                one JSON object for each line, bytes as base64
  --quiet               no lines, only the summary
  --seconds S           end after S seconds
  --shape NAME          give the way on to the broker the conditions of 2g, 3g, satellite or flaky-wifi; offline: nothing
                        passes; half-open: the broker hears, and is not heard

  --rules FILE          rules as the app's Rules panel saves them: packets dropped, delayed, changed, answered; what each did is told
                        at the end. Rules that pause need the app

  --tls-keylog FILE     append the secrets of TLS, of devices and of the way on, for Wireshark; they stand in --out too

  --listen-cert FILE    certificate that devices are shown, PEM, with
  --listen-key FILE     its private key, PEM. Without: made for the name that a device asks for, by an authority of this machine
  --save-ca FILE        write the certificate of that authority: what devices must trust

  --ca FILE             authority of the broker to trust, PEM
  --cert FILE           client certificate for the broker, PEM, with
  --key FILE            its private key, PEM; a device's own cannot be passed on
  --insecure            accept any certificate of the broker

--json and --out hold what was on the wire: also passwords of CONNECT.
Ctrl-C and --seconds cut off the devices that are connected. Exit code: 0; 1 where the port cannot be listened on, or packets were lost
before they could be written; 2 for wrong arguments.
`;

/** Packets that may wait for a slow reader, in bytes. */
const BYTE_BUDGET = 512 * 1024 * 1024;

export async function run(argv: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values } = readArguments(argv, {
    listen: { type: 'string' },
    upstream: { type: 'string' },
    ...WRITING_OPTIONS,
    shape: { type: 'string' },
    rules: { type: 'string' },
    'listen-cert': { type: 'string' },
    'listen-key': { type: 'string' },
    'save-ca': { type: 'string' },
    ca: { type: 'string' },
    cert: { type: 'string' },
    key: { type: 'string' },
    insecure: { type: 'boolean' },
  });
  if (values.help === true) {
    io.stdout.write(HELP);
    return 0;
  }
  const task: TapTask = {
    ...readUpstream(values),
    ...readWriting(values),
    shape: readShape(values.shape),
    rules: readRuleFile(values.rules),
  };
  return new TapRun(task, io).run(await readListening(values));
}

class TapRun {
  readonly #task: TapTask;
  readonly #io: CommandIo;
  #over = false;

  constructor(task: TapTask, io: CommandIo) {
    this.#task = task;
    this.#io = io;
  }

  async run(listen: Listening): Promise<ExitCode> {
    const { filter, upstream, shape, rules } = this.#task;
    const tap: HeadlessTap = new HeadlessTap({
      listen,
      upstream,
      filter,
      byteBudget: BYTE_BUDGET,
      clock: systemClock,
      random: systemRandom,
      network: tapHost.network,
      own: tapHost.addresses(),
      conditions: shape === undefined ? UNSHAPED : PRESETS[shape],
      rules,
      listener: {
        recorded: () => pump.stir(),
        noted: (connection, event) => {
          const words = tapNote(event);
          if (words !== undefined) this.#say(`c${connection + 1} ${words}`);
        },
      },
    });
    const pump = new PacketPump(tap, () => true);
    const startedUs = systemClock.nowUs();
    try {
      const isWritten = await writePackets(this.#task, this.#io, {
        origin: tap,
        pump,
        begin: () => this.#begin(tap, listen),
        stop: () => {
          this.#over = true;
          tap.close();
          pump.stir();
        },
        isOver: () => this.#over,
        say: (text) => this.#say(text),
      });
      if (!isWritten) return 1;
    } finally {
      tap.close();
    }
    return this.#conclude(tap, (systemClock.nowUs() - startedUs) / 1e6);
  }

  async #begin(tap: HeadlessTap, listen: Listening): Promise<boolean> {
    const { endpoint, shape } = this.#task;
    const outcome = await tap.start();
    if ('code' in outcome) {
      this.#say(listenFailure(listen, outcome));
      return false;
    }
    this.#say(`devices connect to ${listenAddress(listen, outcome.port)}; everything goes on to ${endpoint}`);
    if (shape !== undefined) this.#say(`the way on is shaped as ${shape}`);
    if (isOpenToNetwork(listen))
      this.#say('everyone in this network can connect through it, and what they send is shown here');
    return true;
  }

  #conclude({ rows, devices, ruleCounts }: HeadlessTap, seconds: number): ExitCode {
    const { endpoint, isFiltered, rules } = this.#task;
    if (rows.missed > 0)
      this.#say(`${rows.missed} rows were evicted before they could be written: the reader was too slow`);
    for (const [index, { found, acted }] of ruleCounts.entries()) {
      const rule = rules.rules[index];
      if (rule?.enabled === true) this.#say(ruleSummary(rule, found, acted));
    }
    const of = `${endpoint}, ${devices} ${devices === 1 ? 'connection' : 'connections'}`;
    this.#io.stderr.write(summary(rows, { of, seconds, isFiltered }));
    return rows.missed > 0 ? 1 : 0;
  }

  #say(text: string): void {
    this.#io.stderr.write(`mqtt-inspector tap: ${terminalText(text)}\n`);
  }
}

function listenFailure(
  { host, port }: { readonly host: string; readonly port: number },
  { code, errno }: { readonly code: string; readonly errno: string },
): string {
  switch (code) {
    case 'port-taken':
      return `port ${port} is taken by another program; choose another, or stop that one`;
    case 'port-forbidden':
      return `the system does not let you listen on port ${port}; choose one above 1023`;
    case 'bad-credentials':
      return `the certificate and key for devices cannot be used (${errno})`;
    default:
      return `${host}, port ${port} cannot be listened on${errno === 'EADDRNOTAVAIL' ? ': this machine has no such address' : ''} (${errno})`;
  }
}
