/** Topic names and filters: the specification's own examples, and the edges beside them. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkTopicFilter,
  checkTopicName,
  hasWildcard,
  parseSharedFilter,
  topicMatches,
} from '../../shared/mqtt/topics.ts';

describe('matching, MQTT 5.0 §4.7', () => {
  it.each([
    ['sport/tennis/player1/#', 'sport/tennis/player1'],
    ['sport/tennis/player1/#', 'sport/tennis/player1/ranking'],
    ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon'],
    ['sport/#', 'sport'],
    ['#', 'sport/tennis'],
    ['#', '/'],
    ['sport/tennis/+', 'sport/tennis/player1'],
    ['sport/+', 'sport/'],
    ['+/+', '/finance'],
    ['/+', '/finance'],
    ['+', 'finance'],
    ['+/tennis/#', 'sport/tennis'],
    ['+/tennis/#', 'sport/tennis/a/b'],
    ['$SYS/#', '$SYS/broker/load'],
    ['$SYS/#', '$SYS'],
    ['$SYS/monitor/+', '$SYS/monitor/Clients'],
    ['a/$b', 'a/$b'],
    ['+/$b', 'a/$b'],
    ['$share/g/a/+', 'a/b'],
    ['$share/g/#', 'a/b'],
    ['Accounts payable', 'Accounts payable'],
    ['+/+/+', '//'],
    ['ü/+', 'ü/☂'],
  ])('%s takes %s', (filter, topic) => {
    expect(topicMatches(filter, topic)).toBe(true);
  });

  it.each([
    ['sport/tennis/+', 'sport/tennis/player1/ranking'],
    ['sport/+', 'sport'],
    ['+', '/finance'],
    ['#', '$SYS/broker'],
    ['+/monitor/Clients', '$SYS/monitor/Clients'],
    ['$share/g/#', '$SYS/broker'],
    ['ACCOUNTS', 'Accounts'],
    ['/finance', 'finance'],
    ['sport/#', 'sports'],
    ['sport', 'sport/'],
    ['sport/', 'sport'],
    ['a/b', 'a'],
    ['a', 'a/b'],
    ['\u00fc', 'u\u0308'],
  ])('%s leaves %s', (filter, topic) => {
    expect(topicMatches(filter, topic)).toBe(false);
  });

  it('agrees with levels compared one by one', () => {
    const level = fc.constantFrom('a', 'b', '', '$s');
    const filters = fc
      .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
      .map(([levels, open]) => [...levels, ...(open ? ['#'] : [])]);
    const topics = fc.array(level, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(filters, topics, (filter, topic) => {
        const open = filter.at(-1) === '#';
        const fixed = open ? filter.slice(0, -1) : filter;
        const hidden = topic[0]?.startsWith('$') === true && /^[+#]/.test(filter[0] ?? '');
        const long = open ? topic.length >= fixed.length : topic.length === fixed.length;
        const expected = !hidden && long && fixed.every((part, index) => part === '+' || part === topic[index]);
        expect(topicMatches(filter.join('/'), topic.join('/'))).toBe(expected);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('legality', () => {
  it.each([
    '#',
    '+',
    'sport/#',
    'sport/tennis/#',
    '+/tennis/#',
    'sport/+/player1',
    '/',
    '//',
    ' ',
    '$share/g/t',
    '$shared',
  ])('filter %s is legal', (filter) => {
    expect(checkTopicFilter(filter)).toBeUndefined();
  });

  it.each([
    ['', 'MQTT-4.7.3-1', 0],
    ['sport/tennis#', 'MQTT-4.7.1-1', 12],
    ['sport/tennis/#/ranking', 'MQTT-4.7.1-1', 13],
    ['##', 'MQTT-4.7.1-1', 0],
    ['sport+', 'MQTT-4.7.1-2', 5],
    ['+sport', 'MQTT-4.7.1-2', 0],
    ['a/b+/c', 'MQTT-4.7.1-2', 3],
    ['a\0', 'MQTT-4.7.3-2', 1],
    ['a\ud800', 'MQTT-1.5.4-1', 1],
    ['x'.repeat(65_536), 'MQTT-4.7.3-3', 65_535],
    ['$share//t', 'MQTT-4.8.2-1', 7],
    ['$share/', 'MQTT-4.8.2-1', 7],
    ['$share/g+/t', 'MQTT-4.8.2-2', 8],
    ['$share/#/t', 'MQTT-4.8.2-2', 7],
    ['$share/g', 'MQTT-4.8.2-2', 8],
    ['$share/g/', 'MQTT-4.8.2-2', 9],
    ['$share/g/a#', 'MQTT-4.7.1-1', 10],
  ])('filter %j breaks %s at %i', (filter, rule, at) => {
    expect(checkTopicFilter(filter)).toMatchObject({ rule, at });
  });

  it('before 5.0 a share is a topic like any other', () => {
    expect(checkTopicFilter('$share/g', false)).toBeUndefined();
    expect(checkTopicFilter('$share/+/#', false)).toBeUndefined();
  });

  it.each([
    ['a/+', 'MQTT-3.3.2-2', 2],
    ['#', 'MQTT-3.3.2-2', 0],
    ['', 'MQTT-4.7.3-1', 0],
    ['a\0b', 'MQTT-4.7.3-2', 1],
    ['\udc00', 'MQTT-1.5.4-1', 0],
    ['☂'.repeat(21_846), 'MQTT-4.7.3-3', 21_845],
  ])('name %j breaks %s at %i', (name, rule, at) => {
    expect(checkTopicName(name)).toMatchObject({ rule, at });
  });

  it('names as long as the wire carries are legal', () => {
    expect(checkTopicName('x'.repeat(65_535))).toBeUndefined();
    expect(checkTopicName('😀'.repeat(16_383))).toBeUndefined();
  });
});

it('takes a shared filter apart', () => {
  expect(parseSharedFilter('$share/g/a/b')).toEqual({ shareName: 'g', topicFilter: 'a/b' });
  expect(parseSharedFilter('$share/g//')).toEqual({ shareName: 'g', topicFilter: '/' });
  expect(parseSharedFilter('$share/g')).toBeUndefined();
  expect(parseSharedFilter('$share//a')).toBeUndefined();
  expect(parseSharedFilter('share/g/a')).toBeUndefined();
  expect(hasWildcard('a/+')).toBe(true);
  expect(hasWildcard('a/b')).toBe(false);
});
