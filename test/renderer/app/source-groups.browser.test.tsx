/** Tabs of sources that come in numbers: one for all of a tap, with a menu of them. */

import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { tabItems } from '../../../renderer/app/source-groups.ts';
import type { SourceSummary } from '../../../shared/contract/source-records.ts';
import { fakeSource } from '../support/fake-service.ts';
import { expectSoon, openPage, the } from '../support/page.ts';

const devices = (count: number, ended = 0): SourceSummary[] =>
  Array.from({ length: count }, (_, index) =>
    fakeSource({
      id: 10 + index,
      kind: 'tap',
      name: `device-${index}`,
      state: index < ended ? 'closed' : 'connected',
      tap: { id: 0, name: ':1883' },
      demo: false,
    }),
  );

const all = (selector: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(selector)];
const shown = (items: ReturnType<typeof tabItems>) =>
  items.map((item) => ('group' in item ? `${item.group.name} ${item.group.sources.length}` : item.source.name));

describe('tabs', () => {
  it('are one for each, until there are many of a tap', () => {
    const own = fakeSource();
    expect(shown(tabItems([own, ...devices(4)], 1))).toEqual(['demo', 'device-0', 'device-1', 'device-2', 'device-3']);
    expect(shown(tabItems([own, ...devices(5)], 1))).toEqual(['demo', ':1883 5']);
    expect(shown(tabItems([...devices(5), own], 12))).toEqual([':1883 5', 'device-2', 'demo']);
    const runs = Array.from({ length: 6 }, (_, id) => fakeSource({ id, kind: 'script', run: { id: 3, name: 'a.py' } }));
    expect(shown(tabItems(runs, undefined))).toEqual(['a.py 6']);
  });

  it('lead to each of many by keys, and close those that have ended', async () => {
    const { service, app } = openPage({ sources: [fakeSource(), ...devices(130, 7)] });
    const group = await the('.source-group', ':1883');
    expect(group.getAttribute('aria-label')).toBe(':1883: 130 connections, 123 connected');
    expect(all('.source-tabs [role=tab]').length).toBe(2);
    (await the('#source-1')).focus();
    await userEvent.keyboard('{ArrowRight}');
    expect(document.activeElement).toBe(group);
    expect(app.navigation.source.get()).toBe(1);
    await userEvent.keyboard('{ArrowDown}');
    await the('[role=menuitem]', 'device-129');
    expect(all('[role=menuitem]').map((entry) => entry.textContent)).toContain('30 older ones are not listed');
    (await the('[role=menuitem]', 'device-128')).click();
    await expectSoon(() => app.navigation.source.get() === 138);
    expect(all('.source-tabs [role=tab]').length).toBe(3);
    expect((await the('#source-138')).getAttribute('aria-selected')).toBe('true');
    group.click();
    (await the('[role=menuitem]', 'Close those that have ended (7)')).click();
    (await the('[role=menuitem]', 'Close and drop the capture')).click();
    await expectSoon(() => service.calls.filter(({ name }) => name === 'closeSource').length === 7);
  });
});
