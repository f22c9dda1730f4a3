/** What a broken rule demands, in both languages, beside the decoder's own sentence. */

import { afterEach, describe, expect, it } from 'vitest';
import { decodePacket } from '../../../main/engine/codec/decode.ts';
import { errorWords } from '../../../renderer/model/error-text.ts';
import { language } from '../../../renderer/model/language.ts';
import { malformedWords, statementWords, topicFaultWords } from '../../../renderer/model/statement-text.ts';
import { InspectorError } from '../../../shared/contract/errors.ts';
import { checkTopicFilter, checkTopicName } from '../../../shared/mqtt/topics.ts';

afterEach(() => language.set('en'));

const FILTERS = ['', 'a\0b', 'x'.repeat(70_000), '\ud800', 'a#', 'a/#/b', 'a+', '$share//t', '$share/+/t', '$share/g'];

describe('statementWords', () => {
  it.each(['en', 'zh-CN'] as const)('has words for everything a topic can be refused for (%s)', (code) => {
    language.set(code);
    const faults = [...FILTERS.map((filter) => checkTopicFilter(filter)), checkTopicName('a/#')];
    for (const fault of faults) {
      expect(fault).toBeDefined();
      if (fault !== undefined) expect(topicFaultWords(fault)).toBe(`${statementWords(fault.rule)} (${fault.rule})`);
    }
  });

  it('leaves a statement that it does not know to the sentence that came with it', () => {
    const unknown = { rule: 'MQTT5 §99', message: 'It is odd.', offset: 3 };
    expect(malformedWords(unknown)).toEqual({ what: 'Byte 3: It is odd.', exact: undefined, rule: 'MQTT5 §99' });
  });

  it('keeps the exact sentence beside the words', () => {
    language.set('zh-CN');
    const { malformed } = decodePacket(Uint8Array.of(0xc0, 5), 5);
    if (malformed === undefined) throw new Error('it was decoded');
    const { what, exact } = malformedWords(malformed);
    expect(what).toBe('字节 1：剩余长度必须等于其后的字节数。');
    expect(exact).toBe('The Remaining Length is 5, 0 bytes follow.');
  });
});

it('words a topic that the service refused', () => {
  language.set('zh-CN');
  const refusal = new InspectorError('bad-topic', { topic: 'a/#', rule: 'MQTT-3.3.2-2', reason: 'No wildcards.' });
  expect(errorWords(refusal).what).toContain('消息的主题不能包含通配符');
  expect(errorWords(refusal).what).not.toContain('No wildcards');
});
