/** Rules that send messages to other topics than they came on: `old/#` to `new/#`, `a/+/c` to `x/+`. */

import { checkTopicFilter, type TopicFault, topicMatches } from './topics.ts';

/**
 * `from` is a Topic Filter. `to` is a topic whose wildcards, from left to right, stand for what those of `from` matched; it may have fewer.
 * The first rule that matches a topic counts; a topic that no rule matches stays as it is.
 */
export interface TopicRule {
  readonly from: string;
  readonly to: string;
}

/** What keeps a rule from being one: a fault of the side as a topic, or wildcards in `to` that are not those of `from`. */
export type TopicRuleFault =
  | { readonly side: 'from' | 'to'; readonly fault: TopicFault }
  | { readonly side: 'to'; readonly fault: 'wildcards' };

const isWildcard = (level: string): boolean => level === '+' || level === '#';

export function checkTopicRule({ from, to }: TopicRule): TopicRuleFault | undefined {
  const fromFault = checkTopicFilter(from, false);
  if (fromFault !== undefined) return { side: 'from', fault: fromFault };
  const toFault = checkTopicFilter(to, false);
  if (toFault !== undefined) return { side: 'to', fault: toFault };
  const known = from.split('/').filter(isWildcard);
  const used = to.split('/').filter(isWildcard);
  const fits = used.every((wildcard, index) => known[index] === wildcard);
  return fits ? undefined : { side: 'to', fault: 'wildcards' };
}

/** The topic that the rules make of `topic`. The rules have no faults; the result may still be no legal Topic Name: too long. */
export function mapTopic(rules: readonly TopicRule[], topic: string): string {
  const rule = rules.find(({ from }) => matches(from, topic));
  if (rule === undefined) return topic;
  const matched = wildcardsOf(rule.from, topic);
  let next = 0;
  const levels = rule.to.split('/').flatMap((level): readonly string[] => {
    if (!isWildcard(level)) return [level];
    const value = matched[next];
    next += 1;
    return value === undefined ? [] : [value];
  });
  return levels.join('/');
}

/** As a subscription would, but for `#` alone, which is all topics here: those that begin with `$` too. */
function matches(from: string, topic: string): boolean {
  return from === '#' || topicMatches(from, topic);
}

/** What each wildcard stands for; nothing for a `#` that matched no level at all. */
function wildcardsOf(from: string, topic: string): readonly (string | undefined)[] {
  const levels = topic.split('/');
  return from.split('/').flatMap((level, index): readonly (string | undefined)[] => {
    if (level === '+') return [levels[index]];
    if (level !== '#') return [];
    return [index < levels.length ? levels.slice(index).join('/') : undefined];
  });
}

/** A rule as a line of text, `from => to`. Undefined where the text has no arrow; the sides are not checked. */
export function readTopicRule(text: string): TopicRule | undefined {
  const found = /^(.*?)\s*(?:=>|→)\s*(.*)$/s.exec(text.trim());
  return found === null ? undefined : { from: found[1] ?? '', to: found[2] ?? '' };
}
