/** The taps that listen: what to point a device at, what it must trust, and the connections that came. */

import { Copy, Download, QrCode as QrIcon, Square } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { SourceSummary, TapRecord } from '../../../shared/contract/source-records.ts';
import type { AppModel } from '../../model/app-model.ts';
import { failureStory } from '../../model/connection-failure.ts';
import { isSecureTap, type TapsModel } from '../../model/taps-model.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { QrCode } from '../../ui/QrCode.tsx';
import { saveText } from '../../ui/save-text.ts';
import { tapsText } from './strings/text.ts';

/** Connections listed under a tap, newest first; all have a tab. */
const LISTED = 100;

export interface TapListProps {
  readonly app: AppModel;
  readonly model: TapsModel;
}

export function TapList({ app, model }: TapListProps): ReactNode {
  const t = useText(tapsText);
  const taps = useModel(app.inspector.taps);
  const sources = useModel(app.inspector.sources);
  if (taps.length === 0) return <EmptyState text={t('list.none')} />;
  return (
    <div className="taps-list">
      <h2>{t('list.title')}</h2>
      {taps.map((tap) => (
        <RunningTap
          key={tap.id}
          app={app}
          model={model}
          tap={tap}
          connections={sources.filter((source) => source.tap?.id === tap.id)}
        />
      ))}
    </div>
  );
}

interface RunningTapProps extends TapListProps {
  readonly tap: TapRecord;
  readonly connections: readonly SourceSummary[];
}

function RunningTap({ app, model, tap, connections }: RunningTapProps): ReactNode {
  const t = useText(tapsText);
  const secure = isSecureTap(tap.protocol);
  const save = async () => {
    const certificate = await model.authority();
    if (certificate !== undefined) saveText('mqtt-inspector-ca.pem', certificate, 'application/x-pem-file');
  };
  return (
    <section className="taps-tap" aria-label={t('tap.label', { name: tap.name })}>
      <header>
        <h3>{t('tap.label', { name: tap.name })}</h3>
        <span className="mono quiet ellipsis grow">{t('tap.to', { upstream: tap.upstream })}</span>
        {tap.openToNetwork ? <Badge text={t('tap.open')} tone="warning" /> : null}
        <Button kind="framed" label={t('tap.stop')} onPress={() => model.stop(tap)}>
          <Square aria-hidden /> {t('tap.stop')}
        </Button>
      </header>
      <p>{t('tap.point')}</p>
      <ul className="taps-addresses">
        {tap.addresses.map((address) => (
          <Address key={address} app={app} address={address} reachable={tap.openToNetwork} />
        ))}
      </ul>
      {secure && tap.ownCertificate ? <p className="quiet">{t('tap.own-ca')}</p> : null}
      {secure && !tap.ownCertificate ? (
        <p>
          <Button kind="framed" label={t('tap.save-ca')} onPress={() => void save()}>
            <Download aria-hidden /> {t('tap.save-ca')}
          </Button>{' '}
          <span className="quiet">{t('tap.ca-hint')}</span>
        </p>
      ) : null}
      <p className="quiet" role="status">
        {[
          t('tap.devices', { count: tap.devices }),
          t('tap.connections', { count: tap.connections }),
          ...(tap.refused === 0 ? [] : [t('tap.refused', { count: tap.refused })]),
        ].join(' · ')}
      </p>
      {connections.length === 0 ? (
        <p className="faint">{t('tap.waiting')}</p>
      ) : (
        <ul className="taps-connections" aria-label={t('tap.sources', { name: tap.name })}>
          {connections
            .toReversed()
            .slice(0, LISTED)
            .map((source) => (
              <Connection key={source.id} app={app} source={source} />
            ))}
        </ul>
      )}
    </section>
  );
}

interface AddressProps {
  readonly app: AppModel;
  readonly address: string;
  /** Others than this machine can connect: a phone or a board may read it with its camera. */
  readonly reachable: boolean;
}

function Address({ app, address, reachable }: AddressProps): ReactNode {
  const t = useText(tapsText);
  const [shown, setShown] = useState(false);
  return (
    <li>
      <code className="mono">{address}</code>
      <Button label={t('tap.copy', { address })} onPress={() => void app.actions.copy(address)}>
        <Copy aria-hidden />
      </Button>
      {reachable ? (
        <Button label={t('tap.qr', { address })} pressed={shown} onPress={() => setShown(!shown)}>
          <QrIcon aria-hidden />
        </Button>
      ) : null}
      {reachable && shown ? (
        <div className="taps-qr">
          <QrCode text={address} label={t('tap.qr.label', { address })} />
        </div>
      ) : null}
    </li>
  );
}

function Connection({ app, source }: { readonly app: AppModel; readonly source: SourceSummary }): ReactNode {
  const t = useText(tapsText);
  const { failure } = source;
  const words = failure === undefined ? t.of(`state.${source.state}`) : failureStory(failure, source).what;
  const show = () => app.navigation.go({ to: 'packets', source: source.id, filter: '' });
  return (
    <li>
      <button type="button" title={t('tap.show', { name: source.name })} onClick={show}>
        <span className="state-dot" data-state={source.state} />
        <span className="mono ellipsis">{source.name}</span>
        <span className="quiet ellipsis grow">{words}</span>
      </button>
    </li>
  );
}
