import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { printfArgument, shellQuote } from '../../shared/payload/payload-encoding.ts';

it('a shell gives back every byte of a printf argument', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), (data) => {
      const output = execFileSync('sh', ['-c', `printf ${printfArgument(data)}`]);
      expect(new Uint8Array(output)).toEqual(data);
    }),
    { numRuns: 25 },
  );
});

it('a shell gives back every character of a quoted word', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }).filter((text) => !text.includes('\0')),
      (text) => {
        expect(execFileSync('sh', ['-c', `printf %s ${shellQuote(text)}`]).toString()).toBe(text);
      },
    ),
    { numRuns: 25 },
  );
});
