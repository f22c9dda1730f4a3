/** Finds the programs the tests need and installs the missing ones where that is possible: Debian or Ubuntu, as root. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findChromium, findProgram, findPython } from './tools.ts';

interface Tool {
  readonly name: string;
  readonly packages: readonly string[];
  readonly found: () => boolean;
}

const tools: readonly Tool[] = [
  { name: 'Chromium', packages: ['chromium'], found: () => findChromium() !== '' },
  { name: 'mosquitto', packages: ['mosquitto'], found: () => findProgram(['mosquitto']) !== undefined },
  {
    name: 'mosquitto_pub and mosquitto_sub',
    packages: ['mosquitto-clients'],
    found: () => findProgram(['mosquitto_pub']) !== undefined && findProgram(['mosquitto_sub']) !== undefined,
  },
  { name: 'tshark', packages: ['tshark'], found: () => findProgram(['tshark']) !== undefined },
  {
    name: 'python3 with paho-mqtt',
    packages: ['python3', 'python3-paho-mqtt'],
    found: () => findPython() !== undefined,
  },
  { name: 'openssl', packages: ['openssl'], found: () => findProgram(['openssl']) !== undefined },
];

/** What the bench measures against beside them. */
const peers: readonly Tool[] = [
  { name: 'socat', packages: ['socat'], found: () => findProgram(['socat']) !== undefined },
];

function aptInstall(packages: readonly string[]): void {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = (parameters: readonly string[]) =>
    spawnSync('apt-get', parameters, { env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
  process.stdout.write(`installing ${packages.join(' ')}\n`);
  run(['update', '-qq']);
  run(['install', '-y', '-qq', '--no-install-recommends', ...packages]);
}

/**
 * Installs what is missing where it can; for a bench its peers too.
 * @returns one line for each tool that is still missing, with the command that would install it
 */
export async function installMissingTools(what: 'tests' | 'bench' = 'tests'): Promise<readonly string[]> {
  const needed = what === 'bench' ? [...tools, ...peers] : tools;
  const missing = needed.filter(({ found }) => !found());
  if (missing.length === 0) return [];
  const packages = missing.flatMap((tool) => tool.packages);
  if (existsSync('/usr/bin/apt-get') && process.getuid?.() === 0) aptInstall(packages);
  const command = `sudo apt-get install -y ${packages.join(' ')}`;
  return missing
    .filter(({ found }) => !found())
    .map(({ name }) => `${name} is missing; on Debian or Ubuntu: ${command}`);
}
