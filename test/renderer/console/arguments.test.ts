/** The parameters of a script, split as a shell would. */

import { expect, it } from 'vitest';
import { splitArguments } from '../../../renderer/model/console-arguments.ts';

it.each([
  ['', []],
  ['  ', []],
  ['a b', ['a', 'b']],
  [' --host  127.0.0.1 ', ['--host', '127.0.0.1']],
  ['"a b" c', ['a b', 'c']],
  ["'a \"b' c", ['a "b', 'c']],
  ['x"y z"w', ['xy zw']],
  ['""', ['']],
  [String.raw`a\ b \"`, ['a b', '"']],
  [String.raw`'a\b'`, [String.raw`a\b`]],
  [String.raw`"a\"b"`, ['a"b']],
  ['"open end', ['open end']],
  ['tail\\', ['tail\\']],
  ['温度 1', ['温度', '1']],
])('%s', (text, words) => {
  expect(splitArguments(text)).toEqual(words);
});
