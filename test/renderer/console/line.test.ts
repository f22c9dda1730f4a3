/** The line that is being typed at the prompt, shown on a small terminal of our own. */

import { describe, expect, it } from 'vitest';
import { columnsOf, LineEditor, type LineEvent } from '../../../renderer/model/console-line.ts';

const UP = '\u001B[A';
const DOWN = '\u001B[B';
const LEFT = '\u001B[D';
const RIGHT = '\u001B[C';
const HOME = '\u001B[H';
const DELETE = '\u001B[3~';
const WORD_LEFT = '\u001B[1;5D';
const WORD_RIGHT = '\u001B[1;5C';

/** As much of a terminal as the editor uses: text, CR, LF, cursor up and right, erase below. */
class Screen {
  readonly #columns: number;
  readonly #cells: string[][] = [[]];
  row = 0;
  column = 0;

  constructor(columns: number) {
    this.#columns = columns;
  }

  write(text: string): void {
    // oxlint-disable-next-line no-control-regex -- what a terminal is sent
    for (const [token, digits, command] of text.matchAll(/\u001B\[(\d*)([ACJ])|[\s\S]/gu))
      this.#take(token, command, digits === undefined || digits === '' ? 1 : Number(digits));
  }

  #take(token: string, command: string | undefined, count: number): void {
    if (command === 'A') this.row = Math.max(0, this.row - count);
    else if (command === 'C') this.column = Math.min(this.#columns - 1, this.column + count);
    else if (command === 'J') {
      this.#cells.splice(this.row + 1);
      this.#line().splice(this.column);
    } else if (token === '\r') this.column = 0;
    else if (token === '\n') this.row += 1;
    else this.#put(token);
  }

  #put(character: string): void {
    const width = columnsOf(character);
    if (this.column + width > this.#columns) {
      this.row += 1;
      this.column = 0;
    }
    const line = this.#line();
    line[this.column] = character;
    if (width === 2) line[this.column + 1] = '';
    this.column += width;
  }

  #line(): string[] {
    while (this.#cells.length <= this.row) this.#cells.push([]);
    return this.#cells[this.row] ?? [];
  }

  get rows(): readonly string[] {
    return this.#cells.map((line) => Array.from(line, (cell) => cell ?? ' ').join(''));
  }
}

function typing(columns = 40, history: readonly string[] = [], prompt = '>>> ') {
  const screen = new Screen(columns);
  const editor = new LineEditor(prompt, columns, history);
  const events: LineEvent[] = [];
  screen.write(editor.draw());
  return {
    screen,
    editor,
    events,
    keys(...pressed: readonly string[]) {
      for (const key of pressed) {
        const { echo, event } = editor.keys(key);
        screen.write(echo);
        if (event !== undefined) events.push(event);
      }
      return this;
    },
  };
}

describe('a line', () => {
  it('takes characters at the cursor, wherever that is', () => {
    const line = typing().keys('prit', LEFT, 'n', RIGHT, '(1)', HOME, 'x = ');
    expect(line.editor.text).toBe('x = print(1)');
    expect(line.screen.rows).toEqual(['>>> x = print(1)']);
    expect(line.screen.column).toBe(8);
  });

  it('deletes characters, words and ends', () => {
    expect(typing().keys('abc', '\u007F').editor.text).toBe('ab');
    expect(typing().keys('abc', HOME, DELETE).editor.text).toBe('bc');
    expect(typing().keys('abc', HOME, '\u0004').editor.text).toBe('bc');
    expect(typing().keys('client.publish', '\u0017').editor.text).toBe('client.');
    expect(typing().keys('one two', LEFT, '\u0015').editor.text).toBe('o');
    expect(typing().keys('one two', HOME, RIGHT, '\u000B').editor.text).toBe('o');
    expect(typing().keys('\u007F', DELETE).editor.text).toBe('');
  });

  it('walks words', () => {
    const line = typing().keys('a.bc  d', WORD_LEFT, WORD_LEFT, '|', WORD_RIGHT, '|');
    expect(line.editor.text).toBe('a.|bc|  d');
  });

  it('counts wide characters twice and marks not at all', () => {
    expect([columnsOf('温度'), columnsOf('e\u0301'), columnsOf('🌡'), columnsOf('©1')]).toEqual([4, 1, 2, 2]);
    const line = typing().keys('温度計', LEFT, '\u007F');
    expect(line.editor.text).toBe('温計');
    expect(line.screen.rows).toEqual(['>>> 温計']);
    expect(line.screen.column).toBe(6);
  });

  it('steps over a character that is made of several', () => {
    const line = typing().keys('a👩‍🔧b', LEFT, '\u007F');
    expect(line.editor.text).toBe('ab');
  });

  it('wraps, and leaves nothing behind when it grows shorter', () => {
    const line = typing(10).keys('0123456789abcdef');
    expect(line.screen.rows).toEqual(['>>> 012345', '6789abcdef']);
    line.keys(HOME, '_');
    expect(line.screen.rows).toEqual(['>>> _01234', '56789abcde', 'f']);
    expect([line.screen.row, line.screen.column]).toEqual([0, 5]);
    line.keys('\u000B');
    expect(line.screen.rows).toEqual(['>>> _']);
  });

  it('begins behind what was printed before it', () => {
    const screen = new Screen(20);
    screen.write('name? ');
    const editor = new LineEditor('', 20, [], 6);
    for (const key of ['bo', 'b', HOME, 'B', DELETE]) screen.write(editor.keys(key).echo);
    expect(screen.rows).toEqual(['name? Bob']);
  });

  it('makes room for output and stands below it again', () => {
    const line = typing(10).keys('0123456789');
    line.screen.write(`${line.editor.erase()}out\r\n${line.editor.redrawn()}`);
    expect(line.screen.rows).toEqual(['out', '>>> 012345', '6789']);
  });

  it('recalls what began like this, and comes back to what was typed', () => {
    const line = typing(40, ['import os', 'x = 1', 'import sys']).keys('imp', UP);
    expect(line.editor.text).toBe('import sys');
    expect(line.keys(UP).editor.text).toBe('import os');
    expect(line.keys(UP).editor.text).toBe('import os');
    expect(line.keys(DOWN, DOWN).editor.text).toBe('imp');
    expect(typing(40, ['a', 'b']).keys(UP, UP, DOWN).editor.text).toBe('b');
  });

  it('tells what is asked for', () => {
    const line = typing().keys('x.y', '\t', '\u0003');
    expect(line.events).toEqual([{ kind: 'complete', before: 'x.y' }, { kind: 'interrupt' }]);
    expect(typing().keys('1', '\r').events).toEqual([{ kind: 'submit', text: '1' }]);
    expect(typing().keys('\u0004').events).toEqual([{ kind: 'end' }]);
  });

  it('takes no notice of keys without a meaning', () => {
    expect(typing().keys('a', '\u001BOP', '\u001B[15~', '\u0000').editor.text).toBe('a');
  });

  it('replaces the word that is completed', () => {
    const line = typing().keys('client.pub(1)', LEFT, LEFT, LEFT);
    line.screen.write(line.editor.replaceBefore('client.pub'.length, 'client.publish'));
    expect(line.screen.rows).toEqual(['>>> client.publish(1)']);
    expect(line.screen.column).toBe(18);
  });
});
