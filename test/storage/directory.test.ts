/** Where the data lives on each platform. */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataDirectory } from '../../main/storage/directory.ts';

const on = (platform: NodeJS.Platform, environment: Record<string, string> = {}) => ({
  platform,
  environment,
  home: '/home/u',
});

describe('the data directory', () => {
  it.each([
    ['linux', {}, '/home/u/.config/mqtt-inspector'],
    ['linux', { XDG_CONFIG_HOME: '/x' }, '/x/mqtt-inspector'],
    ['linux', { XDG_CONFIG_HOME: 'relative' }, '/home/u/.config/mqtt-inspector'],
    ['freebsd', {}, '/home/u/.config/mqtt-inspector'],
    ['darwin', {}, '/home/u/Library/Application Support/MQTT Inspector'],
    ['win32', { APPDATA: '/roam' }, join('/roam', 'MQTT Inspector')],
    ['win32', {}, join('/home/u', 'AppData', 'Roaming', 'MQTT Inspector')],
    ['linux', { MQTT_INSPECTOR_DATA: '/mine', XDG_CONFIG_HOME: '/x' }, '/mine'],
    ['linux', { MQTT_INSPECTOR_DATA: '' }, '/home/u/.config/mqtt-inspector'],
  ] as const)('on %s with %j is %s', (platform, environment, expected) => {
    expect(dataDirectory(undefined, on(platform, environment))).toBe(expected);
  });

  it('is the one given before all others', () => {
    expect(dataDirectory('/given', on('linux', { MQTT_INSPECTOR_DATA: '/mine' }))).toBe('/given');
  });
});
