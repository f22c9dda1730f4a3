/** Which taps would connect to themselves. */

import { describe, expect, it } from 'vitest';
import { leadsBack } from '../../main/engine/sources/tap-loop.ts';

const OWN = ['192.168.1.5', 'fd00::5', '127.0.0.1'];

function isLoop(from: string, to: string, port = 1883, more: object = {}): boolean {
  const upstream = { protocol: 'mqtt', host: to, port: 1883, connectTimeoutMs: 1000, ...more } as const;
  return leadsBack({ host: from, port }, upstream, OWN);
}

describe('a tap that connects to itself', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.1', 'localhost'],
    ['127.0.0.1', '0.0.0.0'],
    ['::1', 'LOCALHOST'],
    ['localhost', '::1'],
    ['0.0.0.0', '127.0.0.2'],
    ['0.0.0.0', '192.168.1.5'],
    ['::', '::1'],
    ['::', '192.168.1.5'],
    ['192.168.1.5', '192.168.1.5'],
  ])('listens on %s and goes on to %s', (from, to) => {
    expect(isLoop(from, to)).toBe(true);
    expect(isLoop(from, to, 1884)).toBe(false);
    expect(isLoop(from, to, 0)).toBe(false);
    expect(isLoop(from, to, 1883, { proxy: { protocol: 'socks5', host: 'p', port: 1 } })).toBe(false);
  });

  it.each([
    ['127.0.0.1', '::1'],
    ['127.0.0.1', '127.0.0.2'],
    ['127.0.0.1', '192.168.1.5'],
    ['0.0.0.0', '::1'],
    ['0.0.0.0', 'fd00::5'],
    ['0.0.0.0', '192.168.1.6'],
    ['192.168.1.5', 'localhost'],
    ['127.0.0.1', 'broker.local'],
  ])('is not one that listens on %s and goes on to %s', (from, to) => {
    expect(isLoop(from, to)).toBe(false);
  });
});
