/** Service records: which are asked for, in which order targets are tried, and what happens without any. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTransportFactory } from '../../main/engine/transport/create.ts';
import type { SrvRecord } from '../../main/engine/transport/resolve.ts';
import { testCertificates } from '../support/certificates.ts';
import { startMosquitto, type Mosquitto } from '../support/mosquitto.ts';
import { freePort } from '../support/ports.ts';
import { converse, drive } from './drive.ts';

let broker: Mosquitto;
beforeAll(async () => {
  broker = await startMosquitto({ listeners: [{ protocol: 'mqtt' }, { protocol: 'mqtts' }] });
});
afterAll(() => broker.stop());

function factoryFor(records: readonly SrvRecord[] | string, asked: string[] = []) {
  return createTransportFactory({
    resolver: {
      addresses: (host) =>
        host.startsWith('gone')
          ? Promise.reject(Object.assign(new Error('none'), { code: 'ENOTFOUND' }))
          : Promise.resolve(['127.0.0.1']),
      services(name) {
        asked.push(name);
        return typeof records === 'string'
          ? Promise.reject(Object.assign(new Error('none'), { code: records }))
          : Promise.resolve(records);
      },
    },
  });
}

it('tries targets by priority and falls through those that cannot be reached', async () => {
  const asked: string[] = [];
  const dead = await freePort();
  const factory = factoryFor(
    [
      { name: 'third.test', port: broker.port, priority: 30, weight: 0 },
      { name: 'first.test', port: dead, priority: 10, weight: 0 },
      { name: 'gone.test', port: 1883, priority: 20, weight: 0 },
    ],
    asked,
  );
  const { story, stages } = await converse({ protocol: 'mqtt', host: 'example.test', port: 1, srv: true }, { factory });
  expect(asked).toEqual(['_mqtt._tcp.example.test']);
  expect(story).toEqual([
    'srv begin',
    'srv end',
    'dns begin',
    'dns end',
    'tcp begin',
    'tcp fail:tcp-refused',
    'dns begin',
    'dns fail:dns-not-found',
    'dns begin',
    'dns end',
    'tcp begin',
    'tcp end',
    'open',
    'closed',
  ]);
  expect(stages.get('srv')?.facts['records']).toEqual([
    `10 0 ${dead} first.test`,
    '20 0 1883 gone.test',
    `30 0 ${broker.port} third.test`,
  ]);
  expect(stages.get('tcp')?.facts).toMatchObject({
    host: 'third.test',
    earlierTargets: [`first.test:${dead} tcp-refused`, 'gone.test:1883 dns-not-found'],
  });
});

it('asks for the secure service and verifies the name the user gave, not the target', async () => {
  const { authority } = await testCertificates();
  const asked: string[] = [];
  const records = [{ name: 'node7.hosting.test', port: broker.ports[1] ?? 0, priority: 1, weight: 1 }];
  const options = {
    protocol: 'mqtts',
    host: 'localhost',
    port: 1,
    srv: true,
    tls: { ca: authority.cert, verify: true },
  } as const;
  const { facts } = await converse(options, { factory: factoryFor(records, asked) });
  expect(asked).toEqual(['_secure-mqtt._tcp.localhost']);
  expect(facts.tls).toMatchObject({ authorized: true, serverName: 'localhost' });
});

it.each([
  ['ENODATA', 'srv-not-found'],
  ['ENOTFOUND', 'srv-not-found'],
  ['ETIMEOUT', 'dns-failed'],
])('goes to host and port themselves when the lookup says %s', async (errno, code) => {
  const options = { protocol: 'mqtt', host: 'example.test', port: broker.port, srv: true } as const;
  const { stages, story } = await converse(options, { factory: factoryFor(errno) });
  expect(stages.get('srv')?.failure).toMatchObject({ code, data: { service: '_mqtt._tcp.example.test' } });
  expect(story.slice(0, 3)).toEqual(['srv begin', `srv fail:${code}`, 'dns begin']);
});

it('gives up where the domain says that the service is not offered', async () => {
  const factory = factoryFor([{ name: '', port: 0, priority: 0, weight: 0 }]);
  const driven = drive({ protocol: 'mqtt', host: 'example.test', port: broker.port, srv: true }, { factory });
  expect(await driven.closed).toMatchObject({ code: 'srv-not-found', data: { reason: 'not-offered' } });
});

it('fails as the last target did', async () => {
  const dead = await freePort();
  const records = [1, 2].map((priority) => ({ name: `n${priority}.test`, port: dead, priority, weight: 1 }));
  const driven = drive(
    { protocol: 'mqtt', host: 'example.test', port: 1, srv: true },
    { factory: factoryFor(records) },
  );
  expect(await driven.closed).toMatchObject({ code: 'tcp-refused', data: { host: 'n2.test', port: dead } });
});
