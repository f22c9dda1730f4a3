/** The terminal of a run as its program sees it: output that stands around a line being typed, keys that came too early, pastes, completions. */

import { LineEditor, type LineEvent } from './console-line.ts';

/** What shows the terminal. */
export interface TtyScreen {
  /** Calls `done` when the text is on the screen. */
  write(text: string, done: () => void): void;
  readonly columns: number;
  /** Column of the cursor, from 0. */
  readonly column: number;
}

/** Lines that are typed into the console, whichever run they are typed for. */
export interface LineHistory {
  readonly lines: readonly string[];
  add(line: string): void;
}

export interface LineCompletions {
  /** Characters before the cursor that an option replaces. */
  readonly replaces: number;
  readonly options: readonly string[];
}

/** What the user did; the line is off the terminal's hands then. */
export interface TtyEvents {
  line(text: string): void;
  /** Several lines at once, where a statement is asked for. */
  pasted(text: string): void;
  /** Ctrl-C, also while nothing is read. */
  interrupt(): void;
  /** Ctrl-D on an empty line. */
  end(): void;
  complete(before: string): Promise<LineCompletions>;
}

const PRIMARY = '>>> ';
const CONTINUATION = '... ';
const INDENT = '    ';
const PASTE_BEGINS = '\u001B[200~';
const PASTE_ENDS = '\u001B[201~';
const INTERRUPT = '\u0003';
/** Of a screen that nobody has shown yet. */
const DEFAULT_COLUMNS = 80;

/** What is being read. */
type Asked = 'statement' | 'continuation' | 'input';

export class Tty {
  readonly #history: LineHistory;
  readonly #events: TtyEvents;
  readonly #unshown: { readonly text: string; readonly done: () => void }[] = [];
  #screen: TtyScreen | undefined;
  #editor: LineEditor | undefined;
  #asked: Asked = 'statement';
  /** Keys that came while nothing read them. */
  #ahead = '';
  #closed = false;

  constructor(history: LineHistory, events: TtyEvents) {
    this.#history = history;
    this.#events = events;
  }

  /** Shows it on a screen from now on, with everything that waited for one. */
  attach(screen: TtyScreen): void {
    this.#screen = screen;
    for (const { text, done } of this.#unshown.splice(0)) screen.write(text, done);
  }

  resize(columns: number): void {
    this.#editor?.resize(columns);
  }

  /** Writes above the line that is being typed. */
  print(text: string, done: () => void = () => undefined): void {
    const editor = this.#editor;
    if (editor === undefined) {
      this.#write(text, done);
      return;
    }
    const gap = text.endsWith('\n') ? '' : '\n';
    this.#write(`${editor.erase()}${text}${gap}${editor.redrawn()}`, done);
  }

  /** Prints at the beginning of a line. */
  printLine(text: string): void {
    this.print(`${this.#isMidLine && this.#editor === undefined ? '\n' : ''}${text}\n`);
  }

  /** Reads a statement, or one more line of it. Calls `asked` when the prompt stands. */
  readStatement(continues: boolean, asked: () => void): void {
    this.#whenShown(() => {
      if (this.#closed || this.#editor !== undefined) return;
      this.#asked = continues ? 'continuation' : 'statement';
      this.#editor = new LineEditor(continues ? CONTINUATION : PRIMARY, this.#columns, this.#history.lines);
      this.#write(`${this.#isMidLine ? '\n' : ''}${this.#editor.draw()}`);
      asked();
      this.#drain();
    });
  }

  /** Reads a line behind whatever was printed last. */
  readInput(asked: () => void): void {
    this.#whenShown(() => {
      if (this.#closed) return;
      this.#asked = 'input';
      this.#editor = new LineEditor('', this.#columns, [], this.#screen?.column ?? 0);
      asked();
      this.#drain();
    });
  }

  /** Takes away the line that is being typed. */
  leave(): void {
    const editor = this.#editor;
    this.#editor = undefined;
    if (editor !== undefined) this.#write(editor.erase());
  }

  /** Nothing is read any more. */
  close(): void {
    this.leave();
    this.#closed = true;
  }

  /** What the terminal sends for keys and pastes. */
  keys(data: string): void {
    if (data.startsWith(PASTE_BEGINS)) this.#paste(data.slice(PASTE_BEGINS.length).replace(PASTE_ENDS, ''));
    else this.#type(data);
  }

  get #columns(): number {
    return this.#screen?.columns ?? DEFAULT_COLUMNS;
  }

  get #isMidLine(): boolean {
    return (this.#screen?.column ?? 0) > 0;
  }

  #write(text: string, done: () => void = () => undefined): void {
    if (text === '') done();
    else if (this.#screen === undefined) this.#unshown.push({ text, done });
    else this.#screen.write(text, done);
  }

  /** Calls when everything written is on the screen; at once where there is none. */
  #whenShown(task: () => void): void {
    if (this.#screen === undefined) task();
    else this.#screen.write('', task);
  }

  #drain(): void {
    const ahead = this.#ahead;
    this.#ahead = '';
    for (const key of splitKeys(ahead)) this.#type(key);
  }

  #type(data: string): void {
    const editor = this.#editor;
    if (editor !== undefined) {
      const { echo, event } = editor.keys(data);
      this.#write(echo);
      if (event !== undefined) this.#act(editor, event);
    } else if (data === INTERRUPT) this.#events.interrupt();
    else if (!this.#closed) this.#ahead += data;
  }

  #act(editor: LineEditor, event: LineEvent): void {
    switch (event.kind) {
      case 'submit':
        this.#editor = undefined;
        if (this.#asked !== 'input' && event.text.trim() !== '') this.#history.add(event.text);
        this.#events.line(event.text);
        return;
      case 'interrupt':
        this.#editor = undefined;
        this.#events.interrupt();
        return;
      case 'end':
        this.#editor = undefined;
        this.#events.end();
        return;
      case 'complete':
        if (this.#asked === 'input' || /^\s*$/.test(event.before)) this.#write(editor.insert(INDENT));
        else void this.#complete(editor, event.before);
    }
  }

  async #complete(editor: LineEditor, before: string): Promise<void> {
    const { options, replaces } = await this.#events.complete(before);
    if (this.#editor !== editor) return;
    const common = commonStart(options);
    if (common.length > replaces || options.length === 1) this.#write(editor.replaceBefore(replaces, common));
    else if (options.length > 0)
      this.#write(`${editor.erase()}${inColumns(options, this.#columns)}\n${editor.redrawn()}`);
  }

  /** Several lines go out as one piece, so that blank lines inside of a function do not end it. */
  #paste(text: string): void {
    const lines = text.replaceAll(/\r\n?/g, '\n');
    const editor = this.#editor;
    if (editor === undefined || this.#asked !== 'statement' || !lines.includes('\n')) {
      for (const key of splitKeys(lines.replaceAll('\n', '\r'))) this.#type(key);
      return;
    }
    const whole = `${editor.text}${lines}`.trimEnd();
    this.#editor = undefined;
    this.#write(`${editor.erase()}${PRIMARY}${whole.replaceAll('\n', `\n${CONTINUATION}`)}\n`);
    this.#history.add(whole);
    this.#events.pasted(whole);
  }
}

/** Typed text as the terminal would have sent it: printable characters together, each control key alone. */
function splitKeys(data: string): readonly string[] {
  // oxlint-disable-next-line no-control-regex -- keys are control characters
  return data.match(/\u001B\[[\d;]*[~A-Za-z]|\u001BO?.|[\u0000-\u001F\u007F]|[^\u0000-\u001F\u007F]+/gu) ?? [];
}

function commonStart(options: readonly string[]): string {
  let common = options[0] ?? '';
  for (const option of options) while (!option.startsWith(common)) common = common.slice(0, -1);
  return common;
}

/** Names without what stands before their last dot, side by side. */
function inColumns(options: readonly string[], columns: number): string {
  const short = options.map((option) => option.slice(option.lastIndexOf('.', option.length - 2) + 1));
  const width = Math.max(...short.map((option) => option.length)) + 2;
  const across = Math.max(1, Math.floor(columns / width));
  const rows: string[] = [];
  for (let at = 0; at < short.length; at += across) {
    const row = short.slice(at, at + across).map((option) => option.padEnd(width));
    rows.push(row.join('').trimEnd());
  }
  return rows.join('\n');
}
