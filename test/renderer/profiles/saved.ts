/** Saved connections to look at. */

import * as v from 'valibot';
import {
  type ListedProfile,
  type ProfileInput,
  ProfileSchema,
  type SecretName,
} from '../../../shared/contract/profiles.ts';

export function saved(more: Partial<ProfileInput>, secrets: readonly SecretName[] = []): ListedProfile {
  const profile = v.parse(ProfileSchema, {
    id: 'p1',
    name: 'factory-tls',
    folder: 'Factory',
    colour: 'orange',
    protocol: 'mqtts',
    host: 'broker.example',
    port: 8883,
    protocolVersion: 5,
    clientId: 'inspector-7f3a',
    cleanStart: false,
    keepAlive: 60,
    ...more,
  });
  return { profile, secrets };
}

export const savedProfiles: readonly ListedProfile[] = [
  saved({ tls: { verify: false }, subscriptions: [{ topicFilter: 'site/#', qos: 1 }], username: 'factory' }, [
    'password',
  ]),
  saved({
    id: 'p2',
    name: 'line 2',
    folder: 'Factory/Hall B',
    colour: 'blue',
    host: '192.0.2.22',
    port: 1883,
    protocol: 'mqtt',
  }),
  saved({
    id: 'p3',
    name: 'line 3',
    folder: 'Factory/Hall B',
    colour: '',
    host: '192.0.2.23',
    port: 1883,
    protocol: 'mqtt',
  }),
  saved({
    id: 'p4',
    name: 'garage',
    folder: '',
    colour: 'green',
    host: 'localhost',
    port: 1883,
    protocol: 'mqtt',
    protocolVersion: 4,
  }),
  saved({ id: 'p5', name: 'cloud', folder: '', colour: '', host: 'xyz.cloud.example', port: 443, protocol: 'wss' }),
];
