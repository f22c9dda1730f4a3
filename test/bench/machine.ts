/** Names the machine and the peers that a benchmark ran with. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { resolve } from 'node:path';
import { findChromium, findProgram, findPython } from '../support/tools.ts';

const root = resolve(import.meta.dirname, '../..');

function packageVersion(name: string): string {
  const manifest: unknown = JSON.parse(readFileSync(resolve(root, 'node_modules', name, 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '?';
}

/** First number with dots in what a program says of itself; `missing` without the program. */
function programVersion(program: string | undefined, ...parameters: readonly string[]): string {
  if (program === undefined || program === '') return 'missing';
  const { stdout, stderr } = spawnSync(program, parameters, { encoding: 'utf8', timeout: 10_000 });
  return /\d+(\.\d+)+/.exec(`${stdout}${stderr}`)?.[0] ?? '?';
}

/** Load of the last minute divided by the cores: above 1, others compete for them. */
export function loadPerCore(): number {
  return (loadavg()[0] ?? 0) / cpus().length;
}

/** One line for the report's head. */
export function describeMachine(): string {
  const cores = cpus();
  return [
    cores[0]?.model.trim() ?? 'unknown processor',
    `${cores.length} cores`,
    `${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    `${type()} ${release()}`,
    `Node ${process.versions.node}`,
    `MQTT.js ${packageVersion('mqtt')}`,
    `mqtt-packet ${packageVersion('mqtt-packet')}`,
    `mosquitto ${programVersion(findProgram(['mosquitto']), '-h')}`,
    `paho ${programVersion(findPython(), '-c', 'import paho.mqtt; print(paho.mqtt.__version__)')}`,
    `Chromium ${programVersion(findChromium(), '--version')}`,
    `load ${loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')}`,
  ].join(', ');
}
