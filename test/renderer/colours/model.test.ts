/** Colour rules between page and service: changes pile up while answers are on their way, and typing waits until it reads. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Actions } from '../../../renderer/model/actions.ts';
import type { AppModel } from '../../../renderer/model/app-model.ts';
import { ColourRulesModel } from '../../../renderer/model/colour-rules.ts';
import { createStore } from '../../../renderer/model/store.ts';
import type { ColourRule } from '../../../shared/contract/colours.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../shared/contract/settings.ts';

const RULES: ColourRule[] = [
  { id: 'a', name: 'A', filter: 'topic:a', colour: 'red', enabled: true },
  { id: 'b', name: 'B', filter: 'topic:b', colour: 'orange', enabled: true },
];

function setup() {
  const settings = createStore<Settings>({ ...DEFAULT_SETTINGS, colourRules: RULES });
  const asked: { readonly rules: ColourRule[]; readonly answer: (how: 'taken' | 'refused') => Promise<void> }[] = [];
  const setSettings = ({ colourRules = [] }: Partial<Settings>): Promise<void> =>
    new Promise((resolve, reject) => {
      const answer = async (how: 'taken' | 'refused'): Promise<void> => {
        if (how === 'taken') {
          settings.set({ ...settings.get(), colourRules });
          resolve();
        } else reject(new Error('no'));
        await vi.advanceTimersByTimeAsync(0);
      };
      asked.push({ rules: colourRules, answer });
    });
  const app = { inspector: { settings, setSettings }, actions: new Actions() } as unknown as AppModel;
  return { model: new ColourRulesModel(app), asked, app };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('changes', () => {
  it('are all in the last that is sent, though earlier answers come between', async () => {
    const { model, asked } = setup();
    model.change('a', { enabled: false });
    model.change('b', { colour: 'blue' });
    await asked[0]?.answer('taken');
    expect(model.rules.get()).toMatchObject([{ enabled: false }, { colour: 'blue' }]);
    model.move('b', -1);
    expect(asked[2]?.rules).toMatchObject([
      { id: 'b', colour: 'blue' },
      { id: 'a', enabled: false },
    ]);
    await asked[1]?.answer('taken');
    await asked[2]?.answer('taken');
    expect(model.rules.get().map(({ id }) => id)).toEqual(['b', 'a']);
  });

  it('are gone once they were refused, and that is told', async () => {
    const { model, asked, app } = setup();
    model.change('a', { enabled: false });
    await asked[0]?.answer('refused');
    expect(model.rules.get()).toEqual(RULES);
    expect(app.actions.failure.get()?.code).toBe('internal');
  });
});

describe('typing', () => {
  it('is shown at once and sent after a pause', async () => {
    const { model, asked } = setup();
    model.type('a', { filter: 'topic:a' });
    model.type('a', { filter: 'topic:aa', name: 'Double' });
    expect(model.rules.get()[0]).toMatchObject({ filter: 'topic:aa', name: 'Double' });
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(300);
    expect(asked.map(({ rules }) => rules[0]?.filter)).toEqual(['topic:aa']);
  });

  it('keeps a filter that does not read to itself, and lets a name pass', async () => {
    const { model, asked } = setup();
    model.type('a', { filter: 'topic:a or (', name: 'Odd' });
    model.commit();
    expect(asked.at(-1)?.rules[0]).toMatchObject({ filter: 'topic:a', name: 'Odd' });
    expect(model.rules.get()[0]).toMatchObject({ filter: 'topic:a or (', name: 'Odd' });
    model.type('a', { filter: 'topic:c' });
    await vi.advanceTimersByTimeAsync(300);
    expect(asked.at(-1)?.rules[0]).toMatchObject({ filter: 'topic:c', name: 'Odd' });
  });

  it('sends nothing where nothing came of it', () => {
    const { model, asked } = setup();
    model.type('a', { filter: 'topic:ab' });
    model.type('a', { filter: 'topic:a' });
    model.commit();
    expect(asked).toEqual([]);
  });
});

it('gives each new rule the colour that fewest have', () => {
  const { model } = setup();
  model.add({ filter: 'topic:c' });
  model.add({ filter: 'topic:d' });
  expect(model.rules.get().map(({ colour }) => colour)).toEqual(['red', 'orange', 'yellow', 'green']);
});

it('opens the rule that a filter has already, and turns it on', () => {
  const { model } = setup();
  model.change('b', { enabled: false });
  model.add({ name: 'again', filter: 'topic:b' });
  expect(model.open.get()).toBe('b');
  expect(model.rules.get()).toMatchObject([{}, { name: 'B', enabled: true }]);
  expect(model.rules.get()).toHaveLength(2);
});
