/** One rule of the list in cells. */

import type { ReactNode } from 'react';
import type { Rule, RuleCount } from '../../../shared/contract/rules.ts';
import { formatInteger } from '../../model/format.ts';
import { useText } from '../../model/use-store.ts';
import { Badge } from '../../ui/Badge.tsx';
import { ruleName, ruleWords } from './rule-words.ts';
import { rulesText } from './strings/text.ts';

export function RuleHeads(): ReactNode {
  const t = useText(rulesText);
  return (
    <div className="rules-cells" role="presentation">
      <span role="columnheader">
        <span className="visually-hidden">{t('column.on')}</span>
      </span>
      <span role="columnheader">{t('column.rule')}</span>
      <span role="columnheader">{t('column.action')}</span>
      <span role="columnheader" className="right" title={t('column.found.help')}>
        {t('column.found')}
      </span>
      <span role="columnheader" className="right" title={t('column.acted.help')}>
        {t('column.acted')}
      </span>
    </div>
  );
}

export interface RuleRowProps {
  readonly rule: Rule;
  readonly count: RuleCount | undefined;
  /** Its form holds what is not in force. */
  readonly pending: boolean;
  readonly onEnable: (enabled: boolean) => void;
}

export function RuleRow({ rule, count, pending, onEnable }: RuleRowProps): ReactNode {
  const t = useText(rulesText);
  const { name, filter, enabled } = rule;
  return (
    <div className="rules-cells" role="presentation">
      <span role="gridcell">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={t('rule.on', { name: ruleName(rule) })}
          checked={enabled}
          // The list has the keys, and a press on the box selects no row.
          onMouseDown={(event) => {
            event.stopPropagation();
            event.preventDefault();
          }}
          onChange={(event) => onEnable(event.target.checked)}
        />
      </span>
      <span role="gridcell" className="rules-what">
        <span className="rules-name">
          {name === '' ? <Filter filter={filter} /> : <span className="ellipsis">{name}</span>}
          {pending ? <Badge text={t('rule.pending')} tone="warning" tooltip={t('rule.pending.help')} /> : null}
        </span>
        {name === '' ? null : <Filter filter={filter} />}
      </span>
      <span role="gridcell" className="rules-action">
        {ruleWords(rule)}
      </span>
      <span role="gridcell" className="number right quiet">
        {formatInteger(count?.found ?? 0)}
      </span>
      <span role="gridcell" className="number right">
        {formatInteger(count?.acted ?? 0)}
      </span>
    </div>
  );
}

function Filter({ filter }: { readonly filter: string }): ReactNode {
  const t = useText(rulesText);
  if (filter === '') return <span className="quiet ellipsis">{t('rule.everything')}</span>;
  return (
    <span className="mono quiet ellipsis" title={filter}>
      {filter}
    </span>
  );
}
