/** Bytes from hexadecimal text as people paste it. */

import { UsageError } from './arguments.ts';

/** Passes over blanks, colons, commas, hyphens and `0x`. Throws {@link UsageError} where anything else stands there, or half a byte. */
export function readHex(text: string): Uint8Array {
  const digits = text.replaceAll(/0x/gi, '').replaceAll(/[\s:,-]/g, '');
  const wrong = /[^\da-f]/i.exec(digits);
  if (wrong !== null) throw new UsageError(`--hex: "${wrong[0]}" is no hexadecimal digit`);
  if (digits === '') throw new UsageError('--hex: there are no digits');
  if (digits.length % 2 !== 0) throw new UsageError(`--hex: ${digits.length} digits are no whole number of bytes`);
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}
