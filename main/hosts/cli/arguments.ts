/** Reads a command's arguments, with errors in plain words. */

import { parseArgs, type ParseArgsConfig } from 'node:util';

/** The arguments were wrong; `message` is a sentence without the program's name. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

type Options = NonNullable<ParseArgsConfig['options']>;

/** `util.parseArgs` in strict mode; `--help` and `-h` are admitted everywhere. Throws {@link UsageError}. */
export function readArguments<const O extends Options>(
  argv: readonly string[],
  options: O,
  settings: { readonly positionals?: boolean } = {},
) {
  try {
    return parseArgs({
      args: [...argv],
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: settings.positionals === true,
      strict: true,
    });
  } catch (error) {
    throw new UsageError(inPlainWords(error));
  }
}

function inPlainWords(error: unknown): string {
  const { code, message } =
    error instanceof Error
      ? Object.assign({ code: '' }, error, { message: error.message })
      : { code: '', message: String(error) };
  const quoted = /'([^']*)'/.exec(message)?.[1] ?? '';
  switch (code) {
    case 'ERR_PARSE_ARGS_UNKNOWN_OPTION':
      return `there is no option ${quoted}`;
    case 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL':
      return `"${quoted}" was not expected here`;
    case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE': {
      const option = quoted.replace(/ <value>$/, '');
      if (message.includes('does not take')) return `${option} takes no value`;
      const dashed = message.includes('ambiguous') ? `; one that begins with a dash is written ${option}=-…` : '';
      return `${option} needs a value${dashed}`;
    }
    default:
      return message;
  }
}

/** A whole number within bounds, or undefined where the option was not given. Throws {@link UsageError}. */
export function readInteger(option: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`${option} must be a whole number from ${min} to ${max}, not "${text}"`);
}
