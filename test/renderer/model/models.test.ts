import { describe, expect, it } from 'vitest';
import { Commands, keyLabel, matchesKeys } from '../../../renderer/model/commands.ts';
import { Navigation } from '../../../renderer/model/navigation.ts';
import { CHIPS, combinedFilter, filterFaults, filterWord } from '../../../renderer/model/packet-filter.ts';
import { packetRows } from '../../../renderer/model/packet-rows.ts';
import { createStore, derive } from '../../../renderer/model/store.ts';
import { parseFilter } from '../../../shared/filter/filter-parse.ts';
import { fakeRows } from '../support/fake-packets.ts';

const press = (key: string, more: Partial<KeyboardEvent> = {}) => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...more,
});

describe('stores', () => {
  it('tell listeners of changes only, and computed values only when their result changed', () => {
    const number = createStore(1);
    const parity = derive([number], () => number.get() % 2);
    const heard: number[] = [];
    const subscription = parity.subscribe(() => heard.push(parity.get()));
    number.set(1);
    number.set(3);
    number.set(4);
    subscription[Symbol.dispose]();
    number.set(5);
    expect(heard).toEqual([0]);
  });
});

describe('keys', () => {
  it.each([
    ['Mod+K', press('k', { ctrlKey: true }), false, true],
    ['Mod+K', press('k', { metaKey: true }), true, true],
    ['Mod+K', press('k', { ctrlKey: true }), true, false],
    ['Mod+K', press('k', { ctrlKey: true, shiftKey: true }), false, false],
    ['Mod+1', press('&', { ctrlKey: true, code: 'Digit1' }), false, true],
    ['?', press('?', { shiftKey: true }), false, true],
    ['Mod+]', press(']', { ctrlKey: true }), false, true],
  ] as const)('%s', (keys, pressed, mac, expected) => expect(matchesKeys(keys, pressed, mac)).toBe(expected));

  it('are named as the system names them', () => {
    expect(keyLabel('Mod+Shift+F', true)).toBe('⌘⇧F');
    expect(keyLabel('Mod+Shift+F', false)).toBe('Ctrl+Shift+F');
  });
});

describe('commands', () => {
  it('are there for their panel only, and the newest of an id wins until it leaves', () => {
    const commands = new Commands();
    const ran: string[] = [];
    const command = (id: string, mark: string, panel?: string) => ({
      id,
      title: () => id,
      run: () => void ran.push(mark),
      ...(panel === undefined ? {} : { panel }),
    });
    commands.add([command('a', 'first'), command('b', 'packets', 'packets')]);
    const later = commands.add([command('a', 'second')]);
    expect(commands.run('b', 'topics')).toBe(false);
    commands.run('a', 'topics');
    later[Symbol.dispose]();
    commands.run('a', 'topics');
    expect(ran).toEqual(['second', 'first']);
  });
});

describe('navigation', () => {
  it('keeps a request for a panel that has not loaded, then hands over directly', () => {
    const navigation = new Navigation('topics');
    const taken: number[] = [];
    navigation.go({ to: 'packet', source: 3, seq: 7 });
    expect([navigation.panel.get(), navigation.source.get()]).toEqual(['packets', 3]);
    const server = navigation.serve({ packet: (request) => void taken.push(request.seq) });
    navigation.go({ to: 'packet', source: 3, seq: 8 });
    server[Symbol.dispose]();
    navigation.go({ to: 'packet', source: 3, seq: 9 });
    navigation.serve({ packet: (request) => void taken.push(request.seq) });
    expect(taken).toEqual([7, 8, 9]);
  });
});

describe('the packet filter', () => {
  it.each(CHIPS)('of chip %s is understood by the filter language, alone and with a text', (chip) => {
    for (const text of ['', 'topic:site/# or qos:2'])
      expect(parseFilter(combinedFilter(text, chip)).errors).toEqual([]);
  });

  it('finds the faulty place of the text as it was typed', () => {
    const [fault] = filterFaults('qos:1 typ:publish');
    expect(fault).toMatchObject({ code: 'unknown-field', from: 6 });
  });

  it.each(['site/a1/temp', 'with space', 'a"b\\c', '-x', '温度', 'a,b'])(
    'quotes the topic %j so that it means itself',
    (topic) => {
      const { filter, errors } = parseFilter(`topic:${filterWord(topic)}`);
      expect(errors).toEqual([]);
      expect(filter).toMatchObject({ kind: 'compare', field: 'topic', values: [topic] });
    },
  );
});

describe('rows', () => {
  it('are the same objects while their packet did not change', () => {
    const before = packetRows(fakeRows(0, [5, 6, 7], 4), new Map());
    const known = new Map(before.map((row) => [row.seq, row]));
    const after = packetRows(fakeRows(0, [6, 7, 8], 5), known);
    expect(after[0]).toBe(before[1]);
    expect(after[1]).toBe(before[2]);
    expect(after[2]?.seq).toBe(8);
  });

  it('say what the columns say', () => {
    const [publish, puback, , send] = packetRows(fakeRows(0, [5, 6, 7, 8], 4), new Map());
    expect(publish).toMatchObject({ type: 'publish', qos: 1, up: false, topic: 'site/a1/temp', flowState: 'complete' });
    expect(puback).toMatchObject({ type: 'puback', qos: undefined, up: true, deltaUs: 19 });
    expect(send).toMatchObject({ qos: 2, flowStart: true, initiator: 'main.py:12' });
  });
});
