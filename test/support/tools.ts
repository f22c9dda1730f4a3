/** Finds the programs the tests run against: Chromium, mosquitto, tshark, python3 with paho. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Looks `names` up on PATH and in the directories a distribution uses for daemons; the first hit wins. */
export function findProgram(names: readonly string[]): string | undefined {
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  for (const name of names) {
    for (const directory of directories) {
      const path = join(directory, name);
      if (existsSync(path)) return path;
    }
  }
  return undefined;
}

/** Path of a Chromium-family browser; `MQTT_INSPECTOR_CHROMIUM` overrides the search. Empty where there is none. */
export function findChromium(): string {
  return process.env['MQTT_INSPECTOR_CHROMIUM'] ?? findProgram(['chromium', 'chromium-browser', 'google-chrome']) ?? '';
}

/** A python3 that can import paho.mqtt; a distribution's own comes first, since version managers shadow it on PATH. */
export function findPython(): string | undefined {
  const candidates = ['/usr/bin/python3', findProgram(['python3'])];
  return candidates.find(
    (path) => path !== undefined && existsSync(path) && spawnSync(path, ['-c', 'import paho.mqtt.client']).status === 0,
  );
}
