/** Where the app's data lives on each platform. */

import { homedir } from 'node:os';
import { join } from 'node:path';

export interface DirectorySurroundings {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/**
 * `given` (the `--data` option) first, then MQTT_INSPECTOR_DATA, then the platform's place: `$XDG_CONFIG_HOME/mqtt-inspector`
 * (by default `~/.config/mqtt-inspector`), `%APPDATA%\MQTT Inspector`, `~/Library/Application Support/MQTT Inspector`.
 */
export function dataDirectory(
  given: string | undefined,
  surroundings: DirectorySurroundings = {
    platform: process.platform,
    environment: process.env,
    home: homedir(),
  },
): string {
  const { platform, environment, home } = surroundings;
  const chosen = given ?? environment['MQTT_INSPECTOR_DATA'];
  if (chosen !== undefined && chosen !== '') return chosen;
  switch (platform) {
    case 'win32':
      return join(environment['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'MQTT Inspector');
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'MQTT Inspector');
    default: {
      // The XDG specification tells to ignore relative paths.
      const xdg = environment['XDG_CONFIG_HOME'];
      return join(xdg?.startsWith('/') === true ? xdg : join(home, '.config'), 'mqtt-inspector');
    }
  }
}
