/** What the fake service holds in each scene of the dev page. */

import type { Settings } from '../../../../shared/contract/settings.ts';
import { type FakeOptions, fakeSource } from '../fake-service.ts';

const loaded = () => [
  fakeSource({ colour: 'green' }),
  fakeSource({ id: 2, name: 'factory-tls', demo: false, colour: 'orange' }),
  fakeSource({ id: 3, kind: 'tap', name: 'tap :1884', demo: false }),
  fakeSource({ id: 4, kind: 'file', name: 'trace.pcapng', state: 'idle', demo: false }),
];

const SCENES: Readonly<Record<string, () => FakeOptions>> = {
  loaded: () => ({ sources: loaded() }),
  none: () => ({ sources: [] }),
  failing: () => ({
    firstSeq: 40_000,
    sources: [
      fakeSource({
        name: 'factory-tls',
        state: 'waiting',
        demo: false,
        reconnectAtMs: Date.now() + 8000,
        tls: { protocol: 'TLSv1.2', authorized: false, verificationOff: true },
        failure: { stage: 'tls', code: 'tls-unknown-ca', data: { host: 'broker.example' }, atUs: 0 },
      }),
      fakeSource({ id: 2, name: 'garage', state: 'failed', demo: false, recording: false }),
    ],
    notices: [
      { id: 1, level: 'warning', failure: { code: 'port-taken', data: { port: 1884 } } },
      {
        id: 2,
        level: 'error',
        failure: {
          code: 'damaged-file',
          data: { file: 'settings.json', reason: 'not JSON', keptAs: 'settings.json.damaged' },
        },
      },
    ],
    stats: { queued: 112, queueRefused: 31, refusedPackets: 2, inFlight: 20 },
  }),
};

export function sceneOptions(query: URLSearchParams): FakeOptions {
  const settings: Partial<Settings> = {
    theme: query.get('theme') === 'light' ? 'light' : 'dark',
    language: query.get('language') === 'zh-CN' ? 'zh-CN' : 'en',
  };
  return {
    packets: Number(query.get('packets') ?? 0),
    rate: Number(query.get('rate') ?? 0),
    settings,
    ...SCENES[query.get('scene') ?? 'loaded']?.(),
  };
}
