/** A profile through its form and back, and what the form refuses. */

import { describe, expect, it } from 'vitest';
import { checkForm, type FormField } from '../../../renderer/model/profiles-check.ts';
import { formOf, newClientId, newForm, type ProfileForm } from '../../../renderer/model/profiles-form.ts';
import { listRows } from '../../../renderer/model/profiles-model.ts';
import { saved, savedProfiles } from './saved.ts';

const random = { fill: (target: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(target) };

function faultsOf(patch: Partial<ProfileForm>): Readonly<Record<string, string>> {
  const checked = checkForm({ ...newForm(random), host: 'h', ...patch });
  if (!('faults' in checked)) return {};
  return Object.fromEntries([...checked.faults].map(([field, fault]) => [field, fault.code]));
}

const withSecret = (name: 'password' | 'key' | 'pfx', change: string): Partial<ProfileForm> => {
  const form = newForm(random);
  return { secrets: { ...form.secrets, [name]: { stored: false, change } } };
};

const full = saved(
  {
    srv: true,
    bindAddress: '192.0.2.7',
    sessionExpiryInterval: 4_294_967_295,
    username: 'u',
    will: {
      topic: 'a/b',
      payload: Uint8Array.of(0, 255, 1),
      qos: 2,
      retain: true,
      properties: {
        payloadFormatIndicator: 1,
        messageExpiryInterval: 0,
        contentType: 'x',
        responseTopic: 'r',
        correlationData: Uint8Array.of(9, 8),
        willDelayInterval: 5,
        userProperties: [['a', '1']],
      },
    },
    receiveMaximum: 10,
    maximumPacketSize: 1000,
    topicAliasMaximum: 0,
    requestResponseInformation: true,
    requestProblemInformation: false,
    userProperties: [
      ['k', 'v'],
      ['k', 'w'],
    ],
    authenticationMethod: 'SCRAM',
    reconnect: { enabled: false, minDelayMs: 500, maxDelayMs: 9000 },
    inflightWindow: 3,
    queueLimit: 0,
    useTopicAliases: true,
    tls: {
      ca: 'CA',
      cert: 'CERT',
      serverName: '',
      alpn: ['mqtt', 'x'],
      ciphers: 'HIGH',
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      verify: false,
    },
    proxy: { protocol: 'socks5', host: 'p', port: 1080, username: 'pu' },
    subscriptions: [
      { topicFilter: '#', qos: 0 },
      {
        topicFilter: 'a/+',
        qos: 2,
        noLocal: true,
        retainAsPublished: true,
        retainHandling: 2,
        subscriptionIdentifier: 7,
      },
    ],
  },
  ['password', 'key'],
);

describe('form and profile', () => {
  it.each([full, ...savedProfiles])('come back unchanged: $profile.name', (listed) => {
    const checked = checkForm(formOf(listed));
    expect(checked).toEqual({
      profile: {
        ...listed.profile,
        ...(listed.profile.protocol === 'wss'
          ? { websocket: { path: '/mqtt', headers: [], subprotocol: 'mqtt' } }
          : {}),
      },
      secrets: {},
    });
  });

  it('subscribe to nothing unless asked', () => {
    const checked = checkForm({ ...newForm(random), host: 'h' });
    expect('profile' in checked && checked.profile.subscriptions).toEqual([]);
    expect('profile' in checked && checked.profile.name).toBe('h');
  });

  it('change, remove and leave secrets', () => {
    const form = formOf(saved({}, ['password', 'passphrase', 'key']));
    const { password, passphrase } = form.secrets;
    const checked = checkForm({
      ...form,
      cert: 'CERT',
      secrets: {
        ...form.secrets,
        password: { ...password, change: 'new' },
        passphrase: { ...passphrase, change: null },
      },
    });
    expect('secrets' in checked && checked.secrets).toEqual({ password: 'new', passphrase: null });
  });

  it('makes client ids that differ and fit MQTT 3.1', () => {
    const ids = new Set(Array.from({ length: 100 }, () => newClientId(random)));
    expect(ids.size).toBe(100);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9-]{1,23}$/);
  });
});

describe('faults', () => {
  it.each<[string, Partial<ProfileForm>, FormField, string]>([
    ['no host', { host: ' ' }, 'host', 'required'],
    ['a port of letters', { port: 'x' }, 'port', 'number'],
    ['a port of 0', { port: '0' }, 'port', 'number'],
    ['a long keep-alive', { keepAlive: '65536' }, 'keepAlive', 'number'],
    ['no keep-alive', { keepAlive: '' }, 'keepAlive', 'required'],
    ['a wildcard in the will', { will: true, willTopic: 'a/#' }, 'willTopic', 'topic'],
    [
      'half a byte',
      { will: true, willTopic: 'a', willPayloadFormat: 'hex', willPayload: 'abc' },
      'willPayload',
      'not-hex',
    ],
    ['an illegal filter', { subscriptions: [{ ...row('a/#/b') }] }, 'subscriptions.0', 'topic'],
    [
      'a shared no-local',
      { subscriptions: [{ ...row('$share/g/a'), noLocal: true }] },
      'subscriptions.0',
      'shared-no-local',
    ],
    [
      'an identifier of 0',
      { subscriptions: [row('a'), { ...row('b'), identifier: '0' }] },
      'subscriptions.1',
      'number',
    ],
    [
      'an empty id in 3.1.1',
      { protocolVersion: '4', clientId: '', cleanStart: false },
      'clientId',
      'client-id-needs-clean-session',
    ],
    ['a long id in 3.1', { protocolVersion: '3', clientId: 'x'.repeat(24) }, 'clientId', 'client-id-length'],
    [
      'a password alone in 3.1.1',
      { protocolVersion: '4', ...withSecret('password', 'p') },
      'username',
      'password-needs-username',
    ],
    ['delays in the wrong order', { minDelayMs: '5000', maxDelayMs: '1000' }, 'maxDelayMs', 'below-minimum'],
    [
      'versions in the wrong order',
      { protocol: 'mqtts', minVersion: 'TLSv1.3', maxVersion: 'TLSv1.2' },
      'maxVersion',
      'versions-exclude',
    ],
    ['a certificate without key', { protocol: 'mqtts', cert: 'PEM' }, 'key', 'key-missing'],
    ['a key without certificate', { protocol: 'mqtts', ...withSecret('key', 'PEM') }, 'cert', 'certificate-missing'],
    ['a PFX that is not base64', { protocol: 'mqtts', ...withSecret('pfx', '***') }, 'pfx', 'not-base64'],
    ['a proxy without port', { proxy: 'http', proxyHost: 'p' }, 'proxyPort', 'required'],
    ['a receive maximum of 0', { receiveMaximum: '0' }, 'receiveMaximum', 'number'],
  ])('%s', (_what, patch, field, code) => {
    expect(faultsOf(patch)[field]).toBe(code);
  });

  it('name the range of the schema', () => {
    const checked = checkForm({ ...newForm(random), host: 'h', keepAlive: '70000' });
    expect('faults' in checked && checked.faults.get('keepAlive')).toEqual({ code: 'number', min: 0, max: 65_535 });
  });

  it('of MQTT 5 properties do not stand in the way of 3.1.1', () => {
    expect(faultsOf({ protocolVersion: '4', receiveMaximum: 'x', maximumPacketSize: '-1' })).toEqual({});
  });

  it('are found all at once', () => {
    expect(Object.keys(faultsOf({ host: '', port: '', keepAlive: 'x' })).toSorted()).toEqual([
      'host',
      'keepAlive',
      'port',
    ]);
  });
});

function row(topicFilter: string): ProfileForm['subscriptions'][number] {
  return { topicFilter, qos: '0', noLocal: false, retainAsPublished: false, retainHandling: '0', identifier: '' };
}

describe('the list', () => {
  const names = (search: string, closed: readonly string[] = []) =>
    listRows(savedProfiles, search, new Set(closed)).map((line) =>
      line.kind === 'folder' ? `[${line.path}]` : line.listed.profile.name,
    );

  it('has folders first, then names', () => {
    expect(names('')).toEqual(['[Factory]', '[Factory/Hall B]', 'line 2', 'line 3', 'factory-tls', 'cloud', 'garage']);
  });

  it('hides what is in a closed folder, and a search opens it', () => {
    expect(names('', ['Factory'])).toEqual(['[Factory]', 'cloud', 'garage']);
    expect(names('192.0.2.23', ['Factory'])).toEqual(['[Factory]', '[Factory/Hall B]', 'line 3']);
  });

  it('copes with odd folder paths', () => {
    const odd = [saved({ id: 'x', name: 'x', folder: '//a///b/' }), saved({ id: 'y', name: 'y', folder: '/' })];
    const lines = listRows(odd, '', new Set()).map((line) =>
      line.kind === 'folder' ? line.path : line.listed.profile.name,
    );
    expect(lines).toEqual(['a', 'a/b', 'x', 'y']);
  });
});
