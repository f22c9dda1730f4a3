/** What the session is: identity, subscriptions with what was granted, will, messages under way, and the broker's limits. */

import type { ReactNode } from 'react';
import type {
  ConnectionAttempt,
  ConnectionReport,
  SubscriptionRecord,
} from '../../../shared/contract/connection-records.ts';
import type { ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import { reasonMeaning } from '../../model/connection-failure.ts';
import { formatBytes, formatInteger } from '../../model/format.ts';
import { reasonWords } from '../../model/packet-names.ts';
import { useText } from '../../model/use-store.ts';
import { Badge } from '../../ui/Badge.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { connectionText } from './strings/text.ts';

const NEVER = 4_294_967_295;
const VERSION_NAMES = { 3: '3.1', 4: '3.1.1', 5: '5.0' } as const satisfies Record<ProtocolVersion, string>;

export interface SessionViewProps {
  readonly report: ConnectionReport | undefined;
  readonly attempt: ConnectionAttempt | undefined;
  /** Unacknowledged messages that may be sent at once: our own limit or, where it is lower, the server's. */
  readonly window: number | undefined;
}

export function SessionView({ report, attempt, window }: SessionViewProps): ReactNode {
  const t = useText(connectionText);
  const session = report?.session;
  if (session === undefined) return <EmptyState text={t('session.none')} />;
  const five = session.protocolVersion === 5;
  const expiry = session.sessionExpiryInterval;
  // Before the first CONNACK there is nothing to say of what the broker did or allows.
  const accepted = report?.attempts.some((candidate) =>
    candidate.stages.some((stage) => stage.name === 'connect' && stage.endUs !== undefined && !stage.failed),
  );
  return (
    <>
      <Group title={t('session.section')}>
        <Fact name={t('client-id')}>
          <span className="mono">{session.clientId}</span>{' '}
          {session.assignedClientId ? <Badge text={t('client-id.assigned')} /> : null}
        </Fact>
        <Fact name={t('protocol-version')}>{VERSION_NAMES[session.protocolVersion]}</Fact>
        <Fact name={five ? t('clean-start') : t('clean-session')}>{session.cleanStart ? t('yes') : t('no')}</Fact>
        {accepted ? (
          <Fact name={t('session-present')}>
            {session.sessionPresent ? t('session-present.yes') : t('session-present.no')}
          </Fact>
        ) : null}
        {five ? (
          <Fact name={t('session-expiry')}>
            {expiry === 0
              ? t('session-expiry.0')
              : expiry === NEVER
                ? t('session-expiry.never')
                : t('seconds', { count: expiry })}
          </Fact>
        ) : null}
        <Fact name={t('keep-alive')}>
          {session.keepAlive === 0 ? t('keep-alive.off') : t('seconds', { count: session.keepAlive })}{' '}
          {session.keepAliveFromServer ? <Badge text={t('keep-alive.server')} tone="accent" /> : null}
        </Fact>
        {attempt?.remoteAddress === undefined ? null : (
          <Fact name={t('addresses')}>
            <span className="mono">
              {t('local-remote', { local: attempt.localAddress ?? '?', remote: attempt.remoteAddress })}
            </span>
          </Fact>
        )}
      </Group>
      <section className="connection-group">
        <h2>{t('subscriptions.section')}</h2>
        {session.subscriptions.length === 0 ? (
          <p className="quiet connection-none">{t('subscriptions.none')}</p>
        ) : (
          <table className="connection-table">
            <thead>
              <tr>
                <th scope="col">{t('subscriptions.filter')}</th>
                <th scope="col">{t('subscriptions.asked')}</th>
                <th scope="col">{t('subscriptions.granted')}</th>
              </tr>
            </thead>
            <tbody>
              {session.subscriptions.map((subscription) => (
                <tr key={subscription.topicFilter}>
                  <td className="mono">{subscription.topicFilter}</td>
                  <td>
                    QoS {subscription.qos}
                    {subscription.subscriptionIdentifier === undefined
                      ? ''
                      : ` · #${subscription.subscriptionIdentifier}`}
                  </td>
                  <td>
                    <Granted subscription={subscription} version={session.protocolVersion} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <Group title={t('will.section')}>
        {session.will === undefined ? (
          <div className="connection-none">
            <dt className="visually-hidden">{t('will.section')}</dt>
            <dd className="quiet">{t('will.none')}</dd>
          </div>
        ) : (
          <>
            <Fact name={t('will.topic')}>
              <span className="mono">{session.will.topic}</span>
            </Fact>
            <Fact name={t('will.size')}>
              {formatBytes(session.will.payloadLength)} · {t('qos')} {session.will.qos}{' '}
              {session.will.retain ? <Badge text={t('retain')} /> : null}
            </Fact>
          </>
        )}
      </Group>
      <Group title={t('delivery.section')}>
        <Fact name={t('in-flight-out')}>
          {window === undefined
            ? formatInteger(session.inFlightOut)
            : t('of-limit', { used: session.inFlightOut, limit: window })}
        </Fact>
        <Fact name={t('in-flight-in')}>
          {t('of-limit', { used: session.inFlightIn, limit: session.receiveMaximum })}
        </Fact>
        <Fact name={t('queued')}>
          {t('of-limit', { used: session.queued, limit: session.queueLimit })}{' '}
          {session.queueRefused === 0 ? null : (
            <span className="tone-error">{t('queue-refused', { count: session.queueRefused })}</span>
          )}
        </Fact>
        {five ? (
          <>
            <Fact name={t('aliases-out')}>
              <Aliases aliases={session.aliasesOut} />
            </Fact>
            <Fact name={t('aliases-in')}>
              <Aliases aliases={session.aliasesIn} />
            </Fact>
          </>
        ) : null}
      </Group>
      {five && accepted ? (
        <Group title={t('server.section')}>
          <Fact name={t('server.receiveMaximum')}>{formatInteger(session.serverReceiveMaximum)}</Fact>
          {Object.entries(session.server).map(([name, value]) => (
            <Fact
              key={name}
              name={t.has(`server.${name}`) ? t.of(`server.${name}` as Parameters<typeof t.of>[0]) : name}
            >
              {limitText(name, value, t)}
            </Fact>
          ))}
        </Group>
      ) : null}
    </>
  );
}

function limitText(name: string, value: string | number | boolean, t: typeof connectionText): ReactNode {
  if (typeof value === 'boolean') return value ? t('yes') : <span className="tone-warning">{t('no')}</span>;
  if (typeof value === 'string') return <span className="mono">{value}</span>;
  return name === 'maximumPacketSize' ? formatBytes(value) : formatInteger(value);
}

interface GrantedProps {
  readonly subscription: SubscriptionRecord;
  readonly version: ProtocolVersion;
}

function Granted({ subscription, version }: GrantedProps): ReactNode {
  const t = useText(connectionText);
  const { reasonCode, qos } = subscription;
  if (reasonCode === undefined) return <span className="quiet">{t('subscriptions.awaited')}</span>;
  if (reasonCode < 0x80)
    return (
      <>
        QoS {reasonCode} {reasonCode < qos ? <Badge text={t('subscriptions.lower')} tone="warning" /> : null}
      </>
    );
  const meaning = reasonMeaning(version, 'suback', reasonCode);
  return (
    <span className="tone-error">
      {reasonWords('suback', reasonCode, version)}
      {meaning === undefined ? null : <span className="connection-meaning">{meaning}</span>}
    </span>
  );
}

const ALIASES_SHOWN = 50;

function Aliases({ aliases }: { readonly aliases: readonly (readonly [number, string])[] }): ReactNode {
  const t = useText(connectionText);
  if (aliases.length === 0) return <span className="quiet">{t('aliases.none')}</span>;
  return (
    <span className="connection-aliases">
      {aliases.slice(0, ALIASES_SHOWN).map(([alias, topic]) => (
        <span key={alias} className="mono">
          <span className="faint">{alias}</span> {topic}
        </span>
      ))}
      {aliases.length > ALIASES_SHOWN ? (
        <span className="quiet">+{formatInteger(aliases.length - ALIASES_SHOWN)}</span>
      ) : null}
    </span>
  );
}

export function Group({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <section className="connection-group">
      <h2>{title}</h2>
      <dl className="facts">{children}</dl>
    </section>
  );
}

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
