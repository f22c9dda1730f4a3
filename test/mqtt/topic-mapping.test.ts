/** Rules that send messages to other topics: what they match, what they make of it, and what is no rule. */

import { describe, expect, it } from 'vitest';
import { checkTopicRule, mapTopic, readTopicRule } from '../../shared/mqtt/topic-mapping.ts';

describe('mapTopic', () => {
  it.each([
    ['old/#', 'new/#', 'old/a/b', 'new/a/b'],
    ['old/#', 'new/#', 'old', 'new'],
    ['old/#', 'new/#', 'older/a', 'older/a'],
    ['#', 'test/#', 'a/b', 'test/a/b'],
    ['#', 'copy/#', '$SYS/x', 'copy/$SYS/x'],
    ['a/+/c/#', 'x/+/y/#', 'a/1/c/2/3', 'x/1/y/2/3'],
    ['a/+/+', 'b/+', 'a/1/2', 'b/1'],
    ['a/+', 'fixed', 'a/1', 'fixed'],
    ['a/b', 'c', 'a/b', 'c'],
    ['a/+', 'b/+', 'a/', 'b/'],
    ['+/+', '+/x/+', '/', '/x/'],
    ['höhe/#', '温度/#', 'höhe/🌡', '温度/🌡'],
  ])('%s => %s makes of %s: %s', (from, to, topic, result) => {
    expect(mapTopic([{ from, to }], topic)).toBe(result);
  });

  it('goes by the first rule that matches', () => {
    const rules = [
      { from: 'a/b', to: 'one' },
      { from: 'a/#', to: 'two/#' },
    ];
    expect(['a/b', 'a/c', 'd'].map((topic) => mapTopic(rules, topic))).toEqual(['one', 'two/c', 'd']);
  });
});

describe('checkTopicRule', () => {
  it.each([
    ['a/#', 'b/#', undefined],
    ['a/+/#', 'b/+', undefined],
    ['', 'b', 'from'],
    ['a#', 'b', 'from'],
    ['a', '', 'to'],
    ['a', 'b/#', 'to'],
    ['a/+', 'b/#', 'to'],
    ['a/#', 'b/+/#', 'to'],
  ])('of %s => %s', (from, to, side) => {
    expect(checkTopicRule({ from, to })?.side).toBe(side);
  });
});

it('reads a rule with either arrow', () => {
  expect(readTopicRule('a/# => b/#')).toEqual({ from: 'a/#', to: 'b/#' });
  expect(readTopicRule('a →b')).toEqual({ from: 'a', to: 'b' });
  expect(readTopicRule('a=b')).toBeUndefined();
});
