/** The bottom line: the selected source's connection, rates, handshakes and memory, and the language. */

import { type ReactNode, useEffect, useState } from 'react';
import type { SourceStats, SourceSummary } from '../../shared/contract/source-records.ts';
import { formatBytes, formatDuration, formatInteger } from '../model/format.ts';
import { type LanguageCode, language } from '../model/language.ts';
import { useModel, useText } from '../model/use-store.ts';
import { MenuButton } from '../ui/Menu.tsx';
import type { ShellModel } from './shell-model.ts';
import { stateKey } from './state-key.ts';
import { shellText } from './strings/text.ts';

const VERSION_NAMES = { 3: '3.1', 4: '3.1.1', 5: '5.0' } as const;
const LANGUAGE_NAMES = { en: 'English', 'zh-CN': '简体中文' } as const satisfies Record<LanguageCode, string>;
const LANGUAGE_MARKS = { en: 'EN', 'zh-CN': '中' } as const satisfies Record<LanguageCode, string>;

export function StatusBar({ shell }: { readonly shell: ShellModel }): ReactNode {
  const t = useText(shellText);
  const { inspector, navigation } = shell.app;
  const sources = useModel(inspector.sources);
  const selected = useModel(navigation.source);
  const source = sources.find((candidate) => candidate.id === selected);
  const stats = useModel(inspector.statsOf(selected ?? -1));
  return (
    <footer className="status" aria-label={t('status.label')}>
      {source === undefined ? null : <ConnectionFacts source={source} />}
      {source === undefined || stats === undefined ? <span className="grow" /> : <Counters stats={stats} />}
      <LanguageMenu shell={shell} />
    </footer>
  );
}

function ConnectionFacts({ source }: { readonly source: SourceSummary }): ReactNode {
  const t = useText(shellText);
  return (
    <>
      <span className="status-state" data-state={source.state} role="status">
        <span className="state-dot" data-state={source.state} />
        {t.of(stateKey(source))}
        {source.reconnectAtMs === undefined || source.state !== 'waiting' ? null : (
          <Countdown untilMs={source.reconnectAtMs} />
        )}
      </span>
      <span>
        {t('status.mqtt')} <b>{VERSION_NAMES[source.protocolVersion]}</b>
      </span>
      {source.tls === undefined ? null : (
        <span className={source.tls.authorized ? '' : 'tone-warning'}>
          {source.tls.protocol.replace(/^TLSv/, 'TLS ')}
          {source.tls.authorized ? '' : ` · ${t('status.unverified')}`}
        </span>
      )}
      {source.recording ? null : <span className="tone-warning">{t('status.paused')}</span>}
    </>
  );
}

function Countdown({ untilMs }: { readonly untilMs: number }): ReactNode {
  const t = useText(shellText);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return <> · {t('status.reconnect', { seconds: Math.max(0, Math.ceil((untilMs - now) / 1000)) })}</>;
}

function Counters({ stats }: { readonly stats: SourceStats }): ReactNode {
  const t = useText(shellText);
  return (
    <>
      {stats.rttUs === undefined ? null : (
        <span>
          {t('status.rtt')} <b>{formatDuration(stats.rttUs)}</b>
        </span>
      )}
      <span title={t('status.received')}>
        ↓ <b>{formatInteger(Math.round(stats.inPerSecond))}</b> {t('status.per-second')}
      </span>
      <span title={t('status.sent')}>
        ↑ <b>{formatInteger(Math.round(stats.outPerSecond))}</b> {t('status.per-second')}
      </span>
      <span title={t('status.in-flight.help')}>
        {t('status.in-flight')} <b>{formatInteger(stats.inFlight)}</b>/{formatInteger(stats.inFlightLimit)}
      </span>
      {stats.queued === 0 ? null : (
        <span>
          {t('status.queued')} <b>{formatInteger(stats.queued)}</b>
        </span>
      )}
      {stats.queueRefused === 0 ? null : (
        <span className="tone-error">{t('status.refused', { count: stats.queueRefused })}</span>
      )}
      <span className="grow" />
      {stats.refusedPackets === 0 ? null : (
        <span className="tone-warning" title={t('status.too-large.help')}>
          {t('status.too-large', { count: stats.refusedPackets })}
        </span>
      )}
      <span title={t('status.memory.help')}>
        {t('status.memory', { used: formatBytes(stats.storedBytes), budget: formatBytes(stats.byteBudget) })}
      </span>
      <span
        className={stats.evictedPackets === 0 ? '' : 'tone-warning'}
        title={t('status.evicted.help', { bytes: formatBytes(stats.evictedBytes) })}
      >
        {t('status.evicted', { count: stats.evictedPackets })}
      </span>
    </>
  );
}

function LanguageMenu({ shell }: { readonly shell: ShellModel }): ReactNode {
  const t = useText(shellText);
  const code = useModel(language.code);
  const entries = (['en', 'zh-CN'] as const).map((choice) => ({
    id: choice,
    title: LANGUAGE_NAMES[choice],
    chosen: choice === code,
    onPress: () => void shell.changeSettings({ language: choice }),
  }));
  return (
    <MenuButton
      label={`${LANGUAGE_MARKS[code]} · ${t('status.language')}: ${LANGUAGE_NAMES[code]}`}
      entries={entries}
      className="status-button"
    >
      {LANGUAGE_MARKS[code]} <span aria-hidden>▾</span>
    </MenuButton>
  );
}
