/** Rules: at the left the rules in their order and the packets that wait, at the right the one that was chosen of either. */

import { type ReactNode, useEffect, useState } from 'react';
import { heldModelOf } from '../../model/held-model.ts';
import type { PanelProps } from '../../model/panel.ts';
import { rulesModelOf } from '../../model/rules-model.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import '../../ui/form-fields.css';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { HeldList } from './HeldList.tsx';
import { HeldPane } from './HeldPane.tsx';
import { RuleFields } from './RuleFields.tsx';
import { RuleList } from './RuleList.tsx';
import './rules.css';
import { rulesText } from './strings/text.ts';

export function Panel({ app, source }: PanelProps): ReactNode {
  const t = useText(rulesText);
  const rules = rulesModelOf(app);
  const held = heldModelOf(app);
  const form = useModel(rules.form);
  const waiting = useModel(held.selected);
  const [chosen, setChosen] = useState<'rule' | 'held'>('rule');
  useEffect(() => {
    const served = app.navigation.serve({
      rule: ({ filter, action }) => {
        setChosen('rule');
        void rules.add(filter, { kind: action ?? 'pause' });
      },
      held: ({ held: id }) => {
        setChosen('held');
        held.select(id);
      },
    });
    return () => served[Symbol.dispose]();
  }, [app, rules, held]);
  const showsHeld = waiting !== undefined && (chosen === 'held' || form === undefined);
  return (
    <div className="rules">
      <SplitPane
        name="rules"
        direction="horizontal"
        secondSize={48}
        minFirst={420}
        minSecond={400}
        handleLabel={t('resize')}
        first={
          <SplitPane
            name="rules-held"
            direction="vertical"
            secondSize={40}
            minFirst={180}
            minSecond={100}
            handleLabel={t('resize.held')}
            first={
              <RuleList
                app={app}
                model={rules}
                source={source}
                isShown={!showsHeld}
                onChoose={() => setChosen('rule')}
              />
            }
            second={<HeldList app={app} model={held} isShown={showsHeld} onChoose={() => setChosen('held')} />}
          />
        }
        second={
          showsHeld ? (
            <HeldPane key={waiting.id} app={app} model={held} packet={waiting} />
          ) : form === undefined ? (
            <EmptyState text={t('form.none')} />
          ) : (
            <RuleFields key={form.id} app={app} model={rules} form={form} />
          )
        }
      />
    </div>
  );
}
