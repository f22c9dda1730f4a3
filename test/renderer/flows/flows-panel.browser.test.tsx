/** The Flows panel in a browser: list, chips, gauges, and the ladder of every kind of exchange, with pictures of each. */

import { afterEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { Panel } from '../../../renderer/panels/flows/FlowsPanel.tsx';
import { fakeSource } from '../support/fake-service.ts';
import { eventually, type Mounted, type MountOptions, mountPanel, picture } from '../topics/mount.tsx';
import { FakeFlows, type FakeFlowsOptions } from './fake-flows.ts';

let mounted: Mounted | undefined;

afterEach(async () => {
  await mounted?.[Symbol.asyncDispose]();
  mounted = undefined;
});

async function show(options: FakeFlowsOptions = {}, look: Partial<MountOptions> = {}): Promise<FakeFlows> {
  const fake = new FakeFlows(options);
  mounted = await mountPanel({ service: fake.service, Panel, panel: 'flows', ...look });
  return fake;
}

const grid = () => document.querySelector<HTMLElement>('[role=grid]');
const rowTexts = () => [...document.querySelectorAll('[role=grid] [data-index]')].map((row) => row.textContent);
const stepLabels = () =>
  [...document.querySelectorAll('.ladder-step')].map(
    (step) => `${step.getAttribute('data-direction') ?? 'awaited'} ${step.querySelector('text')?.textContent}`,
  );

async function openFlow(flow: number): Promise<void> {
  await eventually(() => document.querySelector('[data-index="0"]'), 'rows');
  mounted?.app.navigation.go({ to: 'flow', source: 1, flow });
  await eventually(() => document.querySelector('.ladder'), 'ladder');
}

describe('list of flows', () => {
  it('says how long an unsettled exchange has waited, and goes on counting', async () => {
    await show();
    const waiting = () =>
      [...document.querySelectorAll('[data-index]')]
        .find((row) => row.textContent.includes('stalled'))
        ?.querySelectorAll('[role=gridcell]')[7]?.textContent;
    const first = await eventually(waiting, 'a stalled row');
    expect(first).toMatch(/^7\.\d+.s$/);
    await eventually(() => waiting() !== first, 'the time to go on');
  });

  it('writes the chip into the filter, and shows what it asked for', async () => {
    const fake = await show();
    await eventually(() => rowTexts().length === 10, 'all rows');
    await userEvent.click(page.getByRole('button', { name: 'Stalled' }));
    await eventually(() => rowTexts().length === 1, 'the stalled row');
    expect(fake.service.calls.findLast((call) => call.name === 'setFilter')?.input).toMatchObject({
      filter: 'flow.state:stalled',
    });
    await userEvent.click(page.getByRole('button', { name: 'All', exact: true }));
    await eventually(() => rowTexts().length === 10, 'all rows again');
  });

  it('says what is wrong with a filter and keeps the list', async () => {
    await show();
    await eventually(() => rowTexts().length === 10, 'all rows');
    await userEvent.fill(page.getByRole('combobox', { name: 'Filter flows' }), 'topic:(a');
    await eventually(
      () => document.body.textContent.includes('The list still shows the filter before it.'),
      'the fault',
    );
    expect(rowTexts()).toHaveLength(10);
  });

  it('moves by keys through a million rows and opens what it stands on', async () => {
    await show({ endless: 1_000_000 });
    await eventually(() => document.body.textContent.includes('1\u202f000\u202f000 flows'), 'the count');
    grid()?.focus();
    await userEvent.keyboard('{Home}');
    await eventually(() => document.querySelector('[data-index="0"][aria-selected=true]'), 'the first row');
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    await eventually(() => document.querySelector('[data-index="2"][aria-selected=true]'), 'the third row');
    await eventually(() => document.querySelector('.ladder'), 'its ladder');
    await userEvent.keyboard('{End}');
    await eventually(() => document.querySelector('[data-index="999999"][aria-selected=true]'), 'the last row');
    expect(document.querySelectorAll('[data-index]').length).toBeLessThan(80);
  });

  it('stays with its flows when older ones are evicted', async () => {
    const fake = await show({ endless: 100_000 });
    await eventually(() => document.querySelector('[data-index="99999"]'), 'the newest row');
    mounted?.app.navigation.go({ to: 'flow', source: 1, flow: 50_002 });
    const place = () => {
      const row = document.querySelector('[aria-selected=true][data-index]');
      return row === null ? undefined : { index: row.getAttribute('data-index'), top: row.getBoundingClientRect().top };
    };
    await eventually(() => document.querySelector('[data-index="50002"][aria-selected=true]'), 'the selected row');
    const before = place();
    for (const [evicted, index] of [
      [10, 49_992],
      [8192, 41_800],
    ] as const) {
      fake.evict(evicted);
      await eventually(() => place()?.index === String(index), `row ${index}`);
      expect(Math.abs((place()?.top ?? 0) - (before?.top ?? 0))).toBeLessThan(2);
    }
  });

  it('gives each gauge its numbers', async () => {
    await show();
    const meter = await eventually(() => document.querySelector('[role=meter][aria-label="In flight out"]'), 'meter');
    await eventually(() => meter.getAttribute('aria-valuenow') === '18', 'the value');
    expect(meter.getAttribute('aria-valuemax')).toBe('20');
    expect(meter.getAttribute('data-state')).toBe('nearly');
    expect(document.querySelector('[aria-label="Queued"]')?.getAttribute('data-state')).toBe('full');
  });
});

describe('ladder', () => {
  it('draws QoS 2 from the client', async () => {
    await show();
    await openFlow(2);
    await eventually(() => stepLabels().length === 4, 'four steps');
    expect(stepLabels()).toEqual(['right PUBLISH q2', 'left PUBREC', 'right PUBREL', 'left PUBCOMP']);
    expect(await picture('flows-ladder-out')).toContain('.png');
  });

  it('draws QoS 2 from the broker', async () => {
    await show();
    await openFlow(3);
    await eventually(() => stepLabels()[0] === 'left PUBLISH q2', 'the first step');
    expect(stepLabels()).toEqual(['left PUBLISH q2', 'right PUBREC', 'left PUBREL', 'right PUBCOMP']);
  });

  it('marks the resent PUBLISH and the reconnect before it', async () => {
    await show();
    await openFlow(4);
    await eventually(() => document.querySelector('.ladder-break'), 'the break');
    expect(document.querySelector('.ladder-break')?.textContent).toContain('connection 2');
    expect(document.querySelectorAll('.ladder-step')[1]?.textContent).toContain('DUP');
    expect(document.querySelector('.ladder')?.textContent).toContain('evicted');
    expect(await picture('flows-ladder-reconnect')).toContain('.png');
  });

  it('leaves the awaited packet open and says for how long', async () => {
    const fake = await show();
    await openFlow(8);
    const awaited = await eventually(
      () => document.querySelector('.ladder-awaited')?.parentElement,
      'the awaited arrow',
    );
    expect(awaited.textContent).toMatch(/^PUBCOMP awaited · 7\.\d+.s$/);
    await picture('flows-ladder-stalled');
    fake.set(
      fake.flows.map((flow) =>
        flow.flow === 8
          ? {
              ...flow,
              state: 'complete',
              durationUs: 9_000_000,
              steps: [
                ...flow.steps,
                { ...(flow.steps[1] ?? flow.steps[0]), type: 'pubcomp', timeUs: flow.startUs + 9_000_000 } as never,
              ],
            }
          : flow,
      ),
    );
    await eventually(
      () => document.querySelector('.ladder-awaited') === null && stepLabels().length === 4,
      'it to settle',
    );
  });

  it('states the rule of a protocol error', async () => {
    await show();
    await openFlow(6);
    await eventually(() => document.querySelector('.note[data-tone=error]'), 'the note');
    expect(document.querySelector('.note')?.textContent).toContain('MQTT-4.3.3-13');
  });

  it('shows the packet of a step', async () => {
    await show();
    await openFlow(2);
    const step = await eventually(() => document.querySelectorAll<SVGGElement>('.ladder-step')[1], 'a step');
    step.focus();
    await userEvent.keyboard('{Enter}');
    expect(mounted?.asked.at(-1)).toEqual({ to: 'packet', source: 1, seq: 101 });
  });
});

describe('pictures', () => {
  it.each([
    { width: 1280, height: 800, theme: 'dark' },
    { width: 1280, height: 800, theme: 'light' },
    { width: 1920, height: 1080, theme: 'dark' },
    { width: 1920, height: 1080, theme: 'light' },
  ] as const)('loaded, $theme, $width', async (look) => {
    await show({}, look);
    await openFlow(5);
    expect(await picture(`flows-loaded-${look.theme}-${look.width}`)).toContain('.png');
  });

  it('empty', async () => {
    await show({ flows: [], gauges: { open: 0, stalled: 0, failed: 0, queued: 0, outInFlight: 0 } });
    await eventually(() => document.querySelector('.empty-state'), 'empty state');
    expect(await picture('flows-empty-dark')).toContain('.png');
  });

  it('failing, in Chinese', async () => {
    await show({ sources: [fakeSource({ state: 'failed' })] }, { theme: 'light', language: 'zh-CN' });
    await openFlow(6);
    await userEvent.fill(page.getByRole('combobox', { name: '过滤流程' }), 'topic:(a');
    await eventually(() => document.querySelector('[data-invalid=true]'), 'fault');
    expect(await picture('flows-failing-zh')).toContain('.png');
  });
});
