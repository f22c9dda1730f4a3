/** `mqtt-inspector tap`: devices connect here instead of to their broker; everything passes, and every packet is written as a line. */

import { PRESETS, UNSHAPED } from '../../../shared/contract/shaping.ts';
import { createRelay } from '../../engine/transport/create.ts';
import { listenForDevices } from '../../engine/transport/listener.ts';
import { systemClock, systemRandom } from '../../engine/transport/system.ts';
import { HeadlessTap } from '../../service/headless-tap.ts';
import { terminalText } from '../../service/packet-line.ts';
import { ownVersion } from '../launch/version.ts';
import { readArguments, UsageError } from './arguments.ts';
import { readFilter } from './capture.ts';
import { readSeconds } from './capture-options.ts';
import { openFile, type Output, OutputError, StreamOutput } from './capture-output.ts';
import { PacketPump } from './capture-pump.ts';
import { summary } from './capture-summary.ts';
import type { CommandIo, ExitCode } from './command.ts';
import { KeptKeys } from './kept-keys.ts';
import { readRuleFile, ruleSummary } from './rule-options.ts';
import { readShape } from './shape-option.ts';
import { isOpenToNetwork, listenAddress, readListening, readUpstream, type TapTask } from './tap-options.ts';
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
    filter: { type: 'string' },
    out: { type: 'string' },
    json: { type: 'boolean' },
    quiet: { type: 'boolean' },
    seconds: { type: 'string' },
    shape: { type: 'string' },
    'tls-keylog': { type: 'string' },
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
  if (values.json === true && values.quiet === true) throw new UsageError('--json and --quiet exclude each other');
  if (values.json === true && values.out === '-') throw new UsageError('--json and --out - exclude each other');
  const upstream = readUpstream(values);
  const filter = readFilter(values.filter ?? '');
  const seconds = readSeconds('--seconds', values.seconds);
  const listening = readListening(values);
  const quiet = values.quiet === true || values.out === '-';
  const task: TapTask = {
    ...upstream,
    filter,
    isFiltered: (values.filter ?? '') !== '',
    seconds,
    shape: readShape(values.shape),
    rules: readRuleFile(values.rules),
    out: values.out,
    keyLog: values['tls-keylog'],
    format: quiet ? 'quiet' : values.json === true ? 'json' : 'lines',
  };
  return new TapRun(task, io).run(await listening);
}

class TapRun {
  readonly #task: TapTask;
  readonly #io: CommandIo;
  #over = false;

  constructor(task: TapTask, io: CommandIo) {
    this.#task = task;
    this.#io = io;
  }

  async run(listen: Awaited<ReturnType<typeof readListening>>): Promise<ExitCode> {
    const { filter, upstream, endpoint, out, seconds, shape, rules, keyLog, format } = this.#task;
    using keys = keyLog === undefined ? undefined : new KeptKeys(keyLog, (text) => this.#say(text));
    const { stdout, signal } = this.#io;
    const tap: HeadlessTap = new HeadlessTap({
      listen,
      upstream,
      filter,
      byteBudget: BYTE_BUDGET,
      clock: systemClock,
      random: systemRandom,
      network: { listen: listenForDevices, createRelay },
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
    const stop = (): void => {
      this.#over = true;
      tap.close();
      pump.stir();
    };
    const startedUs = systemClock.nowUs();
    let timer: NodeJS.Timeout | undefined;
    let file: Output | undefined;
    try {
      file = out === undefined ? undefined : out === '-' ? new StreamOutput(stdout) : await openFile(out);
      await file?.write(tap.fileHeader(`MQTT Inspector ${ownVersion()}`));
      const outcome = await tap.start();
      if ('code' in outcome) {
        this.#say(listenFailure(listen, outcome));
        await file?.close();
        return 1;
      }
      this.#say(`devices connect to ${listenAddress(listen, outcome.port)}; everything goes on to ${endpoint}`);
      if (shape !== undefined) this.#say(`the way on is shaped as ${shape}`);
      if (isOpenToNetwork(listen))
        this.#say('everyone in this network can connect through it, and what they send is shown here');
      signal.addEventListener('abort', stop);
      timer = seconds === undefined ? undefined : setTimeout(stop, Math.min(seconds * 1000, 0x7fff_ffff));
      if (signal.aborted) stop();
      const lines = format === 'quiet' ? undefined : new StreamOutput(stdout);
      await pump.run({ lines, file, asJson: format === 'json' }, () => this.#over);
      if (keys !== undefined && keys.lines.length > 0) await file?.write(tap.fileSecrets(keys.lines));
      await file?.close();
    } catch (error) {
      if (!(error instanceof OutputError)) throw error;
      this.#say(error.message);
      await file?.close().catch(() => undefined);
      return 1;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      tap.close();
    }
    return this.#conclude(tap, (systemClock.nowUs() - startedUs) / 1e6);
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
      return `${host}, port ${port} cannot be listened on (${errno})`;
  }
}
