/** The script editor, loaded on first use: Monaco with Python, a model for each file. */

import * as monaco from 'monaco-editor/editor';
import { editorOptions, followTheme, loadFeatures } from '../../ui/monaco.ts';
import type { Problem } from './language/python-language.ts';

/** Where Python sees the editor's files. */
const FOLDER = '/home/script/';

export interface EditorActions {
  readonly changed: (name: string, text: string) => void;
  readonly run: () => void;
  readonly runSelection: () => void;
  /** All problems of the files, whenever they change. */
  readonly problems: (found: readonly Problem[]) => void;
  /** Something of the language cannot be had; the editor goes on without it. */
  readonly failed: (part: 'language' | 'format', error: unknown) => void;
}

export interface ScriptEditor extends Disposable {
  /** Shows a file, with the cursor where it was. */
  show(name: string, text: string, label: string): void;
  /** Puts the cursor on a line and that in view. */
  reveal(line: number): void;
  /** The selected lines, or the line of the cursor. */
  selection(): { readonly text: string; readonly firstLine: number };
  /** Lays the file out anew; its text stays as it is where it is no Python. */
  format(): void;
  focus(): void;
}

interface OpenFile {
  readonly model: monaco.editor.ITextModel;
  view: monaco.editor.ICodeEditorViewState | null;
}

/** Puts an editor into `element`, which must have a size. */
export async function openScriptEditor(element: HTMLElement, actions: EditorActions): Promise<ScriptEditor> {
  await Promise.all([loadFeatures(), import('monaco-editor/languages/definitions/python/register')]);
  const theme = followTheme();
  const editor = monaco.editor.create(element, {
    model: null,
    automaticLayout: true,
    ...editorOptions(),
    tabSize: 4,
    insertSpaces: true,
    lineNumbersMinChars: 3,
    folding: true,
    glyphMargin: false,
    renderLineHighlight: 'line',
    quickSuggestions: { other: true, comments: false, strings: false },
    wordBasedSuggestions: 'currentDocument',
    stickyScroll: { enabled: false },
  });
  const files = new Map<string, OpenFile>();
  let shown = '';
  let quiet = false;

  const fileOf = (name: string, text: string): OpenFile => {
    const known = files.get(name);
    if (known !== undefined) return known;
    const model = monaco.editor.createModel(text, languageOf(name), monaco.Uri.file(FOLDER + name));
    model.setEOL(monaco.editor.EndOfLineSequence.LF);
    model.onDidChangeContent(() => {
      if (!quiet) actions.changed(name, model.getValue());
    });
    const made: OpenFile = { model, view: null };
    files.set(name, made);
    return made;
  };

  editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, actions.run);
  editor.addCommand(monaco.KeyMod.Shift | monaco.KeyCode.Enter, actions.runSelection);

  const formatting = monaco.languages.registerDocumentFormattingEditProvider('python', {
    async provideDocumentFormattingEdits(model) {
      const { formatPython } = await import('./language/python-format.ts');
      try {
        return [{ range: model.getFullModelRange(), text: await formatPython(model.getValue()) }];
      } catch (error) {
        actions.failed('format', error);
        return [];
      }
    },
  });
  let language: Disposable | undefined;
  let over = false;
  const startLanguage = async (): Promise<void> => {
    const { servePython } = await import('./language/python-language.ts');
    const served = await servePython(actions.problems);
    if (over) served[Symbol.dispose]();
    else language = served;
  };
  startLanguage().catch((error: unknown) => {
    if (!over) actions.failed('language', error);
  });

  return {
    show(name, text, label) {
      const before = files.get(shown);
      if (before !== undefined && shown !== name) before.view = editor.saveViewState();
      const file = fileOf(name, text);
      if (file.model.getValue() !== text) {
        quiet = true;
        file.model.setValue(text);
        quiet = false;
      }
      if (editor.getModel() !== file.model) {
        editor.setModel(file.model);
        if (file.view !== null) editor.restoreViewState(file.view);
      }
      shown = name;
      editor.updateOptions({ ariaLabel: label });
    },
    reveal(line) {
      editor.setPosition({ lineNumber: line, column: 1 });
      editor.revealLineInCenterIfOutsideViewport(line);
      editor.focus();
    },
    selection() {
      const model = editor.getModel();
      const range = editor.getSelection();
      if (model === null || range === null) return { text: '', firstLine: 1 };
      const last =
        range.endColumn === 1 && range.endLineNumber > range.startLineNumber
          ? range.endLineNumber - 1
          : range.endLineNumber;
      const lines: string[] = [];
      for (let line = range.startLineNumber; line <= last; line += 1) lines.push(model.getLineContent(line));
      return { text: dedented(lines), firstLine: range.startLineNumber };
    },
    format() {
      editor.focus();
      void editor.getAction('editor.action.formatDocument')?.run();
    },
    focus: () => editor.focus(),
    [Symbol.dispose]() {
      over = true;
      formatting.dispose();
      language?.[Symbol.dispose]();
      theme[Symbol.dispose]();
      editor.dispose();
      for (const { model } of files.values()) model.dispose();
    },
  };
}

function languageOf(name: string): string {
  return name.endsWith('.py') ? 'python' : 'plaintext';
}

/** Lines from inside of a function run as if they stood at its margin. */
function dedented(lines: readonly string[]): string {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const least = indents.length === 0 ? 0 : Math.min(...indents);
  return lines.map((line) => line.slice(least)).join('\n');
}
