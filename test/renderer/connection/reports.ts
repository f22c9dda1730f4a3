/** Connection reports to look at: one that stands, one that failed, one that was thrown out. */

import type {
  CertificateRecord,
  ConnectionAttempt,
  ConnectionReport,
} from '../../../shared/contract/connection-records.ts';

const T0 = 1_795_176_247_101_220;
const DAY_MS = 86_400_000;

const certificate = (more: Partial<CertificateRecord>): CertificateRecord => ({
  subject: 'CN=broker.example, O=Example',
  issuer: 'CN=Example Issuing CA 2, O=Example, C=DE',
  subjectAltNames: ['DNS:broker.example', 'DNS:*.broker.example', 'IP Address:192.0.2.10'],
  validFromMs: Date.now() - 300 * DAY_MS,
  validToMs: Date.now() + 12 * DAY_MS,
  serialNumber: '04C7D1B0AA90',
  fingerprint256: Array.from({ length: 32 }, (_, at) =>
    ((at * 37) & 255).toString(16).padStart(2, '0').toUpperCase(),
  ).join(':'),
  keyType: 'ec prime256v1',
  keyBits: 256,
  selfSigned: false,
  pem: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
  ...more,
});

export const standing: ConnectionAttempt = {
  connection: 7,
  startUs: T0,
  remoteAddress: '192.0.2.10:8883',
  localAddress: '192.0.2.77:51844',
  stages: [
    {
      name: 'dns',
      startUs: T0 + 40,
      endUs: T0 + 8_200,
      failed: false,
      facts: { host: 'broker.example', addresses: ['192.0.2.10', '2001:db8::10'] },
    },
    {
      name: 'tcp',
      startUs: T0 + 8_220,
      endUs: T0 + 21_900,
      failed: false,
      facts: { host: 'broker.example', port: 8883, address: '192.0.2.10', tried: ['192.0.2.10'] },
    },
    {
      name: 'tls',
      startUs: T0 + 21_950,
      endUs: T0 + 71_300,
      failed: false,
      facts: { serverName: 'broker.example', protocol: 'TLSv1.3' },
    },
    { name: 'connect', startUs: T0 + 71_400, endUs: T0 + 88_100, failed: false, facts: { reasonCode: 0 } },
    { name: 'suback', startUs: T0 + 88_300, endUs: T0 + 101_800, failed: true, facts: { reasonCodes: ['2', '135'] } },
    { name: 'first-message', startUs: T0 + 88_200, endUs: T0 + 1_488_200, failed: false, facts: {} },
  ],
  tls: {
    protocol: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    alpn: 'mqtt',
    serverName: 'broker.example',
    authorized: true,
    verificationOff: false,
    chain: [
      certificate({}),
      certificate({
        subject: 'CN=Example Issuing CA 2, O=Example, C=DE',
        issuer: 'CN=Example Root, O=Example, C=DE',
        fingerprint256: 'AA:01',
        subjectAltNames: [],
        validToMs: Date.now() + 900 * DAY_MS,
      }),
      certificate({
        subject: 'CN=Example Root, O=Example, C=DE',
        issuer: 'CN=Example Root, O=Example, C=DE',
        fingerprint256: 'AA:02',
        subjectAltNames: [],
        selfSigned: true,
        validToMs: Date.now() - 2 * DAY_MS,
      }),
    ],
    clientCertificateRequested: true,
    clientCertificateSent: false,
    resumed: false,
    ephemeralKey: 'ECDH X25519 253 bits',
  },
};

export const refused: ConnectionAttempt = {
  connection: 6,
  startUs: T0 - 30_000_000,
  endUs: T0 - 29_928_000,
  stages: [
    {
      name: 'dns',
      startUs: T0 - 29_999_900,
      endUs: T0 - 29_990_000,
      failed: false,
      facts: { addresses: ['192.0.2.10'] },
    },
    { name: 'tcp', startUs: T0 - 29_989_900, endUs: T0 - 29_975_000, failed: false, facts: { address: '192.0.2.10' } },
    {
      name: 'tls',
      startUs: T0 - 29_974_900,
      endUs: T0 - 29_928_000,
      failed: true,
      facts: { serverName: 'broker.example' },
    },
  ],
  failure: {
    stage: 'tls',
    code: 'tls-unknown-ca',
    data: {
      errno: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      expectedName: 'broker.example',
      subject: 'CN=broker.example, O=Example',
      issuer: 'CN=Example Issuing CA 2, O=Example, C=DE',
      subjectAltNames: ['DNS:broker.example'],
      validFromMs: Date.now() - 300 * DAY_MS,
      validToMs: Date.now() + 12 * DAY_MS,
      fingerprint256: 'AB:CD:EF',
      selfSigned: false,
      chain: ['-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'],
    },
    atUs: T0 - 29_928_000,
  },
};

export const takenOver: ConnectionAttempt = {
  ...standing,
  connection: 8,
  endUs: T0 + 9_000_000,
  failure: {
    stage: 'session',
    code: 'taken-over',
    data: { reasonCode: 0x8e, reasonString: 'another client connected' },
    atUs: T0 + 9_000_000,
  },
};

export const connectedReport: ConnectionReport = {
  source: 1,
  state: 'connected',
  profileId: 'p1',
  attempts: [refused, standing],
  attemptsDropped: 0,
  session: {
    clientId: 'inspector-7f3a',
    assignedClientId: false,
    protocolVersion: 5,
    cleanStart: false,
    sessionPresent: true,
    sessionExpiryInterval: 3600,
    keepAlive: 45,
    keepAliveFromServer: true,
    subscriptions: [
      { topicFilter: 'site/#', qos: 2, reasonCode: 2 },
      { topicFilter: '$SYS/#', qos: 1, reasonCode: 0, subscriptionIdentifier: 4 },
      { topicFilter: 'secret/+/keys', qos: 1, reasonCode: 0x87 },
      { topicFilter: 'late/topic', qos: 0 },
    ],
    will: { topic: 'site/inspector/state', qos: 1, retain: true, payloadLength: 7 },
    inFlightOut: 2,
    inFlightIn: 0,
    queued: 112,
    queueLimit: 10_000,
    queueRefused: 3,
    receiveMaximum: 65_535,
    serverReceiveMaximum: 20,
    aliasesOut: [
      [1, 'site/b2/temp'],
      [2, 'site/c3/数据/温度'],
    ],
    aliasesIn: [],
    server: {
      maximumQoS: 2,
      retainAvailable: true,
      topicAliasMaximum: 10,
      wildcardSubscriptionAvailable: true,
      subscriptionIdentifiersAvailable: true,
      sharedSubscriptionAvailable: false,
      maximumPacketSize: 268_435_460,
    },
  },
};

const { session } = connectedReport;
const common = session === undefined ? {} : { session };

export const failingReport: ConnectionReport = {
  source: 1,
  state: 'waiting',
  attempts: [
    { ...refused, connection: 53 },
    { ...refused, connection: 54 },
  ],
  attemptsDropped: 12,
};

export const takenOverReport: ConnectionReport = {
  source: 1,
  state: 'failed',
  profileId: 'p1',
  attempts: [refused, standing, takenOver],
  attemptsDropped: 0,
  ...common,
};
