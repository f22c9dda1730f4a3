/** A text that every match of a regular expression holds, so that the search for it spares most packets the expression. */

/** What stands behind a backslash for a character of its own. */
const CONTROLS: Readonly<Record<string, string>> = { a: '\u0007', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
/** Escapes that hold no text: classes of characters, and places between them. */
const TEXTLESS = 'dDsSwWbBAz';
const REPEAT = /^\{\d+(?:,\d*)?\}/;

/**
 * The longest text that every match of `pattern` holds as it stands; undefined where none was found, which says nothing.
 *
 * Reads the outermost sequence alone: what is in groups and classes is passed over, and an alternative, a flag or an escape of which
 * there is any doubt ends the reading. The pattern is one that RE2 takes; its syntax: https://github.com/google/re2/wiki/Syntax
 */
export function requiredText(pattern: string): string | undefined {
  const runs = readRuns(pattern);
  const longest = runs?.reduce((left, right) => (right.length > left.length ? right : left), '');
  // Broken UTF-8 is read as U+FFFD, which stands in no packet then.
  return longest === undefined || longest === '' || longest.includes('\uFFFD') ? undefined : longest;
}

/** Texts between what is no text; undefined where the pattern has an alternative or is beyond this reader. */
function readRuns(pattern: string): string[] | undefined {
  const runs: string[] = [];
  let run: string[] = [];
  const end = (): void => {
    runs.push(run.join(''));
    run = [];
  };
  for (let at = 0; at < pattern.length; ) {
    const char = String.fromCodePoint(pattern.codePointAt(at) ?? 0);
    const repeat = REPEAT.exec(pattern.slice(at))?.[0];
    if (char === '|' || char === ')') return undefined;
    if (char === '(' || char === '[') {
      const after = char === '(' ? groupEnd(pattern, at) : classEnd(pattern, at);
      if (after === undefined) return undefined;
      end();
      at = after;
    } else if (char === '\\') {
      const escaped = pattern[at + 1] ?? '';
      if (TEXTLESS.includes(escaped)) end();
      else if (Object.hasOwn(CONTROLS, escaped)) run.push(CONTROLS[escaped] ?? '');
      else if (/^[!-/:-@[-`{-~]$/.test(escaped)) run.push(escaped);
      else return undefined;
      at += 2;
    } else if (char === '*' || char === '?' || repeat !== undefined) {
      // What stands before may be missing. Behind a group or a class there is no text yet.
      run.pop();
      end();
      at += repeat?.length ?? 1;
    } else if (char === '+' || char === '.' || char === '^' || char === '$') {
      end();
      at += 1;
    } else {
      run.push(char);
      at += char.length;
    }
  }
  end();
  return runs;
}

/** Where a group that begins at `from` is over; undefined where it sets flags, or does not end. */
function groupEnd(pattern: string, from: number): number | undefined {
  if (/^\(\?(?!:|P?<)/.test(pattern.slice(from, from + 4))) return undefined;
  let at = from + 1;
  while (at < pattern.length) {
    const char = pattern[at];
    if (char === ')') return at + 1;
    let after: number | undefined = at + 1;
    if (char === '(') after = groupEnd(pattern, at);
    else if (char === '[') after = classEnd(pattern, at);
    else if (char === '\\') after = pattern[at + 1] === 'Q' ? undefined : at + 2;
    if (after === undefined) return undefined;
    at = after;
  }
  return undefined;
}

/** Where a class of characters that begins at `from` is over; undefined where it does not end. */
function classEnd(pattern: string, from: number): number | undefined {
  let at = from + 1;
  if (pattern[at] === '^') at += 1;
  // A bracket that closes is a character where it comes first.
  if (pattern[at] === ']') at += 1;
  while (at < pattern.length) {
    if (pattern[at] === ']') return at + 1;
    const named = /^\[:\^?\w+:\]/.exec(pattern.slice(at, at + 16))?.[0];
    at += pattern[at] === '\\' ? 2 : (named?.length ?? 1);
  }
  return undefined;
}
