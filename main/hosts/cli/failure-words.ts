/** The contract's error codes as sentences for a terminal. */

import type { ErrorCode, ErrorData } from '../../../shared/contract/errors.ts';

type Words = { readonly [C in ErrorCode]?: (data: ErrorData[C]) => string };

/** Those that a command line can meet; the rest shows its code and data. */
const WORDS: Words = {
  'port-taken': ({ port }) => `port ${port} is taken by another program; choose another with --port, or stop that one`,
  'port-forbidden': ({ port }) => `the system does not let you listen on port ${port}; choose one above 1023`,
  'tap-to-itself': ({ host, port }) =>
    `the tap would connect to itself: ${host}, port ${port} is where it listens; choose another port, or the broker's own address`,
  'disk-full': ({ file }) => `the disk is full: ${file} was not written`,
  'disk-failed': ({ file, reason }) => `${file} could not be read or written (${reason})`,
  'damaged-file': ({ file, reason, keptAs }) =>
    keptAs === undefined
      ? `${file} is damaged (${reason}); it stays where it is`
      : `${file} is damaged (${reason}); it was kept as ${keptAs}`,
  'bad-filter': ({ text, at, reason }) =>
    `the filter is wrong at character ${at + 1}: ${reason}\n  ${text}\n  ${' '.repeat(at)}^`,
  'bad-rule': ({ rule, name, fault: { text, at, reason } }) =>
    `the filter of rule ${name === '' ? rule : `"${name}"`} is wrong at character ${at + 1}: ${reason}\n  ${text}\n  ${' '.repeat(at)}^`,
  'bad-topic': ({ topic, rule, reason }) => `"${topic}" is no topic: ${reason} [${rule}]`,
  'too-large': ({ what, limit, actual }) => `${what} is too large: ${actual}, at most ${limit}`,
  cancelled: () => 'cancelled',
  internal: ({ message }) => message,
};

export function describeFailure<C extends ErrorCode>(failure: {
  readonly code: C;
  readonly data: ErrorData[C];
}): string {
  const words = WORDS[failure.code];
  return words === undefined ? `${failure.code} ${JSON.stringify(failure.data)}` : words(failure.data);
}
