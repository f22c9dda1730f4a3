/** `mqtt-inspector broker`: the built-in broker until a signal ends it. */

import { once } from 'node:events';
import { startBroker } from '../broker/broker.ts';
import { startDemoDevices } from '../broker/demo-broker.ts';
import { readArguments, readInteger } from './arguments.ts';
import type { CommandIo, ExitCode } from './command.ts';

const HELP = `Usage: mqtt-inspector broker [--port N] [--demo]

An MQTT 3.1 and 3.1.1 broker on 127.0.0.1, without passwords, until Ctrl-C. Nothing is kept.

  --port N   listen on this port and no other (default: 1883, or the next free one; 0: any)
  --demo     with the demo devices: subscribe to demo/#
`;

const DEFAULT_PORT = 1883;

export async function run(argv: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values } = readArguments(argv, { port: { type: 'string' }, demo: { type: 'boolean' } });
  if (values.help === true) {
    io.stdout.write(HELP);
    return 0;
  }
  const port = readInteger('--port', values.port, 0, 65_535);
  const broker = await startBroker({ port: port ?? DEFAULT_PORT, exact: port !== undefined });
  const devices = values.demo === true ? startDemoDevices(broker) : undefined;
  if (port === undefined && broker.port !== DEFAULT_PORT) io.stderr.write(`Port ${DEFAULT_PORT} is taken.\n`);
  io.stdout.write(`mqtt://127.0.0.1:${broker.port}\n`);
  if (devices !== undefined) io.stderr.write('The demo devices publish under demo/#.\n');
  if (!io.signal.aborted) await once(io.signal, 'abort');
  devices?.[Symbol.dispose]();
  await broker.close();
  return 0;
}
