/** What can be done with the rules: added, copied, moved, deleted, counted anew, and kept in files. */

import { ArrowDown, ArrowUp, Copy, Download, Plus, RotateCcw, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { MOST_RULES, type Rule } from '../../../shared/contract/rules.ts';
import { RULES_FILE, writeBook } from '../../../shared/contract/rules-file.ts';
import { openedRulesWords, rulesFileText } from '../../model/rules-file-words.ts';
import type { RulesModel } from '../../model/rules-model.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { OpenedRules, OpenRules } from '../../ui/RulesFile.tsx';
import { saveText } from '../../ui/save-text.ts';
import { rulesText } from './strings/text.ts';

export interface RuleBarProps {
  readonly model: RulesModel;
  readonly selected: Rule | undefined;
  /** Place of the selected one, -1 where none is. */
  readonly index: number;
  readonly count: number;
  /** Asks first. */
  readonly onDelete: (id: string) => void;
}

export function RuleBar({ model, selected, index, count, onDelete }: RuleBarProps): ReactNode {
  const t = useText(rulesText);
  const words = useText(rulesFileText);
  const { file } = model;
  const opened = useModel(file.opened);
  const fault = useModel(file.fault);
  const full = count >= MOST_RULES;
  const none = selected === undefined;
  return (
    <div>
      <div className="bar rules-bar">
        <Button label={t('list.add')} disabled={full} onPress={() => void model.add()}>
          <Plus aria-hidden /> {t('list.add')}
        </Button>
        <span className="bar-separator" />
        <Button
          label={t('list.duplicate')}
          disabled={none || full}
          onPress={() => selected !== undefined && void model.duplicate(selected.id)}
        >
          <Copy aria-hidden />
        </Button>
        <Button
          label={t('list.up')}
          keys="Alt+↑"
          disabled={none || index === 0}
          onPress={() => selected !== undefined && void model.move(selected.id, index - 1)}
        >
          <ArrowUp aria-hidden />
        </Button>
        <Button
          label={t('list.down')}
          keys="Alt+↓"
          disabled={none || index === count - 1}
          onPress={() => selected !== undefined && void model.move(selected.id, index + 1)}
        >
          <ArrowDown aria-hidden />
        </Button>
        <Button
          label={t('list.delete')}
          keys="Del"
          disabled={none}
          onPress={() => selected !== undefined && onDelete(selected.id)}
        >
          <Trash2 aria-hidden />
        </Button>
        <span className="bar-separator" />
        <Button label={t('list.reset')} disabled={count === 0} onPress={() => model.resetCounts()}>
          <RotateCcw aria-hidden />
        </Button>
        <span className="grow" />
        <OpenRules label={words('open')} onOpen={(chosen) => void file.open(chosen)} />
        <Button
          label={words('save')}
          disabled={count === 0}
          onPress={() =>
            saveText('mqtt-inspector-rules.json', writeBook(RULES_FILE, model.book.get()), 'application/json')
          }
        >
          <Download aria-hidden />
        </Button>
      </div>
      <OpenedRules
        {...openedRulesWords(opened, fault)}
        onAnswer={(how) => file.answer(how)}
        onDismiss={() => file.dismissFault()}
      />
    </div>
  );
}
