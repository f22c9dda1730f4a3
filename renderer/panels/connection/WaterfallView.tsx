/** One bar for each stage of an attempt on an axis of milliseconds; a stage opens to its facts. */

import { type ReactNode, useEffect, useState } from 'react';
import type { ConnectionAttempt, StageRecord } from '../../../shared/contract/connection-records.ts';
import { type StageBar, waterfallOf } from '../../model/connection-waterfall.ts';
import { formatDuration } from '../../model/format.ts';
import { useText } from '../../model/use-store.ts';
import { connectionText } from './strings/text.ts';

export function WaterfallView({ attempt }: { readonly attempt: ConnectionAttempt }): ReactNode {
  const t = useText(connectionText);
  const [open, setOpen] = useState<StageRecord['name']>();
  const now = useRunningTime(attempt);
  const { bars, spanUs, ticks } = waterfallOf(attempt, now);
  return (
    <section className="waterfall" aria-label={t('waterfall.label')}>
      <div className="waterfall-head">
        <span>{t('stage.column')}</span>
        <span className="waterfall-axis">
          {ticks.map((tick) => (
            <span
              key={tick}
              className="number"
              data-many={ticks.length > FEW_LABELS || undefined}
              style={{ left: `${(tick / spanUs) * 100}%` }}
            >
              {tick === 0 ? '0' : formatDuration(tick)}
            </span>
          ))}
        </span>
        <span className="right">{t('duration.column')}</span>
      </div>
      {bars.map((bar) => {
        const { stage } = bar;
        const facts = factsOf(stage);
        const expanded = open === stage.name;
        const name = t(`stage.${stage.name}`);
        const state = stage.failed ? t('stage.failed') : bar.running ? t('stage.running') : '';
        return (
          <div key={stage.name} className="waterfall-stage" data-failed={stage.failed || undefined}>
            <button
              type="button"
              className="waterfall-row"
              aria-expanded={expanded}
              onClick={() => setOpen(expanded ? undefined : stage.name)}
            >
              <span className="waterfall-name">
                {name} <span className="faint ellipsis mono">{summaryOf(stage)}</span>
              </span>
              <span className="waterfall-track">
                {ticks.map((tick) => (
                  <i key={tick} style={{ left: `${(tick / spanUs) * 100}%` }} />
                ))}
                <Bar bar={bar} />
              </span>
              <span className="right number mono">
                {formatDuration(bar.toUs - bar.fromUs)}
                {state === '' ? null : <span className="waterfall-state"> {state}</span>}
              </span>
            </button>
            {expanded && facts.length > 0 ? (
              <dl className="facts waterfall-facts" aria-label={t('stage.facts', { stage: name })}>
                {facts.map(([key, value]) => (
                  <div key={key}>
                    <dt>{key}</dt>
                    <dd className="mono">{value}</dd>
                  </div>
                ))}
              </dl>
            ) : null}
          </div>
        );
      })}
    </section>
  );
}

function Bar({ bar }: { readonly bar: StageBar }): ReactNode {
  return (
    <span
      className="waterfall-bar"
      data-stage={bar.stage.name}
      data-failed={bar.stage.failed || undefined}
      data-running={bar.running || undefined}
      data-cut={bar.cut || undefined}
      style={{ left: `${bar.left * 100}%`, width: `${bar.width * 100}%` }}
    />
  );
}

/** Microseconds now, for as long as a stage runs. */
function useRunningTime(attempt: ConnectionAttempt): number {
  const running = attempt.endUs === undefined && attempt.stages.some((stage) => stage.endUs === undefined);
  const [now, setNow] = useState(() => Date.now() * 1000);
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => setNow(Date.now() * 1000), 200);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}

/** More labels than these stand too close beside an open side pane: every second one goes then. */
const FEW_LABELS = 4;

const LONGEST_FACT = 600;

function factsOf(stage: StageRecord): readonly (readonly [string, string])[] {
  return Object.entries(stage.facts).map(([key, value]) => {
    const text = typeof value === 'object' ? value.join('\n') : String(value);
    return [key, text.length > LONGEST_FACT ? `${text.slice(0, LONGEST_FACT)}…` : text] as const;
  });
}

/** The one fact that says most, behind the stage's name. */
const TELLING = [
  'address',
  'addresses',
  'service',
  'target',
  'protocol',
  'subprotocol',
  'status',
  'reasonCodes',
  'serverName',
];

function summaryOf(stage: StageRecord): string {
  const key = TELLING.find((candidate) => stage.facts[candidate] !== undefined);
  const value = key === undefined ? undefined : stage.facts[key];
  if (value === undefined) return '';
  if (key === 'reasonCodes' && typeof value === 'object') return value.map(granted).join(' · ');
  return typeof value === 'object' ? value.join(' ') : String(value);
}

/** A SUBACK's reason code: the granted QoS, or what was refused. */
function granted(text: string): string {
  const code = Number(text);
  return code < 0x80 ? `QoS ${code}` : `0x${code.toString(16).toUpperCase()}`;
}
