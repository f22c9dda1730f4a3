/** Several packets chosen by mouse and by keys, told to screen readers, counted, and copied, saved and replayed together. */

import { beforeAll, describe, expect, it } from 'vitest';
import { page as window, userEvent } from 'vitest/browser';
import { expectSoon, frames, one, openPage, the } from '../support/page.ts';

const chosen = () =>
  [...document.querySelectorAll('.list-row[aria-selected=true]')]
    .map((row) => Number(row.getAttribute('aria-rowindex')))
    .toSorted((a, b) => a - b);
const current = () => Number(one('.list-row[data-current]')?.getAttribute('aria-rowindex'));
const count = () => one('.chosen-count')?.textContent ?? '';

async function press(row: number, more: MouseEventInit = {}): Promise<HTMLElement> {
  const element = await the(`.list-row[aria-rowindex="${row}"]`);
  element.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, cancelable: true, button: 0, ...more }));
  await frames(2);
  return element;
}

async function opened(options: Parameters<typeof openPage>[0]) {
  const page = openPage(options);
  const grid = await the('[role=grid]');
  await the('.list-row');
  return { ...page, grid };
}

// All rows of the short lists have room, beside a detail too.
beforeAll(() => window.viewport(1280, 900));

describe('several packets', () => {
  it('are chosen by mouse as in the lists of the system', async () => {
    const { grid } = await opened({ packets: 24 });
    expect(grid.getAttribute('aria-multiselectable')).toBe('true');
    await press(4);
    expect([chosen(), count()]).toEqual([[4], '']);
    await press(7, { shiftKey: true });
    expect([chosen(), count()]).toEqual([[4, 5, 6, 7], '4 selected']);
    expect(document.activeElement).toBe(grid);
    await press(5, { ctrlKey: true });
    expect([chosen(), current(), count()]).toEqual([[4, 6, 7], 5, '3 selected']);
    await press(10, { ctrlKey: true });
    await press(12, { ctrlKey: true, shiftKey: true });
    expect(chosen()).toEqual([4, 6, 7, 10, 11, 12]);
    await press(2, { shiftKey: true });
    expect(chosen()).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await press(3, { button: 2 });
    expect([chosen().length, current()]).toEqual([9, 3]);
    await press(15, { button: 2 });
    expect([chosen(), count()]).toEqual([[15], '']);
  });

  it('are chosen by keys, and the row of the keys is told apart from them', async () => {
    const { grid } = await opened({ packets: 24 });
    await press(5);
    grid.focus();
    await userEvent.keyboard('{Shift>}{ArrowDown}{ArrowDown}{/Shift}');
    await expectSoon(() => chosen().length === 3);
    await userEvent.keyboard('{Shift>}{ArrowUp}{ArrowUp}{ArrowUp}{/Shift}');
    await expectSoon(() => chosen().join() === '4,5');
    await userEvent.keyboard('{Control>}{ArrowUp}{ArrowUp}{/Control}');
    await expectSoon(() => current() === 2);
    expect(chosen()).toEqual([4, 5]);
    expect(grid.getAttribute('aria-activedescendant')).toBe(one('.list-row[data-current]')?.id);
    await userEvent.keyboard(' ');
    await expectSoon(() => chosen().join() === '2,4,5');
    await userEvent.keyboard('{Control>} {/Control}');
    await expectSoon(() => chosen().join() === '4,5');
    await userEvent.keyboard('{Shift>}{End}{/Shift}');
    await expectSoon(() => chosen().join() === Array.from({ length: 23 }, (_, at) => at + 2).join());
    await userEvent.keyboard('{ArrowUp}');
    await expectSoon(() => chosen().join() === '23');
  });

  it('are all of ten million, and no one that comes later', async () => {
    const { grid, service } = await opened({ packets: 10_000_000 });
    grid.focus();
    await userEvent.keyboard('{Control>}a{/Control}');
    await expectSoon(() => count().replaceAll('\u202f', '') === '10000000 selected');
    service.packets += 10;
    await expectSoon(() => one('.list-row[aria-rowindex="10000010"]')?.getAttribute('aria-selected') === 'false');
    expect(count().replaceAll('\u202f', '')).toBe('10000000 selected');
    await userEvent.keyboard('{Home}');
    await expectSoon(() => chosen().join() === '1');
  });

  it('reach over rows that are not on screen, and go with the oldest that are evicted', async () => {
    const { grid, service } = await opened({ packets: 5000 });
    grid.focus();
    await userEvent.keyboard('{Home}{ArrowDown}{Shift>}{End}{/Shift}');
    await expectSoon(() => count().replaceAll('\u202f', '') === '4999 selected');
    service.evict(1000);
    await expectSoon(() => count().replaceAll('\u202f', '') === '4000 selected');
  });

  it('are fewer once the oldest are evicted from a list that follows', async () => {
    const { grid, service } = await opened({ packets: 5000 });
    grid.focus();
    await userEvent.keyboard('{Control>}a{/Control}');
    await expectSoon(() => count().replaceAll('\u202f', '') === '5000 selected');
    service.evict(1200);
    await expectSoon(() => count().replaceAll('\u202f', '') === '3800 selected');
  });

  it('are a new choice under another filter', async () => {
    await opened({ packets: 24 });
    await press(5);
    await press(9, { shiftKey: true });
    expect(count()).toBe('5 selected');
    const input = await the('.filter-bar [role=combobox], .filter-bar input, .filter-bar [contenteditable]');
    input.focus();
    await userEvent.keyboard('type:publish{Enter}');
    await expectSoon(() => count() === '');
  });

  it('are copied, saved and replayed together', async () => {
    const { app, service } = await opened({ packets: 24 });
    const texts: string[] = [];
    Object.defineProperty(navigator, 'clipboard', {
      configurable: true,
      value: { writeText: async (text: string) => void texts.push(text) },
    });
    const asked: unknown[] = [];
    app.navigation.serve({ replay: (request) => void asked.push(request) });
    await press(3);
    await press(5, { shiftKey: true });
    const row = await press(8, { ctrlKey: true });
    const menu = async (...items: readonly string[]) => {
      row.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: 300, clientY: 300 }));
      for (const item of items) {
        // oxlint-disable-next-line no-await-in-loop
        const entry = await the('[role=menuitem]', item);
        if (entry.getAttribute('aria-haspopup') === null) entry.click();
        else {
          entry.focus();
          // oxlint-disable-next-line no-await-in-loop
          await userEvent.keyboard('{ArrowRight}');
        }
      }
      await expectSoon(() => one('[role=menuitem]') === undefined);
    };
    await menu('Copy 4 packets as', 'Packet as hex');
    await expectSoon(() => texts.length === 1);
    expect(texts[0]?.split('\n')).toEqual([2, 3, 4, 7].map((seq) => `packet ${seq} as hex`));
    await menu('Save 4 packets as', 'CSV');
    const saved = await expectSoon(() => service.calls.find(({ name }) => name === 'startExport'));
    expect(saved.input).toMatchObject({
      format: 'csv',
      filter: '',
      ranges: [
        [2, 4],
        [7, 7],
      ],
    });
    await menu('Replay 4 packets');
    await expectSoon(() => asked.length === 1);
    expect(asked[0]).toMatchObject({
      filter: '',
      chosen: {
        count: 4,
        ranges: [
          [2, 4],
          [7, 7],
        ],
      },
    });
  });
});
