import { describe, expect, it } from 'vitest';
import type { Intervention } from '../../../shared/contract/rules.ts';
import { differingBytes, interventionWords } from '../../../renderer/panels/packets/intervention-words.ts';

const words = (more: Partial<Intervention> & { readonly what: Intervention['what'] }) =>
  interventionWords({ rule: 'lose acks', atUs: 0, ...more });

describe('what was done to a packet', () => {
  it.each([
    [{ what: 'drop' }, 'Rule “lose acks” dropped it.'],
    [{ what: 'delay', waitedUs: 500_000 }, 'Rule “lose acks” delayed it by 500\u202fms.'],
    [{ what: 'duplicate', copies: 2 }, 'Rule “lose acks” sent it 2 more times.'],
    [{ what: 'forward', waitedUs: 3_210_000 }, 'You forwarded it. It had waited 3.21\u202fs at “lose acks”.'],
    [{ what: 'edit', rule: '', waitedUs: 2_000_000 }, 'You edited it. It had waited 2.00\u202fs.'],
    [{ what: 'drop', waitedUs: 1_000_000 }, 'You dropped it. It had waited 1.00\u202fs at “lose acks”.'],
    [
      { what: 'rewrite', fault: 'too long' },
      'Rule “lose acks” could not rewrite it, and it passed as it was: too long.',
    ],
    [{ what: 'sent-in-stead', cause: 11 }, 'Sent by the inspector, in answer to packet 12.'],
  ] as const)('%j', (more, expected) => expect(words(more)).toBe(expected));

  it.each(['corrupt', 'rewrite', 'answer', 'close', 'reset', 'acknowledges-rewrite', 'lost'] as const)(
    'has words for %s',
    (what) => expect(words({ what })).toMatch(/^[A-Z].*\.$/),
  );
});

describe('bytes that differ', () => {
  const between = (before: string, now: string) =>
    differingBytes(new TextEncoder().encode(before), new TextEncoder().encode(now));
  it('leave the length aside that follows from the rest, unless nothing else differs', () => {
    const packet = (...bytes: number[]) => Uint8Array.from(bytes);
    expect(differingBytes(packet(0x30, 3, 1, 2, 3), packet(0x30, 4, 1, 2, 9, 3))).toEqual({ from: 4, to: 5 });
    expect(differingBytes(packet(0x30, 3, 1, 2, 3), packet(0x30, 4, 1, 2, 3))).toEqual({ from: 1, to: 2 });
    expect(differingBytes(packet(0x30, 0x80, 1, 7), packet(0x32, 0x80, 1, 7))).toEqual({ from: 0, to: 1 });
  });
  it.each([
    ['abc', 'abc', undefined],
    ['abc', 'axc', { from: 1, to: 2 }],
    ['abc', 'abxyc', { from: 2, to: 4 }],
    ['abxyc', 'abc', { from: 2, to: 2 }],
    ['aa', 'aaa', { from: 2, to: 3 }],
    ['', 'a', { from: 0, to: 1 }],
    ['a', '', { from: 0, to: 0 }],
  ] as const)('%s to %s', (before, now, expected) => expect(between(before, now)).toEqual(expected));
});
