/** Runs a command line: finds the command, words its failures, and turns signals into an orderly end. */

import { InspectorError } from '../../../shared/contract/errors.ts';
import { UsageError } from './arguments.ts';
import type { Command, CommandIo, ExitCode } from './command.ts';
import { APP, COMMANDS } from './commands.ts';
import { describeFailure } from './failure-words.ts';

const HELP = `MQTT Inspector: every packet, byte and handshake between a client and its broker.

Usage:
  mqtt-inspector [--data DIR]          ${APP.summary}
  mqtt-inspector COMMAND [OPTIONS]

Commands:
${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)
  .join('\n')}

mqtt-inspector COMMAND --help tells a command's options; --version the version.
Data is kept in the platform's place, in $MQTT_INSPECTOR_DATA, or in --data DIR.
`;

/** Never rejects. */
export async function runCommandLine(
  argv: readonly string[],
  io: CommandIo,
  version: string,
  commands: Readonly<Record<string, Command>> = COMMANDS,
): Promise<ExitCode> {
  const [first, ...rest] = argv;
  if (first === '--help' || first === '-h' || first === 'help') {
    io.stdout.write(HELP);
    return 0;
  }
  if (first === '--version') {
    io.stdout.write(`${version}\n`);
    return 0;
  }
  const isCommand = first !== undefined && !first.startsWith('-');
  const name = isCommand ? `mqtt-inspector ${first}` : 'mqtt-inspector';
  const command = isCommand ? (Object.hasOwn(commands, first) ? commands[first] : undefined) : APP;
  if (command === undefined) {
    io.stderr.write(`mqtt-inspector: there is no command "${first}"${suggestion(first ?? '', commands)}\n`);
    io.stderr.write('Try: mqtt-inspector --help\n');
    return 2;
  }
  try {
    const loaded = await command.load();
    return await loaded.run(isCommand ? rest : argv, io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr.write(`${name}: ${error.message}\nTry: ${name} --help\n`);
      return 2;
    }
    if (error instanceof InspectorError) io.stderr.write(`${name}: ${describeFailure(error)}\n`);
    else
      io.stderr.write(
        `${name}: a fault of ours: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
    return 1;
  }
}

function suggestion(given: string, commands: Readonly<Record<string, Command>>): string {
  const close = Object.keys(commands).find((name) => distance(given, name) <= 2);
  return close === undefined ? '' : `; did you mean "${close}"?`;
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
