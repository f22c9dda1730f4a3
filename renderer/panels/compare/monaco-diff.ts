/** Monaco's side-by-side difference of two texts, loaded on first use. */

import * as monaco from 'monaco-editor/editor';
import { editorOptions, followTheme, loadFeatures } from '../../ui/monaco.ts';

export interface DiffHandle extends Disposable {
  show(before: string, after: string): void;
}

/** Puts a read-only difference into `element`, which must have a size. */
export async function openDiff(
  element: HTMLElement,
  labels: { readonly before: string; readonly after: string },
): Promise<DiffHandle> {
  await loadFeatures();
  const before = monaco.editor.createModel('', 'plaintext');
  const after = monaco.editor.createModel('', 'plaintext');
  const editor = monaco.editor.createDiffEditor(element, {
    ...editorOptions(),
    automaticLayout: true,
    readOnly: true,
    originalEditable: false,
    renderSideBySide: true,
    useInlineViewWhenSpaceIsLimited: false,
    renderOverviewRuler: false,
    hideUnchangedRegions: { enabled: true },
    lineNumbersMinChars: 3,
    folding: false,
    glyphMargin: false,
    wordWrap: 'on',
    originalAriaLabel: labels.before,
    modifiedAriaLabel: labels.after,
  });
  editor.setModel({ original: before, modified: after });
  const theme = followTheme();
  return {
    show(left, right) {
      before.setValue(left);
      after.setValue(right);
    },
    [Symbol.dispose]() {
      theme[Symbol.dispose]();
      editor.dispose();
      before.dispose();
      after.dispose();
    },
  };
}
