/** Pictures of the Topics panel in both sizes and themes: empty, loaded, failing. */

import { afterEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { Panel } from '../../../renderer/panels/topics/TopicsPanel.tsx';
import { fakeSource } from '../support/fake-service.ts';
import { exampleMessages } from './example.ts';
import { FakeTopics, type FakeTopicsOptions } from './fake-topics.ts';
import { eventually, type Mounted, type MountOptions, mountPanel, picture } from './mount.tsx';

let mounted: Mounted | undefined;

afterEach(async () => {
  await mounted?.[Symbol.asyncDispose]();
  mounted = undefined;
});

async function show(options: Partial<FakeTopicsOptions>, look: Partial<MountOptions> = {}): Promise<FakeTopics> {
  const fake = new FakeTopics({ messages: exampleMessages, ...options });
  mounted = await mountPanel({ service: fake.service, Panel, panel: 'topics', ...look });
  return fake;
}

async function openAll(): Promise<void> {
  const { app } = mounted ?? {};
  await eventually(() => document.querySelector('[role=treegrid] [data-index="0"]'), 'rows');
  app?.navigation.go({ to: 'topic', source: 1, topic: 'site/c3/frame' });
  await eventually(() => document.querySelector('[aria-label="Topic site/c3/frame"]'), 'detail');
  app?.navigation.go({ to: 'topic', source: 1, topic: 'site/a1/door/state' });
  await eventually(() => document.querySelector('[aria-label="Topic site/a1/door/state"]'), 'detail');
  app?.navigation.go({ to: 'topic', source: 1, topic: 'site/b2/temp' });
  await eventually(() => document.querySelector('[aria-label="Topic site/b2/temp"]'), 'detail');
  await eventually(() => document.querySelector('[data-token=number]'), 'value');
  await new Promise((resolve) => setTimeout(resolve, 400));
}

const LOOKS = [
  { width: 1280, height: 800, theme: 'dark' },
  { width: 1280, height: 800, theme: 'light' },
  { width: 1920, height: 1080, theme: 'dark' },
  { width: 1920, height: 1080, theme: 'light' },
] as const;

const SUBSCRIPTIONS = [
  { topicFilter: 'site/#', qos: 1, reasonCode: 1 },
  { topicFilter: '$SYS/#', qos: 2, reasonCode: 0 },
  { topicFilter: 'secret/#', qos: 1, reasonCode: 0x87 },
  { topicFilter: 'a/+/b', qos: 0 },
] as const;

describe('Topics panel', () => {
  it.each(LOOKS)('loaded, $theme, $width', async (look) => {
    await show({ subscriptions: SUBSCRIPTIONS }, look);
    await openAll();
    expect(await picture(`topics-loaded-${look.theme}-${look.width}`)).toContain('.png');
  });

  it.each(LOOKS.slice(0, 2))('difference and chart, $theme', async (look) => {
    await show({ subscriptions: SUBSCRIPTIONS }, look);
    await openAll();
    await userEvent.click(page.getByRole('tab', { name: 'Difference' }));
    await eventually(() => document.querySelector('[data-change=added]'), 'difference');
    await picture(`topics-difference-${look.theme}`);
    await userEvent.click(page.getByRole('tab', { name: 'Chart' }));
    await eventually(() => document.querySelector('.topics-plot canvas'), 'chart');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await picture(`topics-chart-${look.theme}`)).toContain('.png');
  });

  it('hex, properties and a question, in Chinese', async () => {
    await show({ subscriptions: SUBSCRIPTIONS, retained: 12 }, { language: 'zh-CN', theme: 'light' });
    await eventually(() => document.querySelector('[role=treegrid] [data-index="0"]'), 'rows');
    mounted?.app.navigation.go({ to: 'topic', source: 1, topic: 'site/b2/alarm' });
    await eventually(() => document.querySelector('[aria-label$="site/b2/alarm"]'), 'detail');
    await userEvent.click(page.getByRole('tab', { name: '属性' }));
    await userEvent.click(page.getByText('b2', { exact: true }), { button: 'right' });
    await picture('topics-menu-zh');
    await userEvent.click(page.getByRole('menuitem', { name: '清除下级的保留消息…' }));
    await eventually(() => document.querySelector('[role=alertdialog]'), 'question');
    expect(await picture('topics-clear-zh')).toContain('.png');
  });

  it.each(LOOKS.slice(0, 2))('empty, $theme', async (look) => {
    await show({ messages: [], subscriptions: [] }, look);
    await eventually(() => document.querySelector('.empty-state .button'), 'empty state');
    expect(await picture(`topics-empty-${look.theme}`)).toContain('.png');
  });

  it('waiting for a message', async () => {
    await show({ messages: [] });
    await eventually(() => document.querySelector('.list-empty .empty-state'), 'empty state');
    expect(await picture('topics-waiting-dark')).toContain('.png');
  });

  it.each(LOOKS.slice(0, 2))('failing, $theme', async (look) => {
    await show(
      { messages: [], subscriptions: [], sources: [fakeSource({ name: 'factory-tls', state: 'failed' })] },
      look,
    );
    await userEvent.click(page.getByRole('button', { name: 'MQTT 5 options' }));
    await userEvent.fill(page.getByRole('textbox', { name: 'Topic filter to subscribe to' }), 'site/#/temp');
    await eventually(() => document.querySelector('.topics-fault'), 'fault');
    expect(await picture(`topics-failing-${look.theme}`)).toContain('.png');
  });
});
