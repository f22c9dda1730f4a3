/** One line that is being typed into a terminal: what keys do to it, and what the terminal must be sent to show it. */

const CSI = '\u001B[';
/** Wide in a terminal: two columns. */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\p{Extended_Pictographic}]/u;
const MARK = /\p{M}/u;

/** Columns that a text takes in a terminal. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text)
    if (!MARK.test(character)) columns += WIDE.test(character) && character > '\u00FF' ? 2 : 1;
  return columns;
}

const segmenter = new Intl.Segmenter();

/** What the cursor steps over in one go. */
function characters(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** What a key asks of whoever owns the line. */
export type LineEvent =
  | { readonly kind: 'submit'; readonly text: string }
  | { readonly kind: 'interrupt' }
  /** Ctrl-D on an empty line. */
  | { readonly kind: 'end' }
  /** Tab: `before` is the text left of the cursor. */
  | { readonly kind: 'complete'; readonly before: string };

export interface LineKeys {
  /** To be written to the terminal. */
  readonly echo: string;
  readonly event?: LineEvent;
}

export class LineEditor {
  readonly #history: readonly string[];
  #prompt: string;
  /** Columns left of the prompt that belong to what was printed before. */
  #indent: number;
  #columns: number;
  #characters: string[] = [];
  #cursor = 0;
  #at: number;
  /** What was typed before the history was walked. */
  #typed: string | undefined;

  /** @param history oldest first */
  constructor(prompt: string, columns: number, history: readonly string[] = [], indent = 0) {
    this.#prompt = prompt;
    this.#columns = columns;
    this.#history = history;
    this.#indent = indent;
    this.#at = history.length;
  }

  get text(): string {
    return this.#characters.join('');
  }

  resize(columns: number): void {
    this.#columns = columns;
  }

  /** Takes the line off the terminal: output can be written in its place. */
  erase(): string {
    const { row } = this.#place(this.#cursor);
    return `${row > 0 ? `${CSI}${row}A` : ''}\r${this.#indent > 0 ? `${CSI}${this.#indent}C` : ''}${CSI}J`;
  }

  /** Puts the line where the terminal's cursor is, which {@link erase} left at its start. */
  draw(): string {
    const end = this.#place(this.#characters.length);
    const at = this.#place(this.#cursor);
    // A terminal stays behind the last column until the next character comes.
    const wrap = end.column === 0 && end.row > 0 ? '\r\n' : '';
    const up = end.row - at.row;
    return `${this.#prompt}${this.text}${wrap}${up > 0 ? `${CSI}${up}A` : ''}\r${at.column > 0 ? `${CSI}${at.column}C` : ''}`;
  }

  /** Draws over output that left the cursor at the start of a line. */
  redrawn(): string {
    this.#indent = 0;
    return this.draw();
  }

  /** Puts text at the cursor, as a completion or a paste does. */
  insert(text: string): string {
    const erased = this.erase();
    const added = characters(text);
    this.#characters.splice(this.#cursor, 0, ...added);
    this.#cursor += added.length;
    return erased + this.draw();
  }

  /** Replaces the characters left of the cursor. */
  replaceBefore(count: number, text: string): string {
    const erased = this.erase();
    const added = characters(text);
    const from = Math.max(0, this.#cursor - count);
    this.#characters.splice(from, this.#cursor - from, ...added);
    this.#cursor = from + added.length;
    return erased + this.draw();
  }

  /** What the terminal sends for one key, or for characters typed together. */
  keys(data: string): LineKeys {
    const known = KEYS[data];
    if (known === undefined) {
      // Function keys and the like have no meaning here.
      if (data.startsWith('\u001B') || /^\p{Cc}/u.test(data)) return { echo: '' };
      return { echo: this.insert(data) };
    }
    return this[known]();
  }

  #changed(change: () => void): LineKeys {
    const erased = this.erase();
    change();
    return { echo: erased + this.draw() };
  }

  #moveTo(cursor: number): LineKeys {
    return this.#changed(() => {
      this.#cursor = Math.max(0, Math.min(this.#characters.length, cursor));
    });
  }

  #wordLeft(): number {
    let at = this.#cursor;
    while (at > 0 && !/[\p{L}\p{N}_]/u.test(this.#characters[at - 1] ?? '')) at -= 1;
    while (at > 0 && /[\p{L}\p{N}_]/u.test(this.#characters[at - 1] ?? '')) at -= 1;
    return at;
  }

  #wordRight(): number {
    let at = this.#cursor;
    const { length } = this.#characters;
    while (at < length && !/[\p{L}\p{N}_]/u.test(this.#characters[at] ?? '')) at += 1;
    while (at < length && /[\p{L}\p{N}_]/u.test(this.#characters[at] ?? '')) at += 1;
    return at;
  }

  #cut(from: number, to: number): LineKeys {
    return this.#changed(() => {
      this.#characters.splice(from, to - from);
      this.#cursor = from;
    });
  }

  /** Walks to the next entry that begins as what was typed. */
  #recall(by: 1 | -1): LineKeys {
    this.#typed ??= this.text;
    let at = this.#at + by;
    while (at >= 0 && at < this.#history.length && !(this.#history[at] ?? '').startsWith(this.#typed)) at += by;
    if (at < 0) return { echo: '' };
    this.#at = Math.min(at, this.#history.length);
    const text = this.#history[this.#at] ?? this.#typed;
    if (this.#at === this.#history.length) this.#typed = undefined;
    return this.#changed(() => {
      this.#characters = characters(text);
      this.#cursor = this.#characters.length;
    });
  }

  left(): LineKeys {
    return this.#moveTo(this.#cursor - 1);
  }
  right(): LineKeys {
    return this.#moveTo(this.#cursor + 1);
  }
  home(): LineKeys {
    return this.#moveTo(0);
  }
  toEnd(): LineKeys {
    return this.#moveTo(this.#characters.length);
  }
  wordLeft(): LineKeys {
    return this.#moveTo(this.#wordLeft());
  }
  wordRight(): LineKeys {
    return this.#moveTo(this.#wordRight());
  }
  previous(): LineKeys {
    return this.#recall(-1);
  }
  next(): LineKeys {
    return this.#recall(1);
  }
  backspace(): LineKeys {
    return this.#cut(Math.max(0, this.#cursor - 1), this.#cursor);
  }
  deleteRight(): LineKeys {
    const { length } = this.#characters;
    const cut = Math.min(length, this.#cursor + 1);
    const at = this.#cursor;
    return this.#changed(() => this.#characters.splice(at, cut - at));
  }
  deleteWord(): LineKeys {
    return this.#cut(this.#wordLeft(), this.#cursor);
  }
  deleteToStart(): LineKeys {
    return this.#cut(0, this.#cursor);
  }
  deleteToEnd(): LineKeys {
    return this.#cut(this.#cursor, this.#characters.length);
  }
  submit(): LineKeys {
    const { echo } = this.toEnd();
    return { echo: `${echo}\r\n`, event: { kind: 'submit', text: this.text } };
  }
  interrupt(): LineKeys {
    const { echo } = this.toEnd();
    return { echo: `${echo}^C\r\n`, event: { kind: 'interrupt' } };
  }
  endOrDelete(): LineKeys {
    return this.#characters.length === 0 ? { echo: '\r\n', event: { kind: 'end' } } : this.deleteRight();
  }
  complete(): LineKeys {
    return { echo: '', event: { kind: 'complete', before: this.#characters.slice(0, this.#cursor).join('') } };
  }

  /** Row and column of a place in the line, counted from the row where the line begins. */
  #place(index: number): { readonly row: number; readonly column: number } {
    const before = this.#indent + columnsOf(this.#prompt) + columnsOf(this.#characters.slice(0, index).join(''));
    return { row: Math.floor(before / this.#columns), column: before % this.#columns };
  }
}

type KeyMethod =
  | 'left'
  | 'right'
  | 'home'
  | 'toEnd'
  | 'wordLeft'
  | 'wordRight'
  | 'previous'
  | 'next'
  | 'backspace'
  | 'deleteRight'
  | 'deleteWord'
  | 'deleteToStart'
  | 'deleteToEnd'
  | 'submit'
  | 'interrupt'
  | 'endOrDelete'
  | 'complete';

/** What a terminal sends for keys, as xterm and readline have it. */
const KEYS: Readonly<Record<string, KeyMethod>> = {
  '\u001B[D': 'left',
  '\u0002': 'left',
  '\u001B[C': 'right',
  '\u0006': 'right',
  '\u001B[H': 'home',
  '\u001BOH': 'home',
  '\u0001': 'home',
  '\u001B[F': 'toEnd',
  '\u001BOF': 'toEnd',
  '\u0005': 'toEnd',
  '\u001B[1;5D': 'wordLeft',
  '\u001B[1;3D': 'wordLeft',
  '\u001Bb': 'wordLeft',
  '\u001B[1;5C': 'wordRight',
  '\u001B[1;3C': 'wordRight',
  '\u001Bf': 'wordRight',
  '\u001B[A': 'previous',
  '\u0010': 'previous',
  '\u001B[B': 'next',
  '\u000E': 'next',
  '\u007F': 'backspace',
  '\b': 'backspace',
  '\u001B[3~': 'deleteRight',
  '\u0017': 'deleteWord',
  '\u001B\u007F': 'deleteWord',
  '\u0015': 'deleteToStart',
  '\u000B': 'deleteToEnd',
  '\r': 'submit',
  '\u0003': 'interrupt',
  '\u0004': 'endOrDelete',
  '\t': 'complete',
};
