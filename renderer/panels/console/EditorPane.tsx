/** The editor of the selected file; what is typed is kept at once. */

import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { ConsoleModel } from '../../model/console-model.ts';
import { useModel, useText } from '../../model/use-store.ts';
import type { ScriptEditor } from './code-editor.ts';
import type { Problem } from './language/python-language.ts';
import { consoleText } from './strings/text.ts';

export interface EditorPaneProps {
  readonly model: ConsoleModel;
  /** Called with the editor once it has loaded, and with undefined when it goes. */
  readonly onEditor: (editor: ScriptEditor | undefined) => void;
  readonly onRun: () => void;
  readonly onRunSelection: () => void;
  readonly onProblems: (found: readonly Problem[]) => void;
}

export function EditorPane({ model, onEditor, onRun, onRunSelection, onProblems }: EditorPaneProps): ReactNode {
  const t = useText(consoleText);
  const name = useModel(model.files.selected);
  const files = useModel(model.files.files);
  const text = files.find((file) => file.name === name)?.text ?? '';
  const place = useRef<HTMLDivElement>(null);
  const actions = useRef({ onRun, onRunSelection, onProblems });
  const [opened, setOpened] = useState<ScriptEditor>();
  useEffect(() => {
    actions.current = { onRun, onRunSelection, onProblems };
  }, [onRun, onRunSelection, onProblems]);

  useEffect(() => {
    let wanted = true;
    let made: ScriptEditor | undefined;
    const open = async () => {
      const { openScriptEditor } = await import('./code-editor.ts');
      const { current } = place;
      if (!wanted || current === null) return;
      made = await openScriptEditor(current, {
        changed: (file, value) => model.files.setText(file, value),
        run: () => actions.current.onRun(),
        runSelection: () => actions.current.onRunSelection(),
        problems: (found) => actions.current.onProblems(found),
        failed: (part, error) => {
          const reason = error instanceof Error ? error.message : String(error);
          const file = model.files.selected.get();
          model.app.actions.report(new Error(consoleText(`${part}.failed`, { name: file, reason })));
        },
      });
      if (!wanted) {
        made[Symbol.dispose]();
        return;
      }
      onEditor(made);
      setOpened(made);
    };
    // Where the editor cannot be loaded the plain field stays: nothing is lost but the colours.
    open().catch(() => undefined);
    return () => {
      wanted = false;
      onEditor(undefined);
      made?.[Symbol.dispose]();
      setOpened(undefined);
    };
  }, [model, onEditor]);

  const revealed = useModel(model.files.revealed);
  useEffect(() => opened?.show(name, text, t('editor.label', { name })), [opened, name, text, t]);

  // After the effect above: the file of the line is on screen.
  useEffect(() => {
    if (opened === undefined || revealed?.name !== name) return;
    opened.reveal(revealed.line);
    model.files.showedLine();
  }, [model, opened, revealed, name]);

  return (
    <div className="console-editor">
      <div ref={place} className="console-monaco" />
      {opened === undefined ? (
        <textarea
          className="console-plain mono"
          aria-label={t('editor.label', { name })}
          value={text}
          spellCheck={false}
          onChange={(event) => model.files.setText(name, event.target.value)}
        />
      ) : null}
    </div>
  );
}
