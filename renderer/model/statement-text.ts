/** Words for the specification's statements: what a broken rule demands, in the language of the moment. */

import type { Malformed } from '../../shared/mqtt/packet.ts';
import type { TopicFault } from '../../shared/mqtt/topics.ts';
import { defineText } from './language.ts';
import { en } from './statement-strings/en.ts';
import { zhCn } from './statement-strings/zh-cn.ts';

const text = defineText('statements', en, zhCn);

/** One sentence; undefined for a statement that this page has no words for. */
export function statementWords(rule: string): string | undefined {
  return text.has(rule) ? text.of(rule) : undefined;
}

/** Why a topic name or filter is illegal, with the statement's number. */
export function topicFaultWords({ rule, message }: TopicFault): string {
  return `${statementWords(rule) ?? message} (${rule})`;
}

export interface MalformedWords {
  readonly what: string;
  /** The decoder's own sentence, in English, where `what` does not hold it. */
  readonly exact: string | undefined;
  readonly rule: string;
}

/** What is wrong with a packet, and where. */
export function malformedWords({ offset, rule, message }: Malformed): MalformedWords {
  const words = statementWords(rule);
  const what = text('malformed', { offset, message: words ?? message });
  return { what, exact: words === undefined ? undefined : message, rule };
}
