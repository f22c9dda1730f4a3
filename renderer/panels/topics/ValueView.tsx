/** A payload as JSON, text, hex or base64, with how much of it is here. */

import { type ReactNode, useMemo, useState } from 'react';
import { formatBytes } from '../../model/format.ts';
import type { Writable } from '../../model/store.ts';
import { type JsonPath, pathLabel } from '../../model/topics-json.ts';
import {
  type PayloadLine,
  type PayloadLines,
  payloadLines,
  VALUE_FORMATS,
  type ValueFormat,
} from '../../model/topics-lines.ts';
import type { LoadedMessage } from '../../model/topics-value.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { ChipChoice } from '../../ui/ChipChoice.tsx';
import { VirtualList } from '../../ui/VirtualList.tsx';
import { type TopicsText, topicsText } from './strings/text.ts';

/** Lines that stand on the page at once, selectable and wrapped; more are drawn only where they are looked at. */
const MAX_PLAIN_LINES = 2000;
const PIECE_BYTES = 4 * 1024 * 1024;
const LINE_HEIGHT = 18;

export interface ValueViewProps {
  readonly message: LoadedMessage;
  readonly loadingMore: boolean;
  readonly format: Writable<ValueFormat | undefined>;
  readonly onMore: () => void;
  /** Answers whether the clipboard took it. */
  readonly onCopy: (text: string) => Promise<boolean>;
  readonly onChart: (path: JsonPath) => void;
}

export function ValueView({ message, loadingMore, format, onMore, onCopy, onChart }: ValueViewProps): ReactNode {
  const t = useText(topicsText);
  const wanted = useModel(format);
  const { payload, payloadLength, detail } = message;
  const cut = payload.length < payloadLength;
  const lines = useMemo(() => payloadLines(payload, wanted, cut), [payload, wanted, cut]);
  if (payloadLength === 0)
    return <p className="topics-note">{detail.retain === true ? t('value.empty') : t('value.empty-plain')}</p>;
  const rest = payloadLength - payload.length;
  return (
    <div className="topics-value-view">
      <div className="topics-value-bar">
        <ChipChoice
          label={t('value.format')}
          chips={VALUE_FORMATS.map((id) => ({ id, title: t.of(`value.format.${id}`) }))}
          chosen={lines.format}
          onChoose={(id) => format.set(id)}
        />
        <span className="grow" />
        <span className="quiet number">
          {cut
            ? t('value.part', { shown: formatBytes(payload.length), total: formatBytes(payloadLength) })
            : t('value.all', { total: formatBytes(payloadLength) })}
        </span>
        {cut ? (
          <Button
            kind="framed"
            disabled={loadingMore}
            label={
              loadingMore ? t('value.loading') : t('value.more', { bytes: formatBytes(Math.min(rest, PIECE_BYTES)) })
            }
            onPress={onMore}
          />
        ) : null}
        <CopyButton t={t} lines={lines} onCopy={onCopy} />
      </div>
      {lines.fallback ? (
        <p className="topics-note">
          {wanted === 'json' && lines.format === 'text' ? t('value.not-json') : t('value.not-text')}
        </p>
      ) : null}
      <Lines t={t} lines={lines} onChart={onChart} />
    </div>
  );
}

type CopyButtonProps = Pick<ValueViewProps, 'onCopy'> & { readonly t: TopicsText; readonly lines: PayloadLines };

function CopyButton({ t, lines, onCopy }: CopyButtonProps): ReactNode {
  const [copied, setCopied] = useState<PayloadLines>();
  return (
    <Button
      label={copied === lines ? t('value.copied') : t('value.copy')}
      onPress={() => void onCopy(lines.copy()).then((taken) => setCopied(taken ? lines : undefined))}
    />
  );
}

interface LinesProps {
  readonly t: TopicsText;
  readonly lines: PayloadLines;
  readonly onChart: (path: JsonPath) => void;
}

function Lines({ t, lines, onChart }: LinesProps): ReactNode {
  const { count, line } = lines;
  if (count <= MAX_PLAIN_LINES)
    return (
      <div className="topics-code" data-format={lines.format} tabIndex={0} role="document" aria-label={t('tab.value')}>
        {Array.from({ length: count }, (_, index) => (
          <div key={index} className="topics-line">
            <LineContent t={t} line={line(index)} onChart={onChart} />
          </div>
        ))}
      </div>
    );
  return (
    <div className="topics-code-long" data-format={lines.format}>
      <VirtualList
        role="listbox"
        label={t('tab.value')}
        total={count}
        rowHeight={LINE_HEIGHT}
        renderRow={(index) => (
          <div className="topics-line">
            <LineContent t={t} line={line(index)} onChart={onChart} />
          </div>
        )}
      />
    </div>
  );
}

interface LineContentProps {
  readonly t: TopicsText;
  readonly line: PayloadLine;
  readonly onChart: (path: JsonPath) => void;
}

function LineContent({ t, line, onChart }: LineContentProps): ReactNode {
  if (line.kind === 'text') return line.text === '' ? '\u200b' : line.text;
  if (line.kind === 'hex')
    return (
      <>
        <span className="faint">{line.offset}</span>
        {`  ${line.hex}  `}
        <span className="quiet">{line.ascii}</span>
      </>
    );
  return (
    <>
      {'  '.repeat(line.depth)}
      {line.tokens.map((token, index) => {
        const { path } = token;
        if (path === undefined)
          return (
            <span key={index} data-token={token.kind}>
              {token.text}
            </span>
          );
        const label = t('value.chart-number', { field: path.length === 0 ? t('chart.whole') : pathLabel(path) });
        return (
          <button
            key={index}
            type="button"
            className="topics-number"
            data-token={token.kind}
            title={label}
            onClick={() => onChart(path)}
          >
            {token.text}
          </button>
        );
      })}
    </>
  );
}
