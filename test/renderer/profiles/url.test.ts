/** Addresses as people paste them. */

import { describe, expect, it } from 'vitest';
import { newForm, withAddress, withProtocol } from '../../../renderer/model/profiles-form.ts';
import { parseBrokerAddress } from '../../../renderer/model/profiles-url.ts';

const random = { fill: (target: Uint8Array<ArrayBuffer>) => target.fill(7) };

describe('broker addresses', () => {
  it.each([
    ['mqtts://user@host:8883/path', { protocol: 'mqtts', host: 'host', port: 8883, username: 'user' }],
    ['mqtt://broker.example', { protocol: 'mqtt', host: 'broker.example', port: 1883 }],
    ['  tcp://10.0.0.1:11883 ', { protocol: 'mqtt', host: '10.0.0.1', port: 11883 }],
    ['ssl://h', { protocol: 'mqtts', host: 'h', port: 8883 }],
    ['ws://h/mqtt?token=a%20b', { protocol: 'ws', host: 'h', port: 80, path: '/mqtt?token=a%20b' }],
    ['WSS://h:8084/', { protocol: 'wss', host: 'h', port: 8084, path: '/' }],
    ['https://h/ws', { protocol: 'wss', host: 'h', port: 443, path: '/ws' }],
    ['mqtt://u%40x:p%3Aw%25@h', { protocol: 'mqtt', host: 'h', port: 1883, username: 'u@x', password: 'p:w%' }],
    ['mqtt://:secret@h', { protocol: 'mqtt', host: 'h', port: 1883, password: 'secret' }],
    ['mqtt://[2001:db8::1]:1884', { protocol: 'mqtt', host: '2001:db8::1', port: 1884 }],
    ['host:1884', { host: 'host', port: 1884 }],
    ['[::1]:1884', { host: '::1', port: 1884 }],
  ])('%s', (text, address) => {
    expect(parseBrokerAddress(text)).toEqual(address);
  });

  it.each([
    'host',
    '',
    '::1',
    '2001:db8::1',
    'ftp://h',
    'mqtt://',
    'mqtt://h:99999',
    'host:0',
    'a b:1883',
    'mqtt://h:x',
  ])('leaves %j alone', (text) => {
    expect(parseBrokerAddress(text)).toBeUndefined();
  });
});

describe('the port', () => {
  it('follows the protocol until it is chosen', () => {
    const form = newForm(random);
    expect(withProtocol(form, 'mqtts').port).toBe('8883');
    expect(withProtocol(withProtocol(form, 'wss'), 'mqtt').port).toBe('1883');
    expect(withProtocol({ ...form, port: '2000', portEdited: true }, 'mqtts').port).toBe('2000');
  });

  it('of a pasted address stays, the standard one follows again', () => {
    const odd = withAddress(newForm(random), { protocol: 'mqtts', host: 'h', port: 9999 });
    expect(withProtocol(odd, 'mqtt').port).toBe('9999');
    const standard = withAddress(odd, { protocol: 'mqtts', host: 'h', port: 8883 });
    expect(withProtocol(standard, 'mqtt').port).toBe('1883');
  });

  it('of a pasted address comes with user, password and path', () => {
    const form = withAddress(newForm(random), parseBrokerAddress('wss://u:p@h/ws') ?? { host: '' });
    expect(form).toMatchObject({ protocol: 'wss', host: 'h', port: '443', username: 'u', wsPath: '/ws' });
    expect(form.secrets.password).toEqual({ stored: false, change: 'p' });
  });
});
