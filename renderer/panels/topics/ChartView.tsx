/** A numeric field of the topic over the stored history. */

import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { errorWords } from '../../model/error-text.ts';
import type { AppModel } from '../../model/app-model.ts';
import { formatInteger } from '../../model/format.ts';
import type { ChartState } from '../../model/topics-chart.ts';
import type { TopicDetail } from '../../model/topics-detail.ts';
import { type NumericField, numericFields, samePath } from '../../model/topics-json.ts';
import { wholeText } from '../../model/topics-preview.ts';
import { useModel, useModelPart, useText } from '../../model/use-store.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { topicsText } from './strings/text.ts';

export interface ChartViewProps {
  readonly app: AppModel;
  readonly detail: TopicDetail;
}

const NO_FIELDS = { fields: [] as readonly NumericField[], more: false };

export function ChartView({ app, detail }: ChartViewProps): ReactNode {
  const t = useText(topicsText);
  const value = useModel(detail.value.state);
  const chart = useModel(detail.chart.state);
  const theme = useModelPart(app.inspector.settings, (settings) => settings.theme);
  const payload = value.step === 'loaded' ? value.payload : undefined;
  const { fields, more } = useMemo(() => {
    const text = payload === undefined ? undefined : wholeText(payload);
    return text === undefined ? NO_FIELDS : numericFields(text);
  }, [payload]);
  const { path } = chart;
  useEffect(() => {
    const first = fields[0];
    if (path === undefined && first !== undefined) detail.chart.choose(first.path);
  }, [detail, fields, path]);
  if (path === undefined)
    return <EmptyState text={payload === undefined ? t('value.loading') : t('chart.no-number')} />;
  const chosen = fields.findIndex((field) => samePath(field.path, path));
  const label = fields[chosen]?.label ?? '';
  return (
    <div className="topics-chart">
      <div className="topics-value-bar">
        <label>
          {t('chart.field')}{' '}
          <select
            className="select mono"
            value={chosen}
            onChange={(event) => {
              const field = fields[Number(event.target.value)];
              if (field !== undefined) detail.chart.choose(field.path);
            }}
          >
            {chosen < 0 ? <option value={-1}>{path.join('.')}</option> : null}
            {fields.map((field, index) => (
              <option key={field.label} value={index}>
                {field.path.length === 0 ? t('chart.whole') : field.label}
              </option>
            ))}
          </select>
        </label>
        {more ? <span className="faint">{t('chart.more-fields', { count: fields.length })}</span> : null}
        <span className="grow" />
        <span className="quiet number">
          {chart.value.length < chart.total
            ? t('chart.thinned', { shown: chart.value.length, total: chart.total })
            : t('chart.values', { total: chart.total })}
        </span>
      </div>
      {chart.error === undefined ? null : <p className="topics-note tone-error">{errorWords(chart.error).what}</p>}
      {chart.value.length === 0 ? (
        <EmptyState text={chart.loading ? t('value.loading') : t('chart.none')} />
      ) : (
        <>
          <Range chart={chart} />
          <Plot
            key={theme}
            chart={chart}
            label={t('chart.label', { field: label === '' ? t('chart.whole') : label })}
          />
        </>
      )}
    </div>
  );
}

function Range({ chart }: { readonly chart: ChartState }): ReactNode {
  const t = useText(topicsText);
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of chart.value) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const last = chart.value.at(-1) ?? Number.NaN;
  return (
    <p className="topics-range mono number">
      {t('chart.range', { min: numberText(min), max: numberText(max), last: numberText(last) })}
    </p>
  );
}

function numberText(value: number): string {
  return Number.isInteger(value) ? formatInteger(value) : String(Number(value.toPrecision(7)));
}

interface PlotProps {
  readonly chart: ChartState;
  readonly label: string;
}

/** Made anew with each theme, whose colours it takes; a change only feeds it. */
function Plot({ chart, label }: PlotProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const data = useMemo<uPlot.AlignedData>(() => [chart.timeUs.map((us) => us / 1_000_000), chart.value], [chart]);
  const latest = useRef(data);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const made = new uPlot(options(element, label), latest.current, element);
    plot.current = made;
    const observer = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: Math.max(80, element.clientHeight) }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [label]);
  useEffect(() => {
    latest.current = data;
    plot.current?.setData(data);
  }, [data]);
  return <div ref={box} className="topics-plot" role="img" aria-label={label} />;
}

function options(element: HTMLElement, label: string): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: colour('--text-2'),
    font: `11px ${colour('--mono-family')}`,
    grid: { stroke: colour('--line-soft'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1, size: 4 },
  };
  return {
    width: Math.max(100, element.clientWidth),
    height: Math.max(80, element.clientHeight),
    legend: { show: false },
    cursor: { y: false, points: { size: 6 } },
    scales: { x: { time: true } },
    axes: [
      { ...axis, values: (_plot, splits) => splits.map(clockText), space: 70 },
      { ...axis, size: 56 },
    ],
    series: [{}, { label, stroke: colour('--accent'), width: 1.5, points: { size: 4 } }],
  };
}

function clockText(seconds: number): string {
  const date = new Date(seconds * 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
