/** `--rules FILE`: rules as the app saves them, for a command that nobody watches. */

import { InspectorError } from '../../../shared/contract/errors.ts';
import { NO_RULES, type Rule, type RuleBook } from '../../../shared/contract/rules.ts';
import { readBook, RULES_FILE, type RulesFileFault } from '../../../shared/contract/rules-file.ts';
import { ruleFilters } from '../../service/rule-filters.ts';
import { UsageError } from './arguments.ts';
import { credential } from './capture-options.ts';
import { filterFault } from './capture-words.ts';
import { describeFailure } from './failure-words.ts';

/** No rules without a file. Throws {@link UsageError} for a file that cannot be used, and for rules that wait for somebody. */
export function readRuleFile(file: string | undefined): RuleBook {
  if (file === undefined) return NO_RULES;
  let made = 0;
  const read = readBook(RULES_FILE, credential('--rules', file), () => {
    made += 1;
    return String(made);
  });
  if ('fault' in read) throw new UsageError(`--rules: ${file}${faultWords(read.fault)}`);
  const { book } = read;
  const pausing = book.rules.findIndex(({ enabled, action }) => enabled && action.kind === 'pause');
  if (pausing >= 0) {
    throw new UsageError(
      `--rules: rule ${pausing + 1} of ${file} pauses packets, and here is nobody who lets them go: switch it off, or use the app`,
    );
  }
  try {
    ruleFilters(book);
  } catch (error) {
    if (error instanceof InspectorError) throw new UsageError(`--rules: ${file}: ${describeFailure(error)}`);
    throw error;
  }
  return book;
}

function faultWords(fault: RulesFileFault): string {
  switch (fault.reason) {
    case 'not-json':
      return ` is no JSON: line ${fault.line}, column ${fault.column}`;
    case 'not-rules':
      return ' holds no rules of the inspector; save them in its Rules panel';
    case 'newer-version':
      return ` is of version ${fault.version}, and ${fault.newest} is the newest that is understood here`;
    case 'bad-member':
      return ` has something else than a rule may have: ${fault.path} should be ${fault.expected} and is ${fault.received}`;
    case 'too-many':
      return ` has ${fault.count} rules; ${fault.most} at most`;
    case 'bad-filter': {
      const { from, to, code, word, expected } = fault.fault;
      const which = fault.name === '' ? String(fault.rule) : `${fault.rule}, "${fault.name}"`;
      const located = { text: fault.text, at: from, length: to - from, reason: code, word };
      return `, rule ${which}: ${filterFault({ ...located, ...(expected === undefined ? {} : { expected }) })}`;
    }
  }
}

/** What a rule did, for the end of a run. */
export function ruleSummary({ name, filter, action }: Rule, found: number, acted: number): string {
  const title = name === '' ? `${action.kind} ${filter === '' ? 'every packet' : filter}` : name;
  return `rule "${title}": found ${found} ${found === 1 ? 'packet' : 'packets'}, acted on ${acted}`;
}
