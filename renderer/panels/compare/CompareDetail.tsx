/** The open row: each field that differs with both values, and the payloads side by side. */

import { X } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { AppModel } from '../../model/app-model.ts';
import type { CompareDetail as Detail, CompareModel } from '../../model/compare-model.ts';
import { errorWords } from '../../model/error-text.ts';
import { formatInteger } from '../../model/format.ts';
import { TYPE_NAMES } from '../../model/packet-names.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { differenceWords } from './CompareList.tsx';
import type { DiffHandle } from './monaco-diff.ts';
import { compareText } from './strings/text.ts';

export interface CompareDetailProps {
  readonly app: AppModel;
  readonly model: CompareModel;
}

export function CompareDetail({ app, model }: CompareDetailProps): ReactNode {
  const t = useText(compareText);
  const selected = useModel(model.selected);
  const detail = useModel(model.detail);
  const compared = useModel(model.compared);
  if (selected === undefined || compared === undefined) return null;
  const links = [
    ['a', selected.seqA],
    ['b', selected.seqB],
  ] as const;
  return (
    <section className="compare-detail" aria-label={t('detail')}>
      <div className="bar">
        <span className="mono ellipsis">
          {TYPE_NAMES[selected.type]} {selected.topic}
        </span>
        <span className="quiet ellipsis grow">{differenceWords(t, selected).join(' · ') || t('how.same')}</span>
        {links.map(([side, seq]) =>
          seq === undefined ? null : (
            <Button
              key={side}
              kind="framed"
              label={t(`show.${side}`, { packet: formatInteger(seq + 1) })}
              onPress={() => app.navigation.go({ to: 'packet', source: compared[side], seq })}
            />
          ),
        )}
        <Button label={t('detail.close')} onPress={() => model.clearSelection()}>
          <X aria-hidden />
        </Button>
      </div>
      {detail?.row === selected ? <Body detail={detail} /> : null}
    </section>
  );
}

function Body({ detail }: { readonly detail: Detail }): ReactNode {
  const t = useText(compareText);
  const { fields, payload, error, row } = detail;
  if (error !== undefined) return <EmptyState text={errorWords(error).what} />;
  if (fields.length === 0 && payload === undefined)
    return <EmptyState text={t(row.seqA === undefined || row.seqB === undefined ? 'detail.one' : 'detail.same')} />;
  return (
    <div className="compare-body">
      {fields.length === 0 ? null : (
        <table className="compare-fields mono">
          <thead>
            <tr>
              <th scope="col">{t('field')}</th>
              <th scope="col">{t('side.a')}</th>
              <th scope="col">{t('side.b')}</th>
            </tr>
          </thead>
          <tbody>
            {fields.map(({ name, a, b }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{a ?? <span className="faint">–</span>}</td>
                <td>{b ?? <span className="faint">–</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {payload === undefined ? null : (
        <>
          <p className="compare-note quiet">
            {t(`payload.${payload.as}`)} {payload.cut ? t('payload.cut') : ''}
          </p>
          <PayloadDiff before={payload.before} after={payload.after} />
        </>
      )}
    </div>
  );
}

/** Monaco once it is loaded; until then, and where it cannot be, both texts as they are. */
function PayloadDiff({ before, after }: { readonly before: string; readonly after: string }): ReactNode {
  const t = useText(compareText);
  const place = useRef<HTMLDivElement>(null);
  const [diff, setDiff] = useState<DiffHandle>();
  useEffect(() => {
    let wanted = true;
    let opened: DiffHandle | undefined;
    const open = async () => {
      const { openDiff } = await import('./monaco-diff.ts');
      const element = place.current;
      if (!wanted || element === null) return;
      opened = await openDiff(element, { before: compareText('side.a'), after: compareText('side.b') });
      if (wanted) setDiff(opened);
      else opened[Symbol.dispose]();
    };
    open().catch(() => undefined);
    return () => {
      wanted = false;
      opened?.[Symbol.dispose]();
      setDiff(undefined);
    };
  }, []);
  useEffect(() => diff?.show(before, after), [diff, before, after]);
  return (
    <div
      className="compare-payload"
      role="group"
      aria-label={t('payload')}
      data-loaded={diff !== undefined || undefined}
    >
      <div ref={place} className="compare-monaco" />
      {diff === undefined ? (
        <div className="compare-plain mono">
          <pre>{before}</pre>
          <pre>{after}</pre>
        </div>
      ) : null}
    </div>
  );
}
