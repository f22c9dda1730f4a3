/** Several packets chosen by mouse, drag and keys, told to screen readers, counted, and copied, saved and replayed together. */

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

const middleOf = (row: number): number => {
  const box = one(`.list-row[aria-rowindex="${row}"]`)?.getBoundingClientRect();
  return box === undefined ? Number.NaN : (box.top + box.bottom) / 2;
};

/** The pointer with its button down, or up, at that height of the window. */
async function drag(clientY: number, buttons = 1): Promise<void> {
  document.dispatchEvent(new MouseEvent('mousemove', { bubbles: true, clientX: 100, clientY, buttons }));
  await frames(2);
}

const release = () => document.dispatchEvent(new MouseEvent('mouseup', { bubbles: true }));

/** What goes to the clipboard from here on. */
function clipboard(): readonly string[] {
  const texts: string[] = [];
  Object.defineProperty(navigator, 'clipboard', {
    configurable: true,
    value: { writeText: async (text: string) => void texts.push(text) },
  });
  return texts;
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

  it('are chosen by a drag, which marks no text and adds beside Ctrl', async () => {
    await opened({ packets: 24 });
    await press(4, { clientY: middleOf(4) });
    await drag(middleOf(4) + 2);
    expect(chosen()).toEqual([4]);
    await drag(middleOf(8));
    expect([chosen(), current(), count()]).toEqual([[4, 5, 6, 7, 8], 8, '5 selected']);
    await drag(middleOf(2));
    expect(chosen()).toEqual([2, 3, 4]);
    await drag(middleOf(6));
    release();
    await drag(middleOf(10), 0);
    expect(chosen()).toEqual([4, 5, 6]);
    await press(12, { clientY: middleOf(12), ctrlKey: true });
    await drag(middleOf(14));
    release();
    expect([chosen(), String(getSelection())]).toEqual([[4, 5, 6, 12, 13, 14], '']);
    await press(16, { clientY: middleOf(16) });
    // The button came up where the page did not hear of it.
    await drag(middleOf(18), 0);
    expect(chosen()).toEqual([16]);
  });

  it('are chosen beyond the edges by a drag that stays there', async () => {
    const { grid } = await opened({ packets: 5000 });
    grid.focus();
    await userEvent.keyboard('{Home}');
    await expectSoon(() => chosen().join() === '1');
    await press(3, { clientY: middleOf(3) });
    await drag(middleOf(5));
    const { bottom, top } = grid.getBoundingClientRect();
    await drag(bottom + 60);
    await expectSoon(() => current() > 60);
    await drag(top - 40);
    await expectSoon(() => current() === 1);
    release();
    expect(chosen()).toEqual([1, 2, 3]);
  });

  it('are copied as the list shows them by Ctrl+C, unless text is marked', async () => {
    const { grid, service, app } = await opened({ packets: 24 });
    const texts = clipboard();
    grid.focus();
    await userEvent.keyboard('{Home}{Control>}c{/Control}');
    await expectSoon(() => texts.length === 1);
    await press(8);
    await press(9, { shiftKey: true });
    await userEvent.keyboard('{Control>}c{/Control}');
    await expectSoon(() => texts.length === 2);
    const lines = texts[1]?.split('\n').map((line) => line.split('\t')) ?? [];
    const shown = (row: number, cell: string) =>
      one(`.list-row[aria-rowindex="${row}"] .cell-${cell}`)?.textContent.replaceAll('\u202f', '');
    expect(lines.map((cells) => cells.length)).toEqual([9, 9]);
    expect(lines.map(([number, time]) => [number, time])).toEqual(
      [8, 9].map((row) => [shown(row, 'number'), shown(row, 'time')]),
    );
    expect(lines.map(([, , , direction, type, qos, , size]) => [direction, type, qos, size])).toEqual(
      [8, 9].map((row) => ['direction', 'type', 'qos', 'size'].map((cell) => shown(row, cell))),
    );
    const topic = await the('.detail');
    getSelection()?.selectAllChildren(topic);
    await userEvent.keyboard('{Control>}c{/Control}');
    await frames(10);
    expect(texts).toHaveLength(2);
    await userEvent.keyboard('{ArrowDown}{Control>}c{/Control}');
    await expectSoon(() => texts.length === 3);
    expect(texts[2]?.split('\t')[0]).toBe('10');
    expect(app.actions.failure.get()).toBeUndefined();
    service.packets = 10_001;
    await expectSoon(() => one('.filter-count')?.textContent.replaceAll('\u202f', '').includes('10001'));
    await userEvent.keyboard('{End}{Control>}a{/Control}');
    await expectSoon(() => count().replaceAll('\u202f', '') === '10001 selected');
    await userEvent.keyboard('{Control>}c{/Control}');
    await the('.notice', 'No more than 10\u202f000 packets are copied at once.');
    expect(texts).toHaveLength(3);
  });

  it('are copied, saved and replayed together', async () => {
    const { app, service } = await opened({ packets: 24 });
    const texts = clipboard();
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
    await menu('Copy 4 packets as', 'Row as listed');
    await expectSoon(() => texts.length === 1);
    expect(texts[0]?.split('\n').map((line) => line.split('\t')[0])).toEqual(['3', '4', '5', '8']);
    await menu('Copy 4 packets as', 'Packet as hex');
    await expectSoon(() => texts.length === 2);
    expect(texts[1]?.split('\n')).toEqual([2, 3, 4, 7].map((seq) => `packet ${seq} as hex`));
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
