/** The tree's model over a made-up service: the way to a parent above the window, hiding, and what a search gives up. */

import { afterEach, describe, expect, it, vi } from 'vitest';
import { Inspector } from '../../../renderer/model/inspector.ts';
import { TopicFlash } from '../../../renderer/model/topics-flash.ts';
import { visibleLevel } from '../../../renderer/model/topics-names.ts';
import { checkForm, EMPTY_FORM, grantOf, requestOf } from '../../../renderer/model/topics-subscriptions.ts';
import { TopicTree } from '../../../renderer/model/topics-tree.ts';
import { FakeTopics } from './fake-topics.ts';
import { rowsOf } from './rows-of.ts';

const open: Disposable[] = [];

afterEach(() => {
  for (const part of open.splice(0).reverse()) part[Symbol.dispose]();
});

async function treeOf(topics: readonly string[]): Promise<{ fake: FakeTopics; tree: TopicTree }> {
  const fake = new FakeTopics({ messages: topics.map((topic) => ({ topic, payload: topic })) });
  const inspector = new Inspector(fake.service.connect);
  inspector.start();
  const tree = new TopicTree(inspector, 1);
  open.push({ [Symbol.dispose]: () => fake.service.stop() }, tree);
  tree.setVisible(0, 10);
  await vi.waitFor(() => expect(tree.push.get()?.rows.level.length).toBeGreaterThan(0));
  return { fake, tree };
}

describe('topic tree', () => {
  it('finds the parent of a row far below it', async () => {
    const { tree } = await treeOf(Array.from({ length: 3000 }, (_, i) => `site/${String(i).padStart(4, '0')}`));
    tree.setExpanded(tree.row(0)?.node ?? 0, true);
    await vi.waitFor(() => expect(tree.push.get()?.total).toBe(3001));
    tree.setVisible(2500, 10);
    await vi.waitFor(() => expect(tree.row(2500)?.level).toBe('2499'));
    tree.moveTo(2500);
    expect(tree.cursor.get()).toMatchObject({ path: 'site/2499', isTopic: true });
    tree.press('ArrowLeft');
    const subscription = tree.target.subscribe(() =>
      tree.setVisible(Math.max(0, (tree.target.get()?.index ?? 0) - 5), 10),
    );
    open.push(subscription);
    tree.setVisible((tree.target.get()?.index ?? 0) - 5, 10);
    await vi.waitFor(() => expect(tree.cursor.get()).toMatchObject({ index: 0, path: 'site', isTopic: false }), 5000);
  });

  it('keeps what is expanded while hidden, and asks for no rows', async () => {
    const { fake, tree } = await treeOf(['a/b', 'c']);
    tree.setExpanded(tree.row(0)?.node ?? 0, true);
    await vi.waitFor(() => expect(tree.push.get()?.total).toBe(3));
    const shown = tree.show();
    shown[Symbol.dispose]();
    await vi.waitFor(() => expect([...fake.service.views.values()][0]?.count).toBe(0));
    open.push(tree.show());
    await vi.waitFor(() => expect(tree.row(1)?.level).toBe('b'));
  });

  it('gives up a search that hides a topic which is asked for', async () => {
    const { tree } = await treeOf(['a/b', 'c']);
    tree.setSearch('c');
    await vi.waitFor(() => expect(tree.push.get()?.total).toBe(1));
    await expect(tree.reveal('a/b')).resolves.toBe(true);
    expect(tree.options.get().search).toBe('');
    await vi.waitFor(() => expect(tree.cursorRow()?.topic).toBe('a/b'));
    await expect(tree.reveal('no/such')).resolves.toBe(false);
  });

  it('joins letters typed in quick succession, and walks on with the same one', async () => {
    const { tree } = await treeOf(['alpha', 'beta', 'bravo', 'brown']);
    tree.press('b', 0);
    tree.press('r', 100);
    expect(tree.cursor.get()?.path).toBe('bravo');
    tree.press('b', 2000);
    expect(tree.cursor.get()?.path).toBe('brown');
    tree.press('b', 4000);
    expect(tree.cursor.get()?.path).toBe('beta');
  });
});

describe('flashes', () => {
  const row = (messages: number) => rowsOf([{ node: 1, depth: 0, level: 'a', path: 'a', isTopic: true, messages }]);

  it('come with a change, not with coming into sight, and at most twice a second', () => {
    const flash = new TopicFlash();
    flash.observe(row(1), 0);
    expect(flash.turn(1)).toBe(0);
    flash.observe(row(2), 10);
    expect(flash.turn(1)).toBe(1);
    flash.observe(row(3), 300);
    flash.observe(row(3), 600);
    expect(flash.turn(1)).toBe(1);
    flash.observe(row(4), 700);
    expect(flash.turn(1)).toBe(2);
  });
});

describe('flashes of a branch', () => {
  it('come only while it is folded', () => {
    const branch = (subtreeMessages: number, expanded: boolean) =>
      rowsOf([
        {
          node: 1,
          depth: 0,
          level: 'a',
          path: 'a',
          isTopic: false,
          hasChildren: true,
          expanded,
          messages: 0,
          subtreeMessages,
        },
      ]);
    const flash = new TopicFlash();
    flash.observe(branch(1, true), 0);
    flash.observe(branch(2, true), 1000);
    expect(flash.turn(1)).toBe(0);
    flash.observe(branch(3, false), 2000);
    expect(flash.turn(1)).toBe(1);
  });
});

describe('subscription form', () => {
  it('knows what the specification forbids', () => {
    const form = { ...EMPTY_FORM, topicFilter: '$share/g/a' };
    expect(checkForm(form, 5)).toBeUndefined();
    expect(checkForm({ ...form, noLocal: true }, 5)).toEqual({ field: 'noLocal' });
    expect(checkForm({ ...form, subscriptionIdentifier: '0' }, 5)).toEqual({ field: 'subscriptionIdentifier' });
    expect(checkForm({ ...form, subscriptionIdentifier: '268435456' }, 5)).toEqual({ field: 'subscriptionIdentifier' });
    expect(checkForm({ ...EMPTY_FORM, topicFilter: '$share/a' }, 5)).toMatchObject({ field: 'topicFilter' });
    expect(checkForm({ ...EMPTY_FORM, topicFilter: '$share/a' }, 4)).toBeUndefined();
  });

  it('sends MQTT 5 options only to MQTT 5 and only where they differ', () => {
    const form = {
      ...EMPTY_FORM,
      topicFilter: 'a',
      noLocal: true,
      retainHandling: 2,
      subscriptionIdentifier: ' 7 ',
    } as const;
    expect(requestOf(form, 4)).toEqual({ topicFilter: 'a', qos: 0 });
    expect(requestOf(form, 5)).toEqual({
      topicFilter: 'a',
      qos: 0,
      noLocal: true,
      retainHandling: 2,
      subscriptionIdentifier: 7,
    });
  });

  it('tells granted, granted less, refused and awaited apart', () => {
    const asked = { topicFilter: 'a', qos: 2 } as const;
    expect(grantOf(asked)).toEqual({ kind: 'awaited' });
    expect(grantOf({ ...asked, reasonCode: 2 })).toEqual({ kind: 'granted', qos: 2, less: false });
    expect(grantOf({ ...asked, reasonCode: 1 })).toEqual({ kind: 'granted', qos: 1, less: true });
    expect(grantOf({ ...asked, reasonCode: 0x80 })).toEqual({ kind: 'refused', reasonCode: 0x80 });
  });
});

describe('level as it is drawn', () => {
  it.each([
    ['plain', 'plain'],
    [' a  b ', '␣a  b␣'],
    ['\u0001', '\\u{1}'],
    ['a\u200bb', 'a\\u{200b}b'],
    ['\u202eabc', '\\u{202e}abc'],
    ['a\u00a0b', 'a\\u{a0}b'],
    ['温度', '温度'],
  ])('%j reads %s', (level, drawn) => {
    expect(visibleLevel(level)).toBe(drawn);
  });
});
