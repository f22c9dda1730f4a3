/** The filter field's words, colours and completions, without a page. */

import { describe, expect, it } from 'vitest';
import {
  completeFilter,
  filterFaultWords,
  filterSpans,
  formFilterField,
} from '../../../renderer/model/filter-field.ts';
import { failureWords } from '../../../renderer/model/error-text.ts';
import type { Inspector } from '../../../renderer/model/inspector.ts';
import { isPacketField } from '../../../shared/filter/filter-fields.ts';
import { parseFilter } from '../../../shared/filter/filter-parse.ts';

const sources = ['kitchen', 'kitchen', 'my cellar', '/dev/ttyS0'].map((name) => ({ name }));
const inspector = {
  call: () => Promise.resolve(['site/a b', 'site/c']),
  sources: { get: () => sources },
} as unknown as Inspector;
const complete = async (text: string, means: (field: string) => boolean) => {
  const { options } = await completeFilter(inspector, 1, { text, cursor: text.length }, means);
  return options.map(({ insert }) => insert);
};

describe('filter field', () => {
  it('words every fault that the parser finds', () => {
    const beyond = ['x'.repeat(20_000), '('.repeat(200), 'a '.repeat(2000)];
    for (const text of [
      'tpic:a',
      'payload:/(/',
      'payload:0x1',
      'payload.:1',
      ...beyond,
      'qos:9',
      'qos:',
      'len:x',
      'topic:a#b',
      'type:>a',
      '"a',
      '(a',
      'a)',
      'a or',
    ]) {
      const [fault] = parseFilter(text).errors;
      expect(fault, text).toBeDefined();
      if (fault !== undefined) expect(filterFaultWords(fault), text).toMatch(/ /);
    }
  });

  it('words the fault inside a refusal of the service', () => {
    const data = { text: 'tpic:a', at: 0, length: 4, reason: 'unknown-field', word: 'tpic', expected: ['topic'] };
    expect(failureWords({ code: 'bad-filter', data }).what).toContain('There is no field “tpic”');
  });

  it('colours names, values and signs where they stand', () => {
    const text = 'qos:>0 (topic:a/b)';
    const spans = filterSpans(text).map(({ from, to, kind }) => `${kind} ${text.slice(from, to)}`);
    expect(spans).toEqual(['field qos:', 'sign >0', 'sign (', 'field topic:', 'value a/b', 'sign )']);
  });

  it('offers only fields that mean something in the list', async () => {
    expect(await complete('fl', () => true)).toContain('flow.state:');
    expect(await complete('fl', (field) => !field.startsWith('flow.'))).not.toContain('flow.state:');
    expect(await complete('re', (field) => field !== 'retain')).not.toContain('retain');
    expect(await complete('q', (field) => field === 'qos')).toEqual(['qos:']);
  });

  it('of a form offers fields before any source is open', async () => {
    const nowhere = { call: () => Promise.reject(new Error('no such source')) } as unknown as Inspector;
    const field = formFilterField(nowhere, undefined, 'ty');
    expect((await field.complete('ty', 2)).options).toContainEqual(expect.objectContaining({ insert: 'type:' }));
    expect((await field.complete('topic:a', 7)).options).toEqual([]);
  });

  it('leaves out of the list of flows what only packets have', async () => {
    const ofFlows = (field: string) => !isPacketField(field);
    expect(await complete('p', ofFlows)).toEqual([]);
    expect(await complete('prop.con', ofFlows)).toEqual([]);
    expect(await complete('re', ofFlows)).toEqual(['reason:']);
    expect(await complete('flow.', ofFlows)).toEqual(['flow.kind:', 'flow.state:']);
  });

  it('offers the sources by name, each once, as values that mean the name', async () => {
    expect(await complete('source:', () => true)).toEqual(['kitchen', '"my cellar"', '"/dev/ttyS0"']);
    expect(await complete('source:CELL', () => true)).toEqual(['"my cellar"']);
  });

  it('quotes topics that need it', async () => {
    expect(await complete('topic:si', () => true)).toEqual(['"site/a b"', 'site/c']);
  });
});
