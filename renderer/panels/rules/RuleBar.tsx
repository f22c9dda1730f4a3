/** What can be done with the rules: added, copied, moved, deleted, counted anew, and kept in files. */

import { ArrowDown, ArrowUp, Copy, Download, Plus, RotateCcw, Trash2, Upload } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { MOST_RULES, type Rule } from '../../../shared/contract/rules.ts';
import { writeRules } from '../../../shared/contract/rules-file.ts';
import type { RulesModel } from '../../model/rules-model.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { NoticeBar } from '../../ui/NoticeBar.tsx';
import { saveText } from '../../ui/save-text.ts';
import { fileFaultWords } from './rule-words.ts';
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
        <OpenFile model={model} />
        <Button
          label={t('list.save')}
          disabled={count === 0}
          onPress={() => saveText('mqtt-inspector-rules.json', writeRules(model.book.get()), 'application/json')}
        >
          <Download aria-hidden />
        </Button>
      </div>
      <OpenedFile model={model} />
    </div>
  );
}

function OpenFile({ model }: { readonly model: RulesModel }): ReactNode {
  const t = useText(rulesText);
  const file = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={file}
        type="file"
        accept=".json,application/json"
        hidden
        onChange={(event) => {
          const [chosen] = event.target.files ?? [];
          event.target.value = '';
          if (chosen !== undefined) void model.openFile(chosen);
        }}
      />
      <Button label={t('list.open')} onPress={() => file.current?.click()}>
        <Upload aria-hidden />
      </Button>
    </>
  );
}

/** What is to be said of a file that was chosen, or asked. */
function OpenedFile({ model }: { readonly model: RulesModel }): ReactNode {
  const t = useText(rulesText);
  const opened = useModel(model.opened);
  const fault = useModel(model.fileFault);
  if (fault !== undefined)
    return (
      <NoticeBar
        level="error"
        text={fileFaultWords(fault)}
        hint={t('fault.file.hint')}
        dismiss={{ label: t('note.dismiss'), onPress: () => model.dismissFault() }}
      />
    );
  if (opened === undefined) return null;
  const question = t('file.question', {
    count: opened.rules.length,
    on: opened.rules.filter(({ enabled }) => enabled).length,
  });
  return (
    <div className="confirm" role="group" aria-label={question}>
      <span className="grow" role="status">
        {question}
      </span>
      <Button kind="framed" label={t('cancel')} onPress={() => model.dismissOpened()} />
      <Button kind="framed" label={t('file.append')} onPress={() => void model.takeOpened('append')} />
      <Button kind="framed" label={t('file.replace')} onPress={() => void model.takeOpened('replace')} />
    </div>
  );
}
