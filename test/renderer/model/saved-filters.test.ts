/** Saved filters and what the menu is told of them, over a host that keeps documents. */

import { describe, expect, it } from 'vitest';
import type { Inspector } from '../../../renderer/model/inspector.ts';
import { savedFilterField } from '../../../renderer/model/saved-filter-field.ts';
import { SavedFilters, savedFiltersOf } from '../../../renderer/model/saved-filters.ts';
import { InspectorError } from '../../../shared/contract/errors.ts';
import { isPacketField } from '../../../shared/filter/filter-fields.ts';

class Host {
  text: string | null = null;
  isFull = false;

  window(): Inspector {
    const call = async (name: string, { text }: { readonly text?: string }): Promise<unknown> => {
      await Promise.resolve();
      if (name === 'readDocument') return this.text;
      if (this.isFull) throw new InspectorError('disk-full', { file: 'saved-filters.json' });
      this.text = text ?? null;
      return undefined;
    };
    return { call } as unknown as Inspector;
  }
}

const shown = (saved: SavedFilters) => saved.state.get().filters.map(({ name, filter }) => `${name} = ${filter}`);

describe('saved filters', () => {
  it('are kept by name, shown at once, and there for the next window', async () => {
    const host = new Host();
    const saved = new SavedFilters(host.window());
    void saved.save('errors', 'is:error');
    void saved.save(' Alarms ', ' payload:alarm ');
    const written = saved.save('room 10', 'topic:room/10/#');
    void saved.save('room 9', 'topic:room/9/#');
    expect(shown(saved)[0]).toBe('Alarms = payload:alarm');
    await written;
    await saved.load();
    const next = new SavedFilters(host.window());
    await next.load();
    expect(shown(next)).toEqual([
      'Alarms = payload:alarm',
      'errors = is:error',
      'room 9 = topic:room/9/#',
      'room 10 = topic:room/10/#',
    ]);
  });

  it('take the place of one of the same name, and no name of another', async () => {
    const saved = new SavedFilters(new Host().window());
    await saved.save('a', 'qos:1');
    await saved.save('b', 'qos:2');
    await saved.save('a', 'qos:0');
    expect(shown(saved)).toEqual(['a = qos:0', 'b = qos:2']);
    await saved.rename('a', 'b');
    await saved.rename('a', '  ');
    expect(shown(saved)).toEqual(['a = qos:0', 'b = qos:2']);
    await saved.rename('a', 'c');
    await saved.remove('b');
    expect(shown(saved)).toEqual(['c = qos:0']);
  });

  it('keep nothing without a name or a filter', async () => {
    const host = new Host();
    const saved = new SavedFilters(host.window());
    await saved.save(' ', 'qos:1');
    await saved.save('x', ' ');
    expect([shown(saved), host.text]).toEqual([[], null]);
  });

  it('of two windows do not undo each other', async () => {
    const host = new Host();
    const [one, other] = [new SavedFilters(host.window()), new SavedFilters(host.window())];
    await one.save('mine', 'qos:1');
    await other.save('yours', 'qos:2');
    await one.rename('mine', 'ours');
    expect(shown(one)).toEqual(['ours = qos:1', 'yours = qos:2']);
    await other.load();
    expect(shown(other)).toEqual(shown(one));
  });

  it.each(['{"a":1}', 'not JSON', '[1,null,{"name":"x"},{"name":"","filter":"a"}]', '"text"'])(
    'begin anew where the document is damaged: %s',
    async (text) => {
      const host = new Host();
      host.text = text;
      const saved = new SavedFilters(host.window());
      await saved.load();
      expect(shown(saved)).toEqual([]);
      await saved.save('a', 'qos:1');
      expect(host.text).toBe('[{"name":"a","filter":"qos:1"}]');
    },
  );

  it('say that they could not be kept, until they can', async () => {
    const host = new Host();
    const inspector = host.window();
    const saved = savedFiltersOf(inspector);
    expect(savedFiltersOf(inspector)).toBe(saved);
    host.isFull = true;
    await saved.save('a', 'qos:1');
    expect(shown(saved)).toEqual(['a = qos:1']);
    expect(savedFilterField(inspector, saved.state.get()).failure).toMatch(/^Not kept: ./);
    host.isFull = false;
    await saved.save('a', 'qos:1');
    expect(savedFilterField(inspector, saved.state.get()).failure).toBeUndefined();
  });

  it('are marked where they ask for packets and the list has flows', async () => {
    const inspector = new Host().window();
    const saved = savedFiltersOf(inspector);
    await saved.save('a', 'topic:a/# (qos:1 or -payload.x:3)');
    await saved.save('b', 'flow.state:open rtt:>1s');
    const notes = (means?: (field: string) => boolean) =>
      savedFilterField(inspector, saved.state.get(), means).entries.map(({ note }) => note);
    expect(notes((field) => !isPacketField(field))).toEqual(['packets only', undefined]);
    expect(notes()).toEqual([undefined, undefined]);
  });
});
