/** State of the connection and the buttons that change it. */

import { Plug, Scissors, Settings2, Unplug } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { SessionState } from '../../../shared/contract/source-records.ts';
import type { AppModel } from '../../model/app-model.ts';
import type { ConnectionModel } from '../../model/connection-model.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { connectionText } from './strings/text.ts';

const CAN_CONNECT: ReadonlySet<SessionState> = new Set(['idle', 'waiting', 'failed', 'closed']);
const CAN_DISCONNECT: ReadonlySet<SessionState> = new Set(['connected', 'connecting', 'waiting']);
const CAN_ABORT: ReadonlySet<SessionState> = new Set(['connected', 'disconnecting']);

export function ConnectionBar({ app, model }: { readonly app: AppModel; readonly model: ConnectionModel }): ReactNode {
  const t = useText(connectionText);
  const sources = useModel(app.inspector.sources);
  const source = sources.find((candidate) => candidate.id === model.source);
  if (source === undefined) return null;
  const { state, profileId } = source;
  const waiting = state === 'waiting' || state === 'connecting';
  /** What somebody else drives is only looked at. */
  const ours = source.kind === 'session';
  return (
    <div className="bar connection-bar" role="toolbar" aria-label={t('title')}>
      {ours && CAN_CONNECT.has(state) ? (
        <Button
          kind="primary"
          label={state === 'waiting' ? t('connect-now') : t('connect')}
          onPress={() => void model.connect()}
        >
          <Plug aria-hidden />
          {state === 'waiting' ? t('connect-now') : t('connect')}
        </Button>
      ) : null}
      {ours && CAN_DISCONNECT.has(state) ? (
        <Button kind="framed" label={waiting ? t('cancel') : t('disconnect')} onPress={() => void model.disconnect()}>
          <Unplug aria-hidden />
          {waiting ? t('cancel') : t('disconnect')}
        </Button>
      ) : null}
      {ours && CAN_ABORT.has(state) ? (
        <Button
          kind="framed"
          label={t('abort')}
          attributes={{ title: t('abort.tooltip') }}
          onPress={() => void model.abort()}
        >
          <Scissors aria-hidden />
          {t('abort')}
        </Button>
      ) : null}
      {ours ? <span className="bar-separator" /> : null}
      <span className="connection-state" data-state={state} role="status">
        <span className="state-dot" data-state={state} aria-hidden />
        {t(`state.${state}`)}
      </span>
      {source.reconnectAtMs === undefined || state !== 'waiting' ? null : <Countdown atMs={source.reconnectAtMs} />}
      <span className="mono quiet ellipsis">{source.endpoint}</span>
      {source.tls?.verificationOff === true ? (
        <Badge text={t('security.off')} tone="warning" tooltip={t('unverified')} />
      ) : null}
      <span className="grow" />
      {ours ? (
        <Button
          label={t('settings')}
          onPress={() =>
            app.navigation.go({ to: 'profile', ...(profileId === undefined ? { like: source.id } : { profileId }) })
          }
        >
          <Settings2 aria-hidden />
          {t('settings')}
        </Button>
      ) : null}
    </div>
  );
}

function Countdown({ atMs }: { readonly atMs: number }): ReactNode {
  const t = useText(connectionText);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return (
    <span className="tone-warning number">{t('again', { seconds: Math.max(0, Math.ceil((atMs - now) / 1000)) })}</span>
  );
}
