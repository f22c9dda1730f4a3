/** Flow control at a glance: how much of each limit is used, in numbers and as a small bar. */

import type { ReactNode } from 'react';
import type { FlowGauges } from '../../../shared/contract/flow-records.ts';
import type { FlowsModel } from '../../model/flows-model.ts';
import { formatInteger } from '../../model/format.ts';
import { useModelPart, useText } from '../../model/use-store.ts';
import { flowsText } from './strings/text.ts';

/** Packet identifiers are 1 … 65 535 (MQTT-2.2.1-3). */
const PACKET_IDS = 65_535;
/** Share of a limit from which the meter warns; at the limit it is an error's colour, for nothing more goes out. */
const NEARLY_FULL = 0.8;

export function Gauges({ model }: { readonly model: FlowsModel }): ReactNode {
  const t = useText(flowsText);
  const gauges = useModelPart(model.push, (push) => push?.gauges);
  return (
    <div className="bar flows-gauges" role="group" aria-label={t('gauges.label')}>
      <Meter id="out" value={gauges?.outInFlight} limit={gauges?.outLimit} />
      <Meter id="in" value={gauges?.inInFlight} limit={gauges?.inLimit} />
      <Meter id="ids" value={gauges?.packetIdsInUse} limit={gauges === undefined ? undefined : PACKET_IDS} />
      <Meter id="queued" value={gauges?.queued} limit={gauges?.queueLimit} />
      <span className="grow" />
      {gauges === undefined ? null : <Counts gauges={gauges} />}
    </div>
  );
}

function Counts({ gauges }: { readonly gauges: FlowGauges }): ReactNode {
  const t = useText(flowsText);
  return (
    <span className="flows-counts number">
      <span>
        <b>{formatInteger(gauges.open)}</b> {t('gauge.open')}
      </span>
      <span className={gauges.stalled > 0 ? 'tone-warning' : ''}>
        <b>{formatInteger(gauges.stalled)}</b> {t('gauge.stalled')}
      </span>
      <span className={gauges.failed > 0 ? 'tone-error' : ''}>
        <b>{formatInteger(gauges.failed)}</b> {t('gauge.failed')}
      </span>
    </span>
  );
}

interface MeterProps {
  readonly id: 'out' | 'in' | 'ids' | 'queued';
  readonly value: number | undefined;
  /** 0 where there is no limit to compare with. */
  readonly limit: number | undefined;
}

function Meter({ id, value, limit }: MeterProps): ReactNode {
  const t = useText(flowsText);
  const label = t.of(`gauge.${id}`);
  const share = value === undefined || limit === undefined || limit <= 0 ? 0 : Math.min(1, value / limit);
  const state = share >= 1 ? 'full' : share >= NEARLY_FULL ? 'nearly' : 'free';
  return (
    <span
      className="flows-meter"
      data-state={state}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuenow={value ?? 0}
      aria-valuemax={Math.max(limit ?? 0, value ?? 0, 1)}
      aria-valuetext={t('gauge.of', { value: value ?? 0, limit: limit ?? 0 })}
      title={t.of(`gauge.${id}-tooltip`)}
    >
      <span>{label}</span>
      <span className="flows-meter-track" aria-hidden>
        <span
          className="flows-meter-fill"
          style={{ width: share === 0 ? 0 : `max(2px, ${(share * 100).toFixed(1)}%)` }}
        />
      </span>
      <span className="number">
        <b>{value === undefined ? '–' : formatInteger(value)}</b>/{limit === undefined ? '–' : formatInteger(limit)}
      </span>
    </span>
  );
}
