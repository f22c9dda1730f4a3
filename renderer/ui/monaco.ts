/** Monaco as this page uses it: loaded in parts, in the colours of the page. Import it lazily. */

import * as monaco from 'monaco-editor/editor';

/** Everything an editor can do: find, multiple cursors, folding and so on. Await it once before an editor is made. */
export async function loadFeatures(): Promise<void> {
  const [worker] = await Promise.all([
    import('monaco-editor/editor/editor.worker?worker'),
    import('monaco-editor/features/register.all'),
  ]);
  Object.assign(globalThis, { MonacoEnvironment: { getWorker: () => new worker.default() } });
}

/** Applies the page's colours now and after each change of theme. */
export function followTheme(): Disposable {
  applyTheme();
  const themes = new MutationObserver(applyTheme);
  themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return { [Symbol.dispose]: () => themes.disconnect() };
}

/** Of every editor of the page. */
export function editorOptions(): monaco.editor.IEditorOptions {
  return {
    minimap: { enabled: false },
    fontSize: 12,
    lineHeight: 18,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono-family'),
    scrollBeyondLastLine: false,
    padding: { top: 6, bottom: 6 },
    fixedOverflowWidgets: true,
    unicodeHighlight: { ambiguousCharacters: false },
  };
}

/** The page's colours as Monaco wants them: six digits. */
function applyTheme(): void {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => {
    const text = style.getPropertyValue(name).trim();
    return text.length === 4 ? `#${text.slice(1).replaceAll(/./g, '$&$&')}` : text;
  };
  const dark = document.documentElement.dataset['theme'] !== 'light';
  const foreground = (name: string): string => colour(name).slice(1);
  monaco.editor.defineTheme('page', {
    base: dark ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [
      { token: 'key', foreground: foreground('--accent') },
      { token: 'string', foreground: foreground('--in') },
      { token: 'number', foreground: foreground('--qos2') },
      { token: 'keyword', foreground: foreground('--out') },
      { token: 'comment', foreground: foreground('--text-3') },
    ],
    colors: {
      'editor.background': colour('--bg'),
      'editor.foreground': colour('--text'),
      'editorLineNumber.foreground': colour('--text-3'),
      'editorCursor.foreground': colour('--text'),
      'editor.selectionBackground': colour('--sel'),
      'editor.lineHighlightBackground': colour('--bg-raised'),
      'editor.lineHighlightBorder': colour('--bg-raised'),
      'editorWidget.background': colour('--bg-menu'),
      'editorWidget.border': colour('--line'),
      'input.background': colour('--bg-input'),
      focusBorder: colour('--accent'),
    },
  });
  monaco.editor.setTheme('page');
}
