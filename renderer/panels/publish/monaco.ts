/** The code editor, loaded on first use: Monaco's core with a colouring for JSON, in the colours of the page. */

import * as monaco from 'monaco-editor/editor';
import { editorOptions, followTheme, loadFeatures } from '../../ui/monaco.ts';

export { loadFeatures };

let prepared = false;

function prepare(): void {
  if (prepared) return;
  prepared = true;
  monaco.languages.register({ id: 'json' });
  monaco.languages.setLanguageConfiguration('json', {
    brackets: [
      ['{', '}'],
      ['[', ']'],
    ],
    autoClosingPairs: [
      { open: '{', close: '}' },
      { open: '[', close: ']' },
      { open: '"', close: '"', notIn: ['string'] },
    ],
  });
  monaco.languages.setMonarchTokensProvider('json', {
    tokenizer: {
      root: [
        [/"(?:[^"\\]|\\.)*"(?=\s*:)/, 'key'],
        [/"(?:[^"\\]|\\.)*"/, 'string'],
        [/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/, 'number'],
        [/\b(?:true|false|null)\b/, 'keyword'],
      ],
    },
  });
}

export interface EditorOptions {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Ctrl+Enter or ⌘Enter. */
  readonly onSend: () => void;
}

export interface PayloadEditorHandle extends Disposable {
  /** Replaces the text; a revision that was shown already is what the user goes on typing in. */
  show(value: string, revision: number): void;
  setLanguage(language: 'json' | 'plaintext'): void;
  /** Marks a place in `text` as wrong, or nothing. Ignored where the text has moved on: Monaco moves old marks along. */
  mark(fault: { readonly at: number; readonly message: string } | undefined, text: string): void;
  focus(): void;
}

/** Puts an editor into `element`, which must have a size. */
export function openEditor(element: HTMLElement, options: EditorOptions): PayloadEditorHandle {
  prepare();
  const model = monaco.editor.createModel(options.value, 'plaintext');
  const editor = monaco.editor.create(element, {
    model,
    ariaLabel: options.label,
    automaticLayout: true,
    ...editorOptions(),
    lineNumbersMinChars: 3,
    folding: false,
    glyphMargin: false,
    renderLineHighlight: 'none',
    wordWrap: 'on',
    tabSize: 2,
    overviewRulerLanes: 0,
    bracketPairColorization: { enabled: false },
    guides: { indentation: false },
    quickSuggestions: false,
    wordBasedSuggestions: 'off',
    // Tab leaves the editor, as in any other field of the form.
    tabFocusMode: true,
  });
  const theme = followTheme();
  let quiet = false;
  let shown = -1;
  const changes = model.onDidChangeContent(() => {
    if (!quiet) options.onChange(model.getValue());
  });
  editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, options.onSend);
  return {
    show(value, revision) {
      if (shown === revision || value === model.getValue()) return;
      shown = revision;
      quiet = true;
      model.setValue(value);
      quiet = false;
    },
    setLanguage: (language) => monaco.editor.setModelLanguage(model, language),
    mark(fault, text) {
      if (text !== model.getValue()) return;
      const markers = fault === undefined ? [] : [markerAt(model, fault.at, fault.message)];
      monaco.editor.setModelMarkers(model, 'payload', markers);
    },
    focus: () => editor.focus(),
    [Symbol.dispose]() {
      theme[Symbol.dispose]();
      changes.dispose();
      editor.dispose();
      model.dispose();
    },
  };
}

function markerAt(model: monaco.editor.ITextModel, at: number, message: string): monaco.editor.IMarkerData {
  const start = model.getPositionAt(Math.max(0, Math.min(at, model.getValueLength() - 1)));
  return {
    severity: monaco.MarkerSeverity.Error,
    message,
    startLineNumber: start.lineNumber,
    startColumn: start.column,
    endLineNumber: start.lineNumber,
    endColumn: start.column + 1,
  };
}
