/** The end of a tapped connection that the device made: its handshakes, what it offered, and its certificates. */

import type { ReactNode } from 'react';
import type { DeviceRecord } from '../../../shared/contract/connection-records.ts';
import type { AppModel } from '../../model/app-model.ts';
import { formatDuration } from '../../model/format.ts';
import { useText } from '../../model/use-store.ts';
import { Certificate } from './SecurityView.tsx';
import { Fact, Group } from './SessionView.tsx';
import { connectionText } from './strings/text.ts';

export interface DeviceViewProps {
  readonly app: AppModel;
  readonly device: DeviceRecord;
}

export function DeviceView({ app, device }: DeviceViewProps): ReactNode {
  const t = useText(connectionText);
  const { hello, tls, websocket } = device;
  return (
    <>
      <Group title={t('device.title')}>
        <Fact name={t('device.address')}>
          <Mono text={device.remoteAddress} />
        </Fact>
        <Fact name={t('device.to')}>
          <Mono text={device.localAddress} />
        </Fact>
        {device.stages.map((stage) => (
          <Fact key={stage.name} name={t(`stage.${stage.name}`)}>
            <span className={stage.failed ? 'tone-error' : ''}>
              {stage.failed ? `${t('stage.failed')} · ` : ''}
              {stage.endUs === undefined ? t('stage.running') : formatDuration(stage.endUs - stage.startUs)}
            </span>
          </Fact>
        ))}
      </Group>
      {hello === undefined ? null : (
        <Group title={t('device.tls')}>
          <Fact name={t('device.asked')}>
            <Mono text={hello.serverName} />
          </Fact>
          <Fact name={t('device.versions')}>
            <Mono text={hello.versions.join(', ')} />
          </Fact>
          <Fact name={t('device.alpn')}>
            <Mono text={hello.alpn.join(', ')} />
          </Fact>
          <Fact name={t('device.ciphers')}>{hello.ciphers}</Fact>
          {tls === undefined ? null : (
            <Fact name={t('device.agreed')}>
              <Mono text={[tls.protocol, tls.cipher, ...(tls.alpn === undefined ? [] : [tls.alpn])].join(' · ')} />
            </Fact>
          )}
        </Group>
      )}
      {websocket === undefined ? null : (
        <Group title={t('stage.upgrade')}>
          <Fact name={t('device.path')}>
            <Mono text={websocket.path} />
          </Fact>
          <Fact name={t('device.subprotocols')}>
            <Mono text={websocket.offered.join(', ')} />
          </Fact>
          <Fact name={t('device.agreed')}>
            <Mono text={websocket.subprotocol} />
          </Fact>
          <Fact name={t('device.agent')}>
            <Mono text={websocket.userAgent} />
          </Fact>
        </Group>
      )}
      {tls === undefined ? null : (
        <section className="connection-group">
          <h2>{t('device.chain')}</h2>
          {tls.chain.length === 0 ? <p className="quiet connection-none">{t('device.chain.empty')}</p> : null}
          {tls.chain.map((certificate, index) => (
            <Certificate
              key={certificate.fingerprint256}
              app={app}
              certificate={certificate}
              place={index === 0 ? 'leaf' : index === tls.chain.length - 1 ? 'root' : 'intermediate'}
            />
          ))}
        </section>
      )}
    </>
  );
}

/** What went over the wire, or that there was none. */
function Mono({ text }: { readonly text: string | undefined }): ReactNode {
  const t = useText(connectionText);
  if (text === undefined || text === '') return <span className="quiet">{t('device.none')}</span>;
  return <span className="mono">{text}</span>;
}
