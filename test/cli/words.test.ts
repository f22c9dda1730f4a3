/** Failures in the words of the command line. */

import { describe, expect, it } from 'vitest';
import { connectionFailure } from '../../main/hosts/cli/capture-words.ts';
import { readFilter } from '../../main/hosts/cli/filter-option.ts';
import { fileFault } from '../../main/hosts/cli/file-fault-words.ts';
import { systemFault } from '../../main/hosts/cli/system-fault-words.ts';

const fail = (code: string, data: Record<string, string | number | boolean>, stage = 'connect') =>
  connectionFailure({ stage, code, data }, 5);

describe('a connection that fails', () => {
  it.each([
    ['closed-by-peer', {}, / before CONNACK; perhaps it expects TLS or WebSocket/],
    [
      'protocol-error',
      { peerSpoke: 'http', reasonCode: 0x81 },
      /Malformed Packet \(0x81\); it speaks HTTP on that port/,
    ],
    ['protocol-error', { peerSpoke: 'tls' }, /; it speaks TLS on that port: mqtts:\/\//],
    ['protocol-error', { rule: 'MQTT-3.2.0-1' }, /; perhaps no MQTT server listens on that port/],
    ['protocol-error', { rule: 'MQTT-3.2.2-8' }, /^the server broke the protocol \(rule MQTT-3\.2\.2-8\)$/],
    ['upgrade-failed', { reason: 'closed' }, /closed the connection instead of answering the WebSocket handshake/],
    ['tls-bad-credentials', { part: 'ca', reason: 'not-pem' }, /^the file of --ca cannot be used/],
    ['tls-wrong-passphrase', { part: 'key', given: false }, /^the private key has a passphrase; give --key a copy/],
    ['tls-wrong-passphrase', { part: 'key', given: true }, /^the passphrase of the private key is wrong$/],
  ])('%s %j tells its likely cause', (code, data, words) => {
    expect(fail(code, data)).toMatch(words);
  });

  it('after it stood, tells no cause of a wrong port, and no counts', () => {
    const data = { bytesReceived: 11, bytesSent: 47, peerSpoke: 'mqtt', tls: false, errno: 'ECONNRESET' };
    expect(fail('tcp-reset', data, 'session')).toBe('the connection was reset (errno ECONNRESET)');
    expect(fail('closed-by-peer', {}, 'session')).toMatch(/^the server closed the connection without a reason; /);
    expect(fail('keep-alive-timeout', { afterMs: 2002.734 }, 'session')).toBe(
      'the server did not answer PINGREQ in time (after 2.0 s)',
    );
  });

  it('names no reason code that its version does not have', () => {
    const failure = { stage: 'session', code: 'protocol-error', data: { reasonCode: 0x81 } };
    expect(connectionFailure(failure, 4)).toBe('the server broke the protocol');
  });
});

it.each([
  ['time:>1d', 'this is no length of time such as 20us, 1.5ms, 3s, 2m or 1h: ">1d"'],
  ['payload.temp:>much', 'this is no number: ">much"'],
  ['len:>1k', 'this is no whole number: ">1k"'],
  ['qos>0', 'after a field comes a colon, as in qos:>0; a text goes in quotes: "qos>0"'],
  ['http://x', '; a text goes in quotes'],
])('the filter %s is refused in words for its field', (text, words) => {
  expect(() => readFilter(text)).toThrow(words);
});

it('a file that is empty or compressed is not called damaged', () => {
  expect(fileFault('a.pcap', { offset: 0, part: 'file', reason: 'empty' })).toBe('a.pcap: the file is empty');
  expect(fileFault('a.gz', { offset: 0, part: 'file', reason: 'gzip' })).toMatch(/^a\.gz: the file is compressed/);
});

it.each([
  ['ENOENT', 'there is no such file or folder (ENOENT)'],
  ['ENOSPC', 'the disk is full (ENOSPC)'],
  ['EWHATEVER', 'EWHATEVER'],
])('the system says %s', (code, words) => {
  expect(systemFault(Object.assign(new Error('no'), { code }))).toBe(words);
});
