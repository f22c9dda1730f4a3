/** `mqtt-inspector run`: a Python script with umqtt or paho-mqtt, headless, as python would run it. */

import type { PresetName } from '../../../shared/contract/shaping.ts';
import { shapedTransports } from '../../service/shaped-transports.ts';
import { readShape } from './shape-option.ts';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import type { HostOverride } from '../../../shared/contract/script-link.ts';
import { RuntimeHandle } from '../../../shared/python/runtime/handle.ts';
import { readDestination } from '../../../shared/python/runtime/host-overrides.ts';
import type { OutputStream } from '../../../shared/python/runtime/protocol.ts';
import { createTransport } from '../../engine/transport/create.ts';
import { lookUpHost } from '../../engine/transport/resolve.ts';
import { systemClock, systemRandom } from '../../engine/transport/system.ts';
import { HeadlessScripts } from '../../service/headless-scripts.ts';
import { ownVersion } from '../launch/version.ts';
import { createRuntimeHost, PYODIDE_FOLDER, readPythonSources } from '../python/runtime-host.ts';
import { readArguments, UsageError } from './arguments.ts';
import { readSeconds } from './capture-options.ts';
import { openFile, OutputError } from './capture-output.ts';
import type { CommandIo, ExitCode } from './command.ts';
import { ScriptInput } from './script-input.ts';

const HELP = `Usage: mqtt-inspector run [OPTIONS] SCRIPT.py [ARGS…]

Runs a Python script that uses umqtt or paho-mqtt. Standard streams, environment, files, signals and the exit code are
as python's; what follows the script is its sys.argv. Lines of ours begin with "mqtt-inspector:" and go to stderr.

  --broker URL              every host that the script names is this broker: mqtt://, mqtts://, ws:// or wss://HOST[:PORT]
  --map HOST[:PORT]=TO…     one host is another: HOST:PORT keeps the script's protocol, a URL decides it
  --record FILE             write the packets of all its clients to a pcapng file, for Wireshark
  --shape NAME              as of capture: conditions of the links of its clients
  --timeout S               stop the script after S seconds; the exit code is 124 then
  --dialect NAME            micropython, uiflow, quecpython or makeblock, where the script's calls do not tell

Ctrl-C interrupts the script as python does, a second one ends it.
`;

const BYTE_BUDGET = 512 * 1024 * 1024;
const TIMED_OUT = 124;
const OPTIONS_WITH_VALUE: ReadonlySet<string> = new Set([
  '--broker',
  '--map',
  '--record',
  '--timeout',
  '--dialect',
  '--shape',
]);
const DIALECTS = ['micropython', 'uiflow', 'quecpython', 'makeblock'];

interface ScriptTask {
  readonly script: string;
  readonly argv: readonly string[];
  readonly overrides: readonly HostOverride[];
  readonly record: string | undefined;
  readonly seconds: number | undefined;
  readonly dialect: string;
  readonly shape: PresetName | undefined;
}

/** Where the script's name stands: everything behind it is the script's own. */
function scriptPosition(argv: readonly string[]): number {
  let at = 0;
  while (at < argv.length && argv[at]?.startsWith('-') === true && argv[at] !== '-') {
    at += OPTIONS_WITH_VALUE.has(argv[at] ?? '') ? 2 : 1;
  }
  return at;
}

export async function run(argv: readonly string[], io: CommandIo): Promise<ExitCode> {
  const position = scriptPosition(argv);
  const { values } = readArguments(argv.slice(0, position), {
    broker: { type: 'string' },
    map: { type: 'string', multiple: true },
    record: { type: 'string' },
    timeout: { type: 'string' },
    dialect: { type: 'string' },
    shape: { type: 'string' },
  });
  if (values.help === true) {
    io.stdout.write(HELP);
    return 0;
  }
  const script = argv[position];
  if (script === undefined) throw new UsageError('SCRIPT.py is missing');
  if (!existsSync(script)) throw new UsageError(`${script} is not there`);
  const dialect = values.dialect ?? '';
  if (dialect !== '' && !DIALECTS.includes(dialect)) throw new UsageError(`--dialect is one of ${DIALECTS.join(', ')}`);
  const maps = (values.map ?? []).map(readMap);
  return runScript(
    {
      script: resolve(script),
      argv: argv.slice(position),
      overrides:
        values.broker === undefined ? maps : [...maps, { from: '*', to: destination('--broker', values.broker) }],
      record: values.record,
      seconds: readSeconds('--timeout', values.timeout),
      dialect,
      shape: readShape(values.shape),
    },
    io,
  );
}

function readMap(text: string): HostOverride {
  const at = text.indexOf('=');
  if (at <= 0) throw new UsageError(`--map "${text}" must be HOST=HOST:PORT or HOST:PORT=URL`);
  return { from: text.slice(0, at), to: destination('--map', text.slice(at + 1)) };
}

function destination(option: string, text: string): string {
  const to = readDestination(text);
  const isUrl = text.includes('://');
  if (to === undefined || (option === '--broker' && !isUrl)) {
    const forms =
      option === '--broker' ? 'mqtt://HOST:PORT or its likes' : 'HOST:PORT or a URL such as mqtt://HOST:PORT';
    throw new UsageError(`${option}: ${forms} is expected`);
  }
  return text;
}

async function runScript(task: ScriptTask, io: CommandIo): Promise<ExitCode> {
  const say = (text: string): void => void io.stderr.write(`mqtt-inspector: ${text}\n`);
  const file = task.record === undefined ? undefined : await openFile(task.record);
  const scripts = new HeadlessScripts({
    byteBudget: BYTE_BUDGET,
    clock: systemClock,
    random: systemRandom,
    createTransport: shapedTransports(createTransport, task.shape, systemClock, systemRandom),
    lookUpHost,
  });
  let code = await execute(task, scripts, io, say);
  if (scripts.refused > 0) say(`${scripts.refused} clients were turned away: a run has at most 1000.`);
  if (file !== undefined) {
    try {
      for (const piece of scripts.file(`MQTT Inspector ${ownVersion()}`)) {
        // oxlint-disable-next-line no-await-in-loop
        await file.write(piece);
      }
      if (scripts.evicted > 0) say(`${scripts.evicted} packets were too many to keep and are not in ${file.path}.`);
    } catch (error) {
      if (!(error instanceof OutputError)) throw error;
      say(error.message);
      code = code === 0 ? 1 : code;
    }
    await file.close();
  }
  scripts.close();
  return code;
}

async function execute(
  task: ScriptTask,
  scripts: HeadlessScripts,
  io: CommandIo,
  say: (text: string) => void,
): Promise<ExitCode> {
  using input = new ScriptInput(io.stdin);
  const host = createRuntimeHost({ attachScript: (port) => scripts.attach(port), machineFiles: true });
  const streams: Readonly<Record<OutputStream, Writable>> = { stdout: io.stdout, stderr: io.stderr, note: io.stderr };
  let timedOut = false;
  let handle: RuntimeHandle | undefined;
  const code = await new Promise<number>((finish) => {
    const isTerminal = 'isTTY' in io.stdout && io.stdout.isTTY === true;
    const start = {
      ...readPythonSources(),
      pyodide: PYODIDE_FOLDER,
      terminal: isTerminal,
      overrides: task.overrides,
      dialect: task.dialect,
    };
    const runtime: RuntimeHandle = new RuntimeHandle(host, start, {
      output: (stream, text, done) =>
        void streams[stream].write(stream === 'note' ? text.replaceAll(/^(?=.)/gm, 'mqtt-inspector: ') : text, done),
      wantsInput: () => void input.next().then((line) => runtime.input(line)),
      prompt: () => undefined,
      finished: finish,
      begun: () => undefined,
      unresolved: (name) =>
        say(`${name} has no address; --map ${name}=HOST:PORT or --broker URL sends the script elsewhere.`),
      gone: (reason, message) => {
        if (reason === 'failed') say(`Python ended: ${message}`);
        finish(reason === 'failed' ? 1 : 137);
      },
    });
    handle = runtime;
    runtime.run({
      path: task.script,
      folder: process.cwd(),
      argv: task.argv,
      environment: environment(),
      interactive: false,
    });
    const stop = (): void => runtime.stop();
    if (io.signal.aborted) stop();
    io.signal.addEventListener('abort', stop);
    const timer =
      task.seconds === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            stop();
          }, task.seconds * 1000);
    timer?.unref();
  });
  handle?.terminate();
  if (timedOut) say(`stopped after ${task.seconds} seconds`);
  return timedOut ? TIMED_OUT : code;
}

/** Variables that mean something to the interpreter's own start and would mislead it are left out. */
function environment(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || name.startsWith('PYTHON') ? [] : [[name, value] as const],
    ),
  );
}
