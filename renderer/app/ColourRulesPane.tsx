/** The rules that colour packets, in their order: on and off, and the fields of the one that is open. */

import { Download, Plus } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { MOST_COLOUR_RULES } from '../../shared/contract/colours.ts';
import { COLOUR_RULES_FILE, writeBook } from '../../shared/contract/rules-file.ts';
import { colourRulesOf } from '../model/colour-rules.ts';
import { openedRulesWords, rulesFileText } from '../model/rules-file-words.ts';
import { useModel, useText } from '../model/use-store.ts';
import { Button } from '../ui/Button.tsx';
import '../ui/form-fields.css';
import { OpenedRules, OpenRules } from '../ui/RulesFile.tsx';
import { saveText } from '../ui/save-text.ts';
import { ColourRuleItem, type RulePart } from './ColourRuleItem.tsx';
import './colour-rules.css';
import { SidePane } from './SidePane.tsx';
import type { ShellModel } from './shell-model.ts';
import { shellText } from './strings/text.ts';

/** Offered while there is no rule. */
const EXAMPLES = [
  ['colours.example.errors', 'is:error'],
  ['colours.example.retained', 'retain'],
  ['colours.example.slow', 'rtt:>1s'],
  ['colours.example.session', 'type:connect,connack,disconnect'],
] as const;

/** What has the keys once the list has changed under them. */
type Wanted = { readonly id: string; readonly part: RulePart } | 'add' | undefined;

/** Where the keys go from a button that cannot be pressed any more. */
const OTHER: Readonly<Record<RulePart, RulePart>> = { up: 'down', down: 'up', on: 'name', name: 'on' };

export function ColourRulesPane({ shell }: { readonly shell: ShellModel }): ReactNode {
  const t = useText(shellText);
  const model = colourRulesOf(shell.app);
  const rules = useModel(model.rules);
  const words = useText(rulesFileText);
  const { file } = model;
  const opened = useModel(file.opened);
  const fault = useModel(file.fault);
  const namingWanted = useModel(model.namingWanted);
  const [draggedId, setDraggedId] = useState<string>();
  const dragged = rules.findIndex(({ id }) => id === draggedId);
  const root = useRef<HTMLDivElement>(null);
  const wanted = useRef<Wanted>(undefined);
  useEffect(() => () => model.commit(), [model]);
  useEffect(() => {
    if (!namingWanted) return;
    const field = root.current?.querySelector<HTMLInputElement>('[data-autofocus="true"]');
    field?.focus();
    field?.select();
    field?.closest('li')?.scrollIntoView({ block: 'nearest' });
    model.named();
  }, [model, namingWanted]);
  useEffect(() => {
    const target = wanted.current;
    wanted.current = undefined;
    if (target === undefined) return;
    const item = target === 'add' ? root.current : document.getElementById(`colour-rule-${target.id}`);
    const names = target === 'add' ? ['add'] : [target.part, OTHER[target.part]];
    const buttons = names.map((name) => item?.querySelector<HTMLElement>(`.act-${name}:enabled`));
    buttons.find((button) => button !== null && button !== undefined)?.focus();
  });
  return (
    <SidePane shell={shell} title={t('colours.title')}>
      <div ref={root} className="colour-rules">
        <p className="quiet">{t('colours.explained')}</p>
        <OpenedRules
          {...openedRulesWords(opened, fault)}
          onAnswer={(how) => file.answer(how)}
          onDismiss={() => file.dismissFault()}
        />
        {rules.length === 0 ? null : (
          <ol className="colour-rule-list" aria-label={t('colours.title')}>
            {rules.map((rule, index) => (
              <ColourRuleItem
                key={rule.id}
                app={shell.app}
                rule={rule}
                first={index === 0}
                last={index === rules.length - 1}
                onMove={(by, part) => {
                  wanted.current = { id: rule.id, part };
                  model.move(rule.id, by);
                }}
                dropEdge={dragged < 0 || dragged === index ? undefined : dragged < index ? 'below' : 'above'}
                onDrag={(isDragged) => setDraggedId(isDragged ? rule.id : undefined)}
                onDrop={() => draggedId !== undefined && model.place(draggedId, index)}
                onRemove={() => {
                  wanted.current = 'add';
                  model.remove(rule.id);
                }}
              />
            ))}
          </ol>
        )}
        <div className="colour-rules-add">
          <Button
            kind="framed"
            label={t('colours.add')}
            disabled={model.full}
            className="act-add"
            onPress={() => model.add()}
          >
            <Plus aria-hidden /> {t('colours.add')}
          </Button>
          <span className="grow" />
          <OpenRules label={words('open')} onOpen={(chosen) => void file.open(chosen)} />
          <Button
            label={words('save')}
            disabled={rules.length === 0}
            onPress={() => {
              model.commit();
              const text = writeBook(COLOUR_RULES_FILE, model.book);
              saveText('mqtt-inspector-colour-rules.json', text, 'application/json');
            }}
          >
            <Download aria-hidden />
          </Button>
          {model.full ? (
            <span className="quiet colour-rules-full">{t('colours.full', { count: MOST_COLOUR_RULES })}</span>
          ) : null}
        </div>
        {rules.length > 0 ? null : (
          <div className="colour-examples">
            <span className="quiet">{t('colours.examples')}</span>
            {EXAMPLES.map(([name, filter]) => (
              <button
                key={filter}
                type="button"
                className="chip"
                title={filter}
                onClick={() => model.add({ name: t(name), filter })}
              >
                {t(name)}
              </button>
            ))}
          </div>
        )}
      </div>
    </SidePane>
  );
}
