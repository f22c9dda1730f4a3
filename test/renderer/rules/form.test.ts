import { describe, expect, it } from 'vitest';
import { RULE_ACTIONS, type RuleAction } from '../../../shared/contract/rules.ts';
import { checkRule, reasonNumber, reasonText, type RuleForm, ruleForm } from '../../../renderer/model/rule-form.ts';
import { language } from '../../../renderer/model/language.ts';
import { ruleName, ruleWords } from '../../../renderer/panels/rules/rule-words.ts';
import { rule } from './example.ts';

const ACTIONS: readonly RuleAction[] = [
  { kind: 'pause' },
  { kind: 'delay', ms: 500 },
  { kind: 'drop' },
  { kind: 'duplicate', copies: 2 },
  { kind: 'corrupt', mask: 1 },
  { kind: 'corrupt', offset: 0, mask: 255 },
  { kind: 'corrupt', offset: -1, mask: 128 },
  { kind: 'corrupt', offset: -3, mask: 128 },
  { kind: 'rewrite' },
  { kind: 'rewrite', topic: 'a/b', payload: { as: 'text', text: '' }, qos: 0, retain: false },
  { kind: 'rewrite', payload: { as: 'hex', text: '00 ff' }, qos: 2, retain: true },
  { kind: 'answer', reasonCode: 0x87 },
  { kind: 'answer', reasonCode: 5 },
  { kind: 'close' },
  { kind: 'reset' },
];

const form = (more: Partial<RuleForm>): RuleForm => ({ ...ruleForm(rule({ id: 'one' })), ...more });
const faults = (more: Partial<RuleForm>) => {
  const checked = checkRule(form(more));
  return 'faults' in checked ? [...checked.faults] : [];
};
const action = (more: Partial<RuleForm>) => {
  const checked = checkRule(form(more));
  return 'rule' in checked ? checked.rule.action : checked.faults;
};

describe('the form of a rule', () => {
  it.each(ACTIONS.map((one) => [JSON.stringify(one), one] as const))('gives back %s', (_, one) => {
    const whole = rule({ id: 'one', name: 'n', filter: 'type:publish', every: 3, enabled: false, action: one });
    expect(checkRule(ruleForm(whole))).toEqual({ rule: whole });
  });

  it('knows every action', () => {
    expect(new Set(ACTIONS.map(({ kind }) => kind))).toEqual(new Set(RULE_ACTIONS));
  });

  it.each([
    [{ every: '0' }, ['every']],
    [{ every: '' }, ['every']],
    [{ every: '2.5' }, ['every']],
    [{ name: 'x'.repeat(201) }, ['name']],
    [{ filter: 'type:nonsense' }, ['filter']],
    [{ action: 'delay', ms: '0' }, ['ms']],
    [{ action: 'delay', ms: '3600001' }, ['ms']],
    [{ action: 'pause', ms: 'unused' }, []],
    [{ action: 'duplicate', copies: '101' }, ['copies']],
    [{ action: 'corrupt', mask: '00' }, ['mask']],
    [{ action: 'corrupt', mask: '100' }, ['mask']],
    [{ action: 'corrupt', offset: 'x', mask: 'x' }, ['offset', 'mask']],
    [{ action: 'rewrite', topic: 'a/#' }, ['topic']],
    [{ action: 'rewrite', payloadAs: 'hex', payload: '0' }, ['payload']],
    [{ action: 'answer', reasonCode: '256' }, ['reasonCode']],
    [{ action: 'answer', reasonCode: 'Not authorized' }, ['reasonCode']],
  ] as const)('%j: %j', (more, expected) => expect(faults(more).toSorted()).toEqual(expected.toSorted()));

  it('reads numbers and bytes as people type them', () => {
    expect(action({ action: 'corrupt', offset: '−1', mask: '0x80' })).toEqual({
      kind: 'corrupt',
      offset: -1,
      mask: 128,
    });
    expect(action({ action: 'rewrite', payloadAs: 'hex', payload: '0xCA:fe' })).toEqual({
      kind: 'rewrite',
      payload: { as: 'hex', text: 'ca fe' },
    });
  });

  it('reads reason codes with and without their names', () => {
    expect(['0x87 Not authorized', '135', '0X87', ' 0x87'].map(reasonNumber)).toEqual([135, 135, 135, 135]);
    expect(reasonNumber('')).toBeNaN();
    expect(reasonNumber(reasonText(0))).toBe(0);
    expect(reasonText(0x87)).toBe('0x87 Not authorized');
    expect(reasonText(0x04)).toBe('0x04 Disconnect with Will Message');
    expect(reasonText(0xff)).toBe('0xFF');
  });
});

describe('a rule in words', () => {
  it.each([
    [{ kind: 'drop' }, 3, 'Drop, every 3rd'],
    [{ kind: 'pause' }, 12, 'Pause, every 12th'],
    [{ kind: 'delay', ms: 500 }, 1, 'Delay 500\u202fms'],
    [{ kind: 'duplicate', copies: 1 }, 21, 'Send 1 more copy, every 21st'],
    [{ kind: 'corrupt', offset: -1, mask: 1 }, 2, 'Corrupt the last byte with 0x01, every 2nd'],
    [{ kind: 'corrupt', offset: -2, mask: 1 }, 1, 'Corrupt byte 2 from the end with 0x01'],
    [{ kind: 'rewrite' }, 1, 'Rewrite nothing'],
    [{ kind: 'rewrite', topic: 'a', qos: 1 }, 1, 'Rewrite topic, QoS'],
    [{ kind: 'answer', reasonCode: 0x87 }, 1, 'Answer with 0x87 Not authorized'],
  ] as const)('%j one in %i', (one, every, words) => {
    expect(ruleWords(rule({ id: 'one', every, action: one }))).toBe(words);
  });

  it('counts in Chinese without endings', () => {
    language.set('zh-CN');
    expect(ruleWords(rule({ id: 'one', every: 3, action: { kind: 'drop' } }))).toBe('丢弃，每 3 个一次');
    language.set('en');
  });

  it('is called by its name, else by its filter', () => {
    expect(ruleName(rule({ id: 'one', name: 'n', filter: 'f' }))).toBe('n');
    expect(ruleName(rule({ id: 'one', filter: 'f' }))).toBe('f');
    expect(ruleName(rule({ id: 'one' }))).toBe('every packet');
  });
});
