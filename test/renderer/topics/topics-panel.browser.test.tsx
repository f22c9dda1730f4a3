/** The Topics panel in a browser: the tree by keys, search, flashes, subscriptions, values, differences, and a million rows. */

import { afterEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { Panel } from '../../../renderer/panels/topics/TopicsPanel.tsx';
import { fakeSource } from '../support/fake-service.ts';
import { exampleMessages } from './example.ts';
import { FakeTopics, type FakeTopicsOptions } from './fake-topics.ts';
import { eventually, type Mounted, mountPanel } from './mount.tsx';

let mounted: Mounted | undefined;

afterEach(async () => {
  await mounted?.[Symbol.asyncDispose]();
  mounted = undefined;
});

async function show(options: Partial<FakeTopicsOptions> = {}): Promise<FakeTopics> {
  const fake = new FakeTopics({ messages: exampleMessages, ...options });
  mounted = await mountPanel({ service: fake.service, Panel, panel: 'topics' });
  return fake;
}

const tree = () => document.querySelector<HTMLElement>('[role=treegrid]');
const levels = () =>
  [...document.querySelectorAll('[role=treegrid] [data-index]')]
    .sort((a, b) => Number(a.getAttribute('data-index')) - Number(b.getAttribute('data-index')))
    .map((row) => row.querySelector('.topics-level, .topics-empty-level')?.textContent ?? '');
const current = () => document.querySelector('[role=treegrid] [aria-selected=true]');
const currentLevel = () => current()?.querySelector('.topics-level, .topics-empty-level')?.textContent;
const at = (level: string) =>
  eventually(() => currentLevel() === level, `the cursor on ${level}, not ${currentLevel()}`);

async function withTree(): Promise<void> {
  await eventually(() => levels().length > 3, 'rows');
  tree()?.focus();
}

async function select(topic: string): Promise<void> {
  await eventually(() => levels().length > 3, 'rows');
  mounted?.app.navigation.go({ to: 'topic', source: 1, topic });
  await eventually(() => document.querySelector(`[aria-label="Topic ${topic}"]`), `the pane of ${topic}`);
}

describe('tree', () => {
  it('shows empty levels, blanks, and $-topics apart', async () => {
    await show();
    await eventually(() => levels().length === 6, 'six roots');
    expect(levels()).toEqual(['empty', '␣spaces␣', 'a', 'site', 'trailing', '$SYS']);
  });

  it('is walked by the keys of a file tree', async () => {
    await show();
    await withTree();
    await userEvent.keyboard('{Home}');
    await at('empty');
    await userEvent.keyboard('{End}');
    await at('$SYS');
    await userEvent.keyboard('s');
    await at('site');
    await userEvent.keyboard('{ArrowRight}');
    await eventually(() => current()?.getAttribute('aria-expanded') === 'true', 'site to open');
    await eventually(() => levels().includes('b2'), 'what is below');
    await userEvent.keyboard('{ArrowRight}');
    await at('a1');
    expect(current()?.getAttribute('aria-level')).toBe('2');
    await userEvent.keyboard('{ArrowLeft}');
    await at('site');
    await userEvent.keyboard('*');
    await eventually(() => levels().includes('温度') && levels().includes('lock'), 'all below');
    await userEvent.keyboard('{ArrowLeft}');
    expect(await eventually(() => current()?.getAttribute('aria-expanded') === 'false', 'site to close')).toBeTruthy();
  });

  it('takes keys after a click on a row', async () => {
    await show();
    await eventually(() => levels().length > 3, 'rows');
    const row = await eventually(
      () => [...document.querySelectorAll('[data-index]')].find((each) => each.textContent.includes('site')),
      'the row of site',
    );
    await userEvent.click(row);
    await at('site');
    expect(document.activeElement).toBe(tree());
    await userEvent.keyboard('{ArrowRight}');
    await eventually(() => levels().includes('b2'), 'what is below');
    await userEvent.keyboard('{ArrowLeft}');
    await eventually(() => !levels().includes('b2'), 'site to close');
    await userEvent.keyboard('*');
    await eventually(() => levels().includes('温度') && levels().includes('lock'), 'all below');
  });

  it('goes to the history on Enter', async () => {
    await show();
    await select('site/b2/temp');
    await eventually(() => document.activeElement === tree(), 'focus in the tree');
    await userEvent.keyboard('{Enter}');
    expect(
      await eventually(() => document.activeElement?.closest('[data-history]'), 'focus in the history'),
    ).toBeTruthy();
  });

  it('finds names and values', async () => {
    const fake = await show();
    await withTree();
    await userEvent.fill(page.getByRole('combobox', { name: 'Search topics and values' }), 'closed');
    await eventually(() => levels().join() === 'site,a1,door,state', 'the one match');
    expect(document.querySelector('.topics-matched')?.textContent).toBe('state');
    expect(document.querySelector('[role=search] [role=status]')?.textContent).toBe('1 of 14 topics');
    await userEvent.selectOptions(page.getByRole('combobox', { name: 'Search in' }), 'names');
    await eventually(() => document.body.textContent.includes('No topic matches the search.'), 'no match by name');
    expect(fake.service.calls.findLast((call) => call.name === 'setTopicView')?.input).toMatchObject({
      search: { text: 'closed', in: 'name' },
    });
  });

  it('takes a filter in the language of the lists, and says what is wrong with one', async () => {
    const fake = await show();
    await withTree();
    const field = page.getByRole('combobox', { name: 'Search topics and values' });
    const asked = () => fake.service.calls.findLast((call) => call.name === 'setTopicView')?.input;
    await userEvent.fill(field, 'topic:site/+/door payload:closed');
    await eventually(
      () => JSON.stringify(asked()).includes('topic:site/+/door payload:closed'),
      'the filter to be asked for',
    );
    expect(document.querySelector<HTMLSelectElement>('select[aria-label="Search in"]')?.disabled).toBe(true);
    await userEvent.fill(field, 'topic:site/# qos:1');
    await eventually(
      () => document.body.textContent.includes('“qos” says nothing of a topic and its last value.'),
      'the fault in words',
    );
    expect(JSON.stringify(asked())).toContain('topic:site/+/door payload:closed');
    await userEvent.fill(field, 'http://site');
    await eventually(() => JSON.stringify(asked()).includes('http://site'), 'a text that is no filter');
  });

  it('sorts by a head and turns the order round', async () => {
    await show();
    await withTree();
    await userEvent.click(page.getByRole('button', { name: 'Messages' }));
    await eventually(() => levels()[0] === 'site', 'the busiest first');
    expect(levels().at(-1)).toBe('$SYS');
    await userEvent.click(page.getByRole('button', { name: /^Messages/ }));
    await eventually(() => levels()[0] !== 'site', 'the order to turn');
    expect(document.querySelector('[aria-sort=ascending]')?.textContent).toContain('Messages');
  });

  it('keeps the cursor on its topic while rows move', async () => {
    const fake = await show();
    await select('site/b2/temp');
    const before = current()?.getAttribute('data-index');
    fake.publish({ topic: 'aaa', payload: '1' });
    await eventually(
      () => levels().includes('aaa') || Number(current()?.getAttribute('data-index')) > Number(before),
      'a row before',
    );
    expect(await at('temp')).toBe(true);
  });

  it('lights a changed row, unless that is switched off', async () => {
    const fake = await show();
    await select('site/b2/temp');
    fake.publish({ topic: 'site/b2/temp', payload: '{"t":1}' });
    await eventually(() => current()?.querySelector('.topics-flash'), 'the flash');
    await mounted?.[Symbol.asyncDispose]();

    const dark = await show({ settings: { flashOnChange: false } });
    await select('site/b2/temp');
    dark.publish({ topic: 'site/b2/temp', payload: '{"t":1}' });
    await eventually(() => current()?.textContent.includes('21'), 'the new count');
    expect(document.querySelector('.topics-flash')).toBeNull();
  });

  it('holds a million rows', async () => {
    await show({ endless: 1_000_000, messages: [{ topic: 'topic-0999999', payload: 'x' }] });
    await withTree();
    await userEvent.keyboard('{End}');
    await at('topic-0999999');
    expect(current()?.getAttribute('aria-rowindex')).toBe('1000000');
    expect(document.querySelectorAll('[role=treegrid] [data-index]').length).toBeLessThan(80);
    await userEvent.keyboard('{Home}');
    await at('topic-0000000');
  });
});

describe('subscriptions', () => {
  it('checks the filter, sends it with its options, and takes it away again', async () => {
    const fake = await show();
    const field = page.getByRole('textbox', { name: 'Topic filter to subscribe to' });
    await userEvent.fill(field, 'site/#/x');
    await eventually(() => document.querySelector('.topics-fault')?.textContent.includes('MQTT-4.7.1-1'), 'the fault');
    await userEvent.click(page.getByRole('button', { name: 'MQTT 5 options' }));
    await userEvent.click(page.getByRole('checkbox', { name: 'No local' }));
    await userEvent.fill(field, 'plant/+/x');
    await userEvent.selectOptions(page.getByRole('combobox', { name: 'Maximum QoS' }), 'QoS 2');
    await userEvent.keyboard('{Enter}');
    await userEvent.click(page.getByRole('button', { name: 'Subscribe', exact: true }));
    await eventually(
      () => document.querySelector('.topics-subscriptions')?.textContent.includes('plant/+/xQoS 2'),
      'the chip',
    );
    expect(fake.service.calls.find((call) => call.name === 'subscribe')?.input).toMatchObject({
      subscriptions: [{ topicFilter: 'plant/+/x', qos: 2, noLocal: true }],
    });
    await userEvent.click(page.getByRole('button', { name: 'Unsubscribe from plant/+/x' }));
    expect(await eventually(() => !document.body.textContent.includes('plant/+/x'), 'the chip to go')).toBeTruthy();
  });

  it('offers # and never takes it by itself', async () => {
    const fake = await show({ messages: [], subscriptions: [] });
    await eventually(() => document.body.textContent.includes('Nothing is subscribed'), 'empty state');
    expect(fake.service.calls.some((call) => call.name === 'subscribe')).toBe(false);
    await userEvent.click(page.getByRole('button', { name: 'Subscribe to #' }));
    expect(
      await eventually(() => document.body.textContent.includes('No message has arrived yet.'), 'waiting'),
    ).toBeTruthy();
  });

  it('says that a capture file cannot subscribe', async () => {
    await show({ sources: [fakeSource({ kind: 'file', state: 'closed' })] });
    expect(
      await eventually(
        () => document.body.textContent.includes('Only a session of this app can subscribe'),
        'the words',
      ),
    ).toBeTruthy();
  });
});

describe('retained messages', () => {
  it('counts, asks, and clears only after a yes', async () => {
    const fake = await show({ retained: 3 });
    await select('site/a1/door/state');
    await userEvent.click(page.getByText('door', { exact: true }), { button: 'right' });
    await userEvent.click(page.getByRole('menuitem', { name: 'Clear retained messages below…' }));
    const question = await eventually(() => document.querySelector('[role=alertdialog]'), 'the question');
    expect(question.textContent).toContain('Clear 3 retained messages at and below site/a1/door?');
    expect(fake.service.calls.some((call) => call.name === 'clearRetained')).toBe(false);
    await userEvent.click(page.getByRole('button', { name: 'Clear 3 messages' }));
    await eventually(() => document.body.textContent.includes('3 retained messages cleared.'), 'the outcome');
    expect(fake.service.calls.find((call) => call.name === 'clearRetained')?.input).toEqual({
      source: 1,
      topic: 'site/a1/door',
      subtree: true,
    });
  });
});

describe('topic', () => {
  it('shows the value in each form, with its size', async () => {
    await show();
    await select('site/c3/frame');
    await eventually(() => document.querySelector('.topics-code[data-format=hex]'), 'hex for bytes');
    expect(document.querySelector('.topics-value-bar')?.textContent).toContain('1\u202fKiB');
    await userEvent.click(page.getByRole('radio', { name: 'Base64' }));
    expect(
      await eventually(() => document.querySelector('.topics-code')?.textContent.startsWith('ACVKb5S53gMo'), 'base64'),
    ).toBeTruthy();
  });

  it('loads a large payload only when asked, and says how much is here', async () => {
    await show({ messages: [{ topic: 'big', payload: 'x'.repeat(200_000) }] });
    await eventually(() => levels().length === 1, 'the row');
    mounted?.app.navigation.go({ to: 'topic', source: 1, topic: 'big' });
    await eventually(
      () =>
        /^6[34](\.\d)?.KiB of 195.KiB loaded/.test(
          document.querySelector('.topics-value-bar .quiet')?.textContent ?? '',
        ),
      'the part',
    );
    await userEvent.click(page.getByRole('button', { name: /^Load .* more$/ }));
    expect(
      await eventually(
        () => document.querySelector('.topics-value-bar .quiet')?.textContent === '195\u202fKiB',
        'all of it',
      ),
    ).toBeTruthy();
  });

  it('lists properties under their names, repeated ones as often as they occur', async () => {
    await show();
    await select('site/b2/alarm');
    await userEvent.click(page.getByRole('tab', { name: 'Properties' }));
    const list = await eventually(() => document.querySelector('.topics-properties'), 'the properties');
    expect([...list.children].map((row) => [...row.children].map((cell) => cell.textContent).join(': '))).toEqual([
      'Content Type: application/json',
      'Message Expiry Interval: 3600',
      'Correlation Data: 01 02 ff',
      'User Property: origin = plc-7',
      'User Property: origin = gateway',
    ]);
  });

  it('compares with the message before, and with a marked one', async () => {
    await show();
    await select('site/b2/temp');
    await userEvent.click(page.getByRole('tab', { name: 'Difference' }));
    await eventually(() => document.querySelector('[data-change=added]'), 'a difference');
    expect(document.querySelector('.topics-difference')?.textContent).toContain('#19');
    const third = await eventually(
      () => document.querySelectorAll<HTMLInputElement>('[data-history] input')[3],
      'a box',
    );
    await userEvent.click(third);
    await eventually(
      () => document.querySelector('.topics-difference')?.textContent.includes('to the marked message'),
      'the other',
    );
    await userEvent.click(page.getByRole('button', { name: 'Compare with the previous' }));
    expect(
      await eventually(
        () => document.querySelector('.topics-difference')?.textContent.includes('to the previous message'),
        'the previous',
      ),
    ).toBeTruthy();
  });

  it('calls payloads the same only where their bytes are', async () => {
    const fake = await show({
      messages: [
        { topic: 'a', payload: '[1]' },
        { topic: 'a', payload: '[ 1 ]' },
        { topic: 'b/c/d', payload: '' },
        { topic: 'e', payload: '' },
        { topic: 'f', payload: '' },
      ],
    });
    await select('a');
    await userEvent.click(page.getByRole('tab', { name: 'Difference' }));
    await eventually(() => document.body.textContent.includes('The same JSON; only white space'), 'the same JSON');
    fake.publish({ topic: 'a', payload: '[ 1 ]' });
    expect(await eventually(() => document.body.textContent.includes('byte for byte the same'), 'the same bytes')).toBe(
      true,
    );
  });

  it('stays on a picked message while new ones come, and goes back', async () => {
    const fake = await show();
    await select('site/b2/temp');
    const history = await eventually(() => document.querySelector<HTMLElement>('[data-history] .list'), 'history');
    await eventually(() => history.querySelectorAll('[data-index]').length > 3, 'its rows');
    history.focus();
    await userEvent.keyboard('{ArrowUp}');
    await eventually(() => document.querySelector('.topics-facts .link')?.textContent === '#19', 'the one before');
    fake.publish({ topic: 'site/b2/temp', payload: '{"t":99}' });
    await eventually(
      () => document.querySelector('[data-history]')?.textContent.includes('21 in the capture'),
      'the new one',
    );
    expect(document.querySelector('.topics-facts .link')?.textContent).toBe('#19');
    await userEvent.click(page.getByRole('button', { name: 'Back to the newest' }));
    expect(
      await eventually(() => document.querySelector('.topics-code')?.textContent.includes('99'), 'the newest'),
    ).toBeTruthy();
  });

  it('charts the number that was clicked', async () => {
    const fake = await show();
    await select('site/b2/temp');
    await userEvent.click(page.getByRole('button', { name: '3281' }));
    await eventually(() => document.querySelector('.topics-plot canvas'), 'the chart');
    expect(fake.service.calls.findLast((call) => call.name === 'chartTopic')?.input).toMatchObject({
      topic: 'site/b2/temp',
      path: ['battery', 'mv'],
    });
  });
});
