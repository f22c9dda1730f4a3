/** What TLS agreed on and who the broker proved to be: verification, chain, client certificate. */

import { ShieldAlert, ShieldCheck, ShieldOff } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { CertificateRecord, ConnectionAttempt, TlsRecord } from '../../../shared/contract/connection-records.ts';
import type { SourceId } from '../../../shared/contract/identifiers.ts';
import type { AppModel } from '../../model/app-model.ts';
import { type Validity, validityOf } from '../../model/connection-model.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Fact, Group } from './SessionView.tsx';
import { type ConnectionText, connectionText } from './strings/text.ts';

export interface SecurityViewProps {
  readonly app: AppModel;
  readonly source: SourceId;
  readonly attempt: ConnectionAttempt | undefined;
}

export function SecurityView({ app, source, attempt }: SecurityViewProps): ReactNode {
  const t = useText(connectionText);
  const endpoint = useModel(app.inspector.sources).find((candidate) => candidate.id === source)?.endpoint ?? '';
  const tls = attempt?.tls;
  if (tls === undefined) {
    const failed = failedCertificate(attempt);
    const plain = endpoint.startsWith('mqtt:') || endpoint.startsWith('ws:');
    if (plain) return <EmptyState text={t('security.none')} />;
    return failed === undefined ? <EmptyState text={t('security.waiting')} /> : <FailedView app={app} facts={failed} />;
  }
  return (
    <>
      <Verdict tls={tls} />
      <Group title={tls.protocol}>
        <Fact name={t('security.protocol')}>{tls.protocol}</Fact>
        <Fact name={t('security.cipher')}>
          <span className="mono">{tls.cipher}</span>
        </Fact>
        {tls.ephemeralKey === undefined ? null : <Fact name={t('security.key')}>{tls.ephemeralKey}</Fact>}
        <Fact name={t('security.alpn')}>
          {tls.alpn === undefined ? (
            <span className="quiet">{t('security.alpn.none')}</span>
          ) : (
            <span className="mono">{tls.alpn}</span>
          )}
        </Fact>
        <Fact name={t('security.sni')}>
          {tls.serverName === undefined ? (
            <span className="quiet">{t('security.sni.none')}</span>
          ) : (
            <span className="mono">{tls.serverName}</span>
          )}
        </Fact>
        <Fact name={t('security.resumed')}>{tls.resumed ? t('yes') : t('no')}</Fact>
        <Fact name={t('security.client')}>{clientCertificate(tls, t)}</Fact>
      </Group>
      <section className="connection-group">
        <h2>{t('security.chain')}</h2>
        {tls.chain.length === 0 ? <p className="quiet connection-none">{t('security.chain.empty')}</p> : null}
        {tls.chain.map((certificate, index) => (
          <Certificate
            key={certificate.fingerprint256}
            app={app}
            certificate={certificate}
            place={index === 0 ? 'leaf' : index === tls.chain.length - 1 ? 'root' : 'intermediate'}
          />
        ))}
      </section>
    </>
  );
}

function clientCertificate(tls: TlsRecord, t: ConnectionText): string {
  if (tls.clientCertificateRequested === undefined) return t('security.client.unknown');
  if (!tls.clientCertificateRequested) return t('security.client.not-asked');
  return tls.clientCertificateSent ? t('security.client.sent') : t('security.client.asked');
}

function Verdict({ tls }: { readonly tls: TlsRecord }): ReactNode {
  const t = useText(connectionText);
  const error = tls.authorizationError;
  if (tls.authorized && !tls.verificationOff)
    return (
      <p className="connection-verdict tone-in">
        <ShieldCheck aria-hidden />
        {t('security.verified')}
      </p>
    );
  const words = !tls.verificationOff
    ? t('security.failed', { error: error ?? '?' })
    : error === undefined
      ? t('security.off')
      : t('security.off-would-fail', { error });
  return (
    <p className={`connection-verdict ${tls.verificationOff ? 'tone-warning' : 'tone-error'}`}>
      {tls.verificationOff ? <ShieldOff aria-hidden /> : <ShieldAlert aria-hidden />}
      {words}
    </p>
  );
}

const VALIDITY_TONE = {
  valid: undefined,
  expired: 'error',
  'not-yet-valid': 'error',
  'expires-soon': 'warning',
} as const satisfies Record<Validity, 'error' | 'warning' | undefined>;

const DAY_MS = 86_400_000;

function utc(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

interface CertificateProps {
  readonly app: AppModel;
  readonly certificate: CertificateRecord;
  readonly place: 'leaf' | 'intermediate' | 'root';
}

export function Certificate({ app, certificate, place }: CertificateProps): ReactNode {
  const t = useText(connectionText);
  const [now] = useState(() => Date.now());
  const validity = validityOf(certificate, now);
  const days = Math.max(0, Math.floor((certificate.validToMs - now) / DAY_MS));
  const tone = VALIDITY_TONE[validity];
  return (
    <div className="connection-certificate">
      <div className="connection-certificate-head">
        <span className="quiet">{t(`certificate.${place}`)}</span>
        <span className="ellipsis connection-strong">{commonName(certificate.subject)}</span>
        <Badge
          text={
            validity === 'expires-soon' ? t('validity.expires-soon', { count: days }) : t.of(`validity.${validity}`)
          }
          tone={tone}
        />
        {certificate.selfSigned ? <Badge text={t('certificate.self-signed')} /> : null}
        <span className="grow" />
        <CopyPem app={app} pem={certificate.pem} />
      </div>
      <dl className="facts">
        <Fact name={t('certificate.subject')}>
          <span className="mono">{certificate.subject}</span>
        </Fact>
        <Fact name={t('certificate.issuer')}>
          <span className="mono">{certificate.issuer}</span>
        </Fact>
        {certificate.subjectAltNames.length === 0 ? null : (
          <Fact name={t('certificate.names')}>
            <span className="mono">{certificate.subjectAltNames.join(', ')}</span>
          </Fact>
        )}
        <Fact name={t('certificate.valid')}>
          <span className={tone === undefined ? '' : `tone-${tone}`}>
            {t('certificate.range', { from: utc(certificate.validFromMs), to: utc(certificate.validToMs) })}
          </span>
        </Fact>
        <Fact name={t('certificate.key')}>
          {certificate.keyType}
          {certificate.keyBits === undefined ? '' : ` · ${t('bits', { count: certificate.keyBits })}`}
        </Fact>
        <Fact name={t('certificate.serial')}>
          <span className="mono">{certificate.serialNumber}</span>
        </Fact>
        <Fact name={t('certificate.fingerprint')}>
          <span className="mono connection-fingerprint">{certificate.fingerprint256}</span>
        </Fact>
      </dl>
    </div>
  );
}

function commonName(subject: string): string {
  return /(?:^|,\s*)CN=([^,]+)/.exec(subject)?.[1] ?? subject;
}

function CopyPem({ app, pem }: { readonly app: AppModel; readonly pem: string }): ReactNode {
  const t = useText(connectionText);
  const [copied, setCopied] = useState(false);
  const copy = async () => setCopied(await app.actions.copy(pem));
  return <Button label={copied ? t('certificate.copied') : t('certificate.copy')} onPress={() => void copy()} />;
}

type Facts = NonNullable<ConnectionAttempt['failure']>['data'];

/** A certificate that did not verify is told with the failure: there is no connection that would hold it. */
function failedCertificate(attempt: ConnectionAttempt | undefined): Facts | undefined {
  const data = attempt?.failure?.data;
  return data?.['fingerprint256'] === undefined ? undefined : data;
}

function FailedView({ app, facts }: { readonly app: AppModel; readonly facts: Facts }): ReactNode {
  const t = useText(connectionText);
  const text = (name: string): string => {
    const value = facts[name];
    return typeof value === 'object' ? value.join(', ') : String(value ?? '');
  };
  const { chain } = facts;
  return (
    <>
      <p className="connection-verdict tone-error">
        <ShieldAlert aria-hidden />
        {t('security.failed', { error: text('errno') })}
      </p>
      <section className="connection-group">
        <h2>{t('security.chain')}</h2>
        <div className="connection-certificate">
          <div className="connection-certificate-head">
            <span className="quiet">{t('certificate.leaf')}</span>
            <span className="ellipsis connection-strong">{commonName(text('subject'))}</span>
            {facts['selfSigned'] === true ? <Badge text={t('certificate.self-signed')} /> : null}
            <span className="grow" />
            {typeof chain === 'object' ? <CopyPem app={app} pem={chain.join('\n')} /> : null}
          </div>
          <dl className="facts">
            <Fact name={t('certificate.subject')}>
              <span className="mono">{text('subject')}</span>
            </Fact>
            <Fact name={t('certificate.issuer')}>
              <span className="mono">{text('issuer')}</span>
            </Fact>
            <Fact name={t('certificate.names')}>
              <span className="mono">{text('subjectAltNames')}</span>
            </Fact>
            <Fact name={t('certificate.valid')}>
              {t('certificate.range', { from: utc(Number(facts['validFromMs'])), to: utc(Number(facts['validToMs'])) })}
            </Fact>
            <Fact name={t('certificate.fingerprint')}>
              <span className="mono connection-fingerprint">{text('fingerprint256')}</span>
            </Fact>
          </dl>
        </div>
      </section>
    </>
  );
}
