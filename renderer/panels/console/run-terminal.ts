/** The terminal of one run. It lives as long as the run, wherever it is shown. */

import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { type ILink, Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import type { ConsoleRun } from '../../model/console-run.ts';
import { createStore, type Readable } from '../../model/store.ts';

/** Lines that stay; older ones go and are counted. */
const SCROLLBACK = 20_000;
/** How often the count of lines that are gone is brought up to date. */
const COUNT_MS = 250;
/** As tracebacks name places. */
const PLACE = /File "(?:\/home\/script\/)?([^"/<][^"<]*)", line (\d+)/g;

export interface TerminalEvents {
  /** A place of a traceback was clicked. */
  reveal(file: string, line: number): void;
  find(): void;
  leave(): void;
}

/** In the user's browser; the address is given at once, since Electron's window decides by it. */
function openLink(_event: MouseEvent, address: string): void {
  window.open(address, '_blank', 'noopener');
}

export class RunTerminal {
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #search = new SearchAddon();
  readonly #element = document.createElement('div');
  readonly #gone = createStore(0);
  readonly #themes = new MutationObserver(() => this.#applyTheme());
  readonly #sizes = new ResizeObserver(() => this.fit());
  #lines = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #opened = false;
  events: TerminalEvents | undefined;

  constructor(run: ConsoleRun) {
    this.#element.className = 'console-terminal-place';
    this.#terminal = new Terminal({
      convertEol: true,
      cursorBlink: true,
      cursorStyle: 'bar',
      fontSize: 12,
      lineHeight: 1.3,
      scrollback: SCROLLBACK,
      allowProposedApi: true,
      screenReaderMode: false,
      drawBoldTextInBrightColors: false,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono-family'),
      linkHandler: { activate: openLink },
    });
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.loadAddon(this.#search);
    this.#terminal.loadAddon(new WebLinksAddon(openLink));
    this.#terminal.onData((data) => run.keys(data));
    this.#terminal.onResize(({ cols }) => run.resize(cols));
    this.#terminal.attachCustomKeyEventHandler((event) => this.#takesKey(event));
    this.#terminal.registerLinkProvider({
      provideLinks: (row, callback) => callback(this.#placesIn(row)),
    });
    // Pasted text comes in one piece, told from typing.
    this.#terminal.write('\u001B[?2004h');
    const terminal = this.#terminal;
    run.attach({
      write: (text, done) => {
        this.#count(text);
        terminal.write(text, done);
      },
      get columns() {
        return terminal.cols;
      },
      get column() {
        return terminal.buffer.active.cursorX;
      },
    });
    this.#themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    this.#applyTheme();
  }

  /** Lines that were written and no longer stand in the terminal. */
  get gone(): Readable<number> {
    return this.#gone;
  }

  /** Shows it below `parent`; a terminal has one place at a time. */
  show(parent: HTMLElement, label: string): void {
    parent.append(this.#element);
    if (!this.#opened) {
      this.#opened = true;
      this.#terminal.open(this.#element);
    }
    this.#terminal.textarea?.setAttribute('aria-label', label);
    this.#sizes.observe(this.#element);
    this.fit();
  }

  hide(): void {
    this.#sizes.unobserve(this.#element);
    this.#element.remove();
  }

  fit(): void {
    if (this.#element.clientWidth > 0 && this.#element.clientHeight > 0) this.#fit.fit();
  }

  focus(): void {
    this.#terminal.focus();
  }

  clear(): void {
    this.#terminal.clear();
    this.#lines = 0;
    this.#gone.set(0);
  }

  /** Whether the text was found. */
  find(text: string, direction: 'next' | 'previous', incremental: boolean): boolean {
    if (text === '') {
      this.#search.clearDecorations();
      this.#terminal.clearSelection();
      return true;
    }
    return direction === 'next' ? this.#search.findNext(text, { incremental }) : this.#search.findPrevious(text);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#themes.disconnect();
    this.#sizes.disconnect();
    this.#terminal.dispose();
    this.#element.remove();
  }

  /** False for keys that are the page's. */
  #takesKey(event: KeyboardEvent): boolean {
    const { key, ctrlKey, metaKey, shiftKey } = event;
    const command = ctrlKey || metaKey;
    if (key === 'Escape') {
      if (event.type === 'keydown') this.events?.leave();
      return false;
    }
    if (command && key.toLowerCase() === 'f' && !shiftKey) {
      if (event.type === 'keydown') {
        event.preventDefault();
        this.events?.find();
      }
      return false;
    }
    // Ctrl-C copies where something is selected, as terminals of desktops do; else it interrupts.
    if (ctrlKey && key.toLowerCase() === 'c' && this.#terminal.hasSelection()) {
      if (event.type === 'keydown') {
        void navigator.clipboard.writeText(this.#terminal.getSelection()).catch(() => undefined);
        this.#terminal.clearSelection();
        event.preventDefault();
      }
      return false;
    }
    // The browser pastes by itself.
    if (command && key.toLowerCase() === 'v') return false;
    return !(command && (key === 'k' || key === 'Enter' || /^[1-9]$/.test(key)));
  }

  #placesIn(row: number): ILink[] {
    const text = this.#terminal.buffer.active.getLine(row - 1)?.translateToString(true) ?? '';
    return [...text.matchAll(PLACE)].map((match) => ({
      text: match[0],
      range: {
        start: { x: match.index + 1, y: row },
        end: { x: match.index + match[0].length, y: row },
      },
      activate: () => this.events?.reveal(match[1] ?? '', Number(match[2])),
    }));
  }

  #count(text: string): void {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#lines += 1;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#gone.set(this.#linesGone());
    }, COUNT_MS);
  }

  #linesGone(): number {
    const buffer = this.#terminal.buffer.normal;
    if (buffer.length < SCROLLBACK + this.#terminal.rows) return 0;
    let kept = 0;
    for (let row = 0; row < buffer.length; row += 1) if (buffer.getLine(row)?.isWrapped === false) kept += 1;
    return Math.max(0, this.#lines + 1 - kept);
  }

  #applyTheme(): void {
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    this.#terminal.options.theme = {
      background: colour('--bg'),
      foreground: colour('--text'),
      cursor: colour('--text'),
      cursorAccent: colour('--bg'),
      selectionBackground: colour('--accent-bg'),
      red: colour('--err'),
      green: colour('--in'),
      yellow: colour('--warn'),
      blue: colour('--qos1'),
      magenta: colour('--qos2'),
      cyan: colour('--accent'),
    };
  }
}

const terminals = new Map<ConsoleRun, RunTerminal>();

/** The terminal of a run; made on first use. */
export function terminalOf(run: ConsoleRun): RunTerminal {
  const known = terminals.get(run);
  if (known !== undefined) return known;
  const made = new RunTerminal(run);
  terminals.set(run, made);
  return made;
}

/** Takes the terminals away whose runs are not among these. */
export function keepTerminals(runs: readonly ConsoleRun[]): void {
  for (const [run, terminal] of terminals)
    if (!runs.includes(run)) {
      terminal.dispose();
      terminals.delete(run);
    }
}
