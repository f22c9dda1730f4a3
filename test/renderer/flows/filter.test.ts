/** Chips edit only their own terms of the filter text. */

import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../../shared/filter/filter-parse.ts';
import { chipOfFilter, FLOW_CHIPS, withChip } from '../../../renderer/model/flows-filter.ts';

describe('chips of the Flows panel', () => {
  it.each(FLOW_CHIPS)('%s can be set and read back', (chip) => {
    const text = withChip('topic:"a b" -retain', chip);
    expect(text).toContain('topic:"a b" -retain');
    expect(chipOfFilter(text)).toBe(chip);
  });

  it('replaces the chip before it and keeps the rest', () => {
    const text = withChip(withChip('topic:site/#', 'stalled'), 'qos2');
    expect(text).toBe('flow.kind:publish2 topic:site/#');
  });

  it('goes back to all on a second click', () => {
    expect(withChip(withChip('x', 'open'), 'open')).toBe('x');
  });

  it('leaves quoted text alone, though it looks like a term', () => {
    const text = 'payload:"flow.state:open"';
    expect(withChip(text, 'all')).toBe(text);
    expect(chipOfFilter(text)).toBe('all');
  });

  it('claims no chip for terms that the user wrote otherwise', () => {
    expect(chipOfFilter('flow.state:abandoned')).toBeUndefined();
  });

  it.each(FLOW_CHIPS)('%s writes what the filter language understands', (chip) => {
    expect(parseFilter(withChip('', chip)).errors).toEqual([]);
  });
});
