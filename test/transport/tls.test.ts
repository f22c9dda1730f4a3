/** TLS against real brokers and, where mosquitto cannot be made to misbehave, Node's own server. */

import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createAuthority,
  daysFromNow,
  issue,
  issueSelfSigned,
  pkcs12,
  testCertificates,
  type Credentials,
} from '../support/certificates.ts';
import { startMosquitto, type Mosquitto } from '../support/mosquitto.ts';
import { listen, type Listening } from '../support/ports.ts';
import { converse, drive, failureOf } from './drive.ts';

let authority: Credentials;
let client: Credentials;
let server: Credentials;
let stranger: Credentials;
let broker: Mosquitto;
const port: Record<string, number> = {};

beforeAll(async () => {
  ({ authority, client, server } = await testCertificates());
  stranger = await issue(await createAuthority('Other Authority'));
  broker = await startMosquitto({
    listeners: [
      { protocol: 'mqtts' },
      { protocol: 'mqtts', requireClientCertificate: true },
      { protocol: 'mqtts', certificate: await issueSelfSigned() },
      {
        protocol: 'mqtts',
        certificate: await issue(authority, { validFrom: daysFromNow(-9), validTo: daysFromNow(-1) }),
      },
      {
        protocol: 'mqtts',
        certificate: await issue(authority, { validFrom: daysFromNow(1), validTo: daysFromNow(9) }),
      },
      { protocol: 'mqtts', certificate: await issue(authority, { names: ['broker.example'], addresses: [] }) },
      { protocol: 'mqtt' },
      { protocol: 'ws' },
      { protocol: 'wss', requireClientCertificate: true },
      { protocol: 'mqtts', tlsVersion: 'tlsv1.3' },
    ],
  });
  const names = ['good', 'client', 'selfSigned', 'expired', 'early', 'elsewhere', 'plain', 'ws', 'wssClient', 'only13'];
  for (const [index, name] of names.entries()) port[name] = broker.ports[index] ?? 0;
});

afterAll(() => broker.stop());

const at = (name: string): { protocol: 'mqtts'; port: number; host: string } => ({
  protocol: 'mqtts',
  port: port[name] ?? 0,
  host: 'localhost',
});
const trusting = (more: object = {}): { ca: string; verify: true } => ({ ca: authority.cert, verify: true, ...more });

async function tlsServer(options: TlsOptions, onSecure?: (socket: Socket) => void): Promise<Listening> {
  const made = createTlsServer({ cert: server.cert, key: server.key, ...options }, onSecure);
  made.on('tlsClientError', () => {});
  return listen(made);
}

describe('a good certificate', () => {
  it('opens, and tells what was agreed on', async () => {
    const { facts, story } = await converse({ ...at('good'), tls: trusting() });
    expect(story).toEqual(['dns begin', 'dns end', 'tcp begin', 'tcp end', 'tls begin', 'tls end', 'open', 'closed']);
    expect(facts.tls).toMatchObject({
      protocol: 'TLSv1.3',
      cipher: expect.stringMatching(/^TLS_/),
      serverName: 'localhost',
      authorized: true,
      verificationOff: false,
      clientCertificateRequested: false,
      clientCertificateSent: false,
      resumed: false,
    });
    expect(facts.tls?.ephemeralKey).toMatch(/25519/);
    expect(
      facts.tls?.chain.map((certificate) => [certificate.subject, certificate.issuer, certificate.selfSigned]),
    ).toEqual([
      ['CN=localhost', 'CN=Test Authority', false],
      ['CN=Test Authority', 'CN=Test Authority', true],
    ]);
    expect(facts.tls?.chain[0]).toMatchObject({
      subjectAltNames: ['DNS:localhost', 'IP Address:127.0.0.1', 'IP Address:0:0:0:0:0:0:0:1'],
      keyType: 'ec prime256v1',
      keyBits: 256,
    });
  });

  it('is checked against an address where no name is given, and no SNI is sent then', async () => {
    const { facts } = await converse({ ...at('good'), host: '127.0.0.1', tls: trusting() });
    expect(facts.tls).toMatchObject({ authorized: true });
    expect(facts.tls?.serverName).toBeUndefined();
  });

  it.each([
    ['by itself', { expected: 'localhost' }],
    ['as told', { serverName: 'broker.example', expected: 'broker.example' }],
    ['not at all', { serverName: '', expected: false }],
  ])('SNI: %s', async (_how, { expected, ...more }) => {
    const seen: unknown[] = [];
    await using listening = await tlsServer({}, (socket) => seen.push(Reflect.get(socket, 'servername')));
    const driven = drive({
      protocol: 'mqtts',
      port: listening.port,
      host: 'localhost',
      tls: { ...trusting(more), verify: false },
    });
    await driven.opened;
    await expect.poll(() => seen).toEqual([expected]);
    driven.transport.destroy();
    await driven.closed;
  });
});

describe('a certificate that does not verify', () => {
  it.each([
    ['expired', 'tls-certificate-expired', 'CERT_HAS_EXPIRED'],
    ['early', 'tls-certificate-not-yet-valid', 'CERT_NOT_YET_VALID'],
    ['elsewhere', 'tls-wrong-host', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['selfSigned', 'tls-self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ])('%s: %s', async (name, code, errno) => {
    const driven = drive({ ...at(name), tls: trusting() });
    const failure = await driven.closed;
    expect(failure?.code).toBe(code);
    expect(failure?.data).toMatchObject({ errno, expectedName: 'localhost' });
    expect(failure?.data['subjectAltNames']).toBeDefined();
    expect(driven.stages.get('tls')?.failure).toEqual(failure);
    expect(driven.stages.get('tcp')?.failure).toBeUndefined();
    expect(failure?.data['chain']).toEqual(expect.arrayContaining([expect.stringContaining('BEGIN CERTIFICATE')]));
  });

  it('unknown authority, with a wrong and with the default list of authorities', async () => {
    expect(await failureOf({ ...at('good'), tls: { ca: stranger.cert, verify: true } })).toMatchObject({
      code: 'tls-unknown-ca',
    });
    expect(await failureOf({ ...at('good') })).toMatchObject({
      code: 'tls-unknown-ca',
      data: { issuer: 'CN=Test Authority' },
    });
  });

  it('an intermediate that the server does not send', async () => {
    const root = await createAuthority('Unsent Root');
    await using listening = await tlsServer(await issue(root));
    expect(await failureOf({ protocol: 'mqtts', port: listening.port, tls: trusting() })).toMatchObject({
      code: 'tls-unknown-ca',
    });
  });

  it('is let through with verification off, and what was wrong is still told', async () => {
    for (const [name, errno] of [
      ['expired', 'CERT_HAS_EXPIRED'],
      ['elsewhere', 'ERR_TLS_CERT_ALTNAME_INVALID'],
      ['selfSigned', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ] as const) {
      const { facts } = await converse({ ...at(name), tls: { ...trusting(), verify: false } });
      expect(facts.tls).toMatchObject({ authorized: false, authorizationError: errno, verificationOff: true });
    }
  });

  it('is right again under the name it was made for', async () => {
    const { facts } = await converse({ ...at('elsewhere'), tls: trusting({ serverName: 'broker.example' }) });
    expect(facts.tls?.authorized).toBe(true);
  });
});

describe('client certificates', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('are sent when asked for, %s', async (maxVersion) => {
    const { facts } = await converse({ ...at('client'), tls: trusting({ ...client, maxVersion }) });
    expect(facts.tls).toMatchObject({
      protocol: maxVersion,
      clientCertificateRequested: true,
      clientCertificateSent: true,
    });
  });

  it('are not sent unasked', async () => {
    const { facts } = await converse({ ...at('good'), tls: trusting(client) });
    expect(facts.tls).toMatchObject({ clientCertificateRequested: false, clientCertificateSent: false });
  });

  it('from a PKCS#12 file', async () => {
    const pfx = pkcs12(client, 'sesame', [authority.cert]);
    const { facts } = await converse({ ...at('client'), tls: trusting({ pfx, passphrase: 'sesame' }) });
    expect(facts.tls?.clientCertificateSent).toBe(true);
  });

  it('with an encrypted key', async () => {
    const locked = await issue(authority, { passphrase: 'sesame' });
    const { facts } = await converse({ ...at('client'), tls: trusting({ ...locked, passphrase: 'sesame' }) });
    expect(facts.tls?.clientCertificateSent).toBe(true);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'missing: the broker says so during or after the handshake, %s',
    async (maxVersion) => {
      const driven = drive({ ...at('client'), tls: trusting({ maxVersion }) });
      const failure = await driven.closed;
      expect(failure?.code).toBe('tls-client-certificate-required');
      expect(failure?.data['alert']).toBe(maxVersion === 'TLSv1.3' ? 116 : 40);
      expect(driven.stages.get('tls')?.failure?.code).toBe('tls-client-certificate-required');
    },
  );

  it('missing over wss', async () => {
    const driven = drive({ protocol: 'wss', host: 'localhost', port: port['wssClient'] ?? 0, tls: trusting() });
    expect(await driven.closed).toMatchObject({ code: 'tls-client-certificate-required' });
    expect(driven.stages.get('tls')?.failure?.code).toBe('tls-client-certificate-required');
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('of the wrong authority, %s', async (maxVersion) => {
    expect(await failureOf({ ...at('client'), tls: trusting({ ...stranger, maxVersion }) })).toMatchObject({
      code: 'tls-client-certificate-rejected',
      data: { alertName: 'unknown_ca' },
    });
  });
});

describe('credentials that cannot be used are told before anything is sent', () => {
  it.each([
    ['no passphrase for a locked key', { key: 'locked' }, 'tls-wrong-passphrase', { part: 'key', given: false }],
    ['a wrong one', { key: 'locked', passphrase: 'no' }, 'tls-wrong-passphrase', { part: 'key', given: true }],
    ['no passphrase for a PKCS#12 file', { pfx: 'good' }, 'tls-wrong-passphrase', { part: 'pfx', given: false }],
    ['a wrong one', { pfx: 'good', passphrase: 'no' }, 'tls-wrong-passphrase', { part: 'pfx', given: true }],
    ['a damaged PKCS#12 file', { pfx: 'bad' }, 'tls-bad-credentials', { part: 'pfx', reason: 'unreadable' }],
    ['a certificate that is none', { cert: 'text' }, 'tls-bad-credentials', { part: 'cert', reason: 'not-pem' }],
    ['a damaged certificate', { cert: 'damaged' }, 'tls-bad-credentials', { part: 'cert', reason: 'unreadable' }],
    ['a key that is none', { key: 'text' }, 'tls-bad-credentials', { part: 'key', reason: 'not-pem' }],
    [
      "somebody else's key",
      { key: 'other' },
      'tls-bad-credentials',
      { part: 'key', reason: 'does-not-match-certificate' },
    ],
    ['a certificate without key', { key: 'none' }, 'tls-bad-credentials', { part: 'key', reason: 'missing' }],
    ['a key without certificate', { cert: 'none' }, 'tls-bad-credentials', { part: 'cert', reason: 'missing' }],
    ['an authority that is none', { ca: 'text' }, 'tls-bad-credentials', { part: 'ca', reason: 'not-pem' }],
    ['a damaged authority', { ca: 'damaged' }, 'tls-bad-credentials', { part: 'ca', reason: 'unreadable' }],
    ['ciphers nobody knows', { ciphers: 'NO-SUCH' }, 'tls-no-common-cipher', { reason: 'unknown-cipher-name' }],
    [
      'versions that exclude each other',
      { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.2' },
      'tls-protocol-version',
      { reason: 'empty-range' },
    ],
  ])('%s', async (_what, given: Record<string, string>, code, data) => {
    const damaged = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    const locked = await issue(authority, { passphrase: 'sesame' });
    const certs: Record<string, string> = { text: 'hello', damaged };
    const keys: Record<string, string> = { text: 'hello', locked: locked.key, other: stranger.key };
    const { cert, key, ca, pfx, ...rest } = given;
    const own = given['key'] === 'locked' ? locked : client;
    const pair =
      cert === undefined && key === undefined
        ? {}
        : {
            ...(cert === 'none' ? {} : { cert: cert === undefined ? own.cert : certs[cert] }),
            ...(key === 'none' ? {} : { key: key === undefined ? own.key : keys[key] }),
          };
    const tls = trusting({
      ...pair,
      ...(ca === undefined ? {} : { ca: certs[ca] }),
      ...(pfx === undefined ? {} : { pfx: pfx === 'good' ? pkcs12(client, 'sesame') : Uint8Array.from([1, 2, 3]) }),
      ...rest,
    });
    const driven = drive({ ...at('good'), tls });
    const failure = await driven.closed;
    expect(failure).toMatchObject({ code, data });
    expect(driven.story).toEqual(['tls begin', `tls fail:${code}`, `closed:${code}`]);
  });
});

describe('what both sides can speak', () => {
  it('versions without overlap', async () => {
    expect(await failureOf({ ...at('only13'), tls: trusting({ maxVersion: 'TLSv1.2' }) })).toMatchObject({
      code: 'tls-protocol-version',
      data: { alertName: 'protocol_version' },
    });
  });

  it('a chosen version and cipher', async () => {
    const ciphers = 'ECDHE-ECDSA-AES128-GCM-SHA256';
    const { facts } = await converse({ ...at('good'), tls: trusting({ maxVersion: 'TLSv1.2', ciphers }) });
    expect(facts.tls).toMatchObject({ protocol: 'TLSv1.2', cipher: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256' });
  });

  it('TLS 1.1, where the server still speaks it', async () => {
    await using listening = await tlsServer({
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT:@SECLEVEL=0',
    });
    const driven = drive({
      protocol: 'mqtts',
      port: listening.port,
      tls: trusting({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }),
    });
    const facts = await driven.opened;
    expect(facts.tls?.protocol).toBe('TLSv1.1');
    expect(facts.tls?.clientCertificateRequested).toBeUndefined();
    driven.transport.destroy();
    await driven.closed;
  });

  it('no cipher in common', async () => {
    const tls = trusting({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' });
    expect(await failureOf({ ...at('good'), tls })).toMatchObject({
      code: 'tls-no-common-cipher',
      data: { alertName: 'handshake_failure' },
    });
  });

  it('ALPN agreed on, ignored, refused', async () => {
    await using listening = await tlsServer({ ALPNProtocols: ['mqtt', 'x-amzn-mqtt-ca'] });
    const to = { protocol: 'mqtts' as const, port: listening.port };
    const driven = drive({ ...to, tls: trusting({ alpn: ['nothing', 'mqtt'] }) });
    expect((await driven.opened).tls?.alpn).toBe('mqtt');
    driven.transport.destroy();
    await driven.closed;
    expect((await converse({ ...at('good'), tls: trusting({ alpn: ['mqtt'] }) })).facts.tls?.alpn).toBeUndefined();
    expect(await failureOf({ ...to, tls: trusting({ alpn: ['h3'] }) })).toMatchObject({
      code: 'tls-alpn',
      data: { alert: 120, alertName: 'no_application_protocol' },
    });
  });
});

describe('plain and TLS mixed up', () => {
  it('TLS spoken to a plain MQTT port', async () => {
    expect(await failureOf({ ...at('plain'), tls: trusting() })).toMatchObject({
      code: 'tls-not-tls',
      data: { evidence: expect.stringMatching(/reset|closed/) },
    });
  });

  it('TLS spoken to a plain WebSocket port', async () => {
    expect(await failureOf({ ...at('ws'), tls: trusting() })).toMatchObject({
      code: 'tls-not-tls',
      data: { evidence: 'not-a-record' },
    });
  });

  it('TLS spoken to a port that closes, and to one that keeps silent', async () => {
    await using closing = await listen(createServer((socket) => socket.once('data', () => socket.end())));
    expect(await failureOf({ protocol: 'mqtts', port: closing.port, tls: trusting() })).toMatchObject({
      code: 'tls-not-tls',
    });
    await using silent = await listen(createServer());
    const options = { protocol: 'mqtts' as const, port: silent.port, connectTimeoutMs: 150, tls: trusting() };
    expect(await failureOf(options)).toMatchObject({ code: 'timeout', data: { stage: 'tls' } });
  });

  it('plain MQTT spoken to a TLS port: the broker hangs up, and the data says what it looked like', async () => {
    const driven = drive(
      { protocol: 'mqtt', port: port['good'] ?? 0 },
      {
        onOpen: (transport) =>
          transport.write(Uint8Array.from([0x10, 0x0c, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 60, 0, 0])),
      },
    );
    const failure = await driven.closed;
    expect(['closed-by-peer', 'tcp-reset']).toContain(failure?.code);
    expect(failure?.data).toMatchObject({ tls: false, bytesSent: 14 });
  });

  it('plain WebSocket spoken to a TLS port', async () => {
    const failure = await failureOf({ protocol: 'ws', port: port['wssClient'] ?? 0 });
    expect(failure).toMatchObject({ code: 'upgrade-failed', data: { reason: 'closed' } });
  });
});
