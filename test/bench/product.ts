/** The product without a window: its service, or one session with its recording, composed as the hosts compose them. */

import { Recording } from '../../main/engine/sources/recording.ts';
import { SessionSource, type SessionSourceListener } from '../../main/engine/sources/session-source.ts';
import { createTransport } from '../../main/engine/transport/create.ts';
import { lookUpHost } from '../../main/engine/transport/resolve.ts';
import { systemClock, systemRandom } from '../../main/engine/transport/system.ts';
import { RunningService } from '../../main/service/service.ts';
import { sessionOptions, transportOptions } from '../../main/service/session-options.ts';
import { openStorage } from '../../main/storage/open.ts';
import type { Profile } from '../../shared/contract/profiles.ts';

/** @param directory of settings and profiles; nothing is written without one */
export async function openService(byteBudget: number, directory?: string): Promise<RunningService> {
  const storage = await openStorage(directory === undefined ? {} : { directory });
  await storage.settings.patch({ byteBudget });
  return new RunningService({
    storage,
    createTransport,
    lookUpHost,
    clock: systemClock,
    random: systemRandom,
    version: '0',
    host: directory === undefined ? 'cli' : 'web',
    platform: process.platform,
    onFault: (where, error) => process.stderr.write(`${where}: ${String(error)}\n`),
  });
}

/** A plain MQTT 3.1.1 session to a broker on the loopback interface, subscribed to everything if a QoS is given. */
export function loopbackProfile(port: number, subscribe?: 0 | 1 | 2, inflightWindow = 20): Profile {
  return {
    id: '',
    name: 'bench',
    folder: '',
    colour: '',
    protocol: 'mqtt',
    host: '127.0.0.1',
    port,
    srv: false,
    bindAddress: '',
    protocolVersion: 4,
    clientId: `bench-${process.pid}`,
    cleanStart: true,
    sessionExpiryInterval: 0,
    keepAlive: 60,
    connectTimeoutMs: 5000,
    reconnect: { enabled: false, minDelayMs: 1000, maxDelayMs: 1000 },
    inflightWindow,
    queueLimit: 10_000,
    useTopicAliases: false,
    subscriptions: subscribe === undefined ? [] : [{ topicFilter: '#', qos: subscribe }],
  };
}

/** Indexes are brought up to date so often while no page looks. */
const SETTLE_MS = 250;

/** Resolves once the session is connected. */
export async function openSession(
  profile: Profile,
  byteBudget: number,
  settled: SessionSourceListener['settled'],
): Promise<SessionSource> {
  const recording = new Recording({ byteBudget, maxPacketBytes: 268_435_460, random: systemRandom });
  let announce: () => void = () => undefined;
  const connected = new Promise<void>((resolve) => {
    announce = resolve;
  });
  const source = new SessionSource(
    {
      session: sessionOptions(profile, {}, systemRandom),
      transport: transportOptions(profile, {}),
      recording,
      clock: systemClock,
      createTransport,
    },
    {
      changed: () => undefined,
      fact: ({ fact }) => {
        if (fact === 'connected') announce();
      },
      settled,
    },
  );
  setInterval(() => recording.settle(systemClock.nowUs()), SETTLE_MS).unref();
  source.connect();
  await connected;
  return source;
}
