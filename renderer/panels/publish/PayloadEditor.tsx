/** The payload's text: a plain field at once, the code editor in its place when that has loaded. */

import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { PublishModel } from '../../model/publish-model.ts';
import { useModel, useText } from '../../model/use-store.ts';
import type { PayloadEditorHandle } from './monaco.ts';
import { publishText } from './strings/text.ts';

export interface PayloadEditorProps {
  readonly model: PublishModel;
  readonly fault: { readonly at: number; readonly message: string } | undefined;
  readonly onSend: () => void;
}

export function PayloadEditor({ model, fault, onSend }: PayloadEditorProps): ReactNode {
  const t = useText(publishText);
  const form = useModel(model.form);
  const revision = useModel(model.revision);
  const place = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<PayloadEditorHandle>();
  const send = useRef(onSend);
  useEffect(() => {
    send.current = onSend;
  }, [onSend]);

  useEffect(() => {
    let wanted = true;
    let opened: PayloadEditorHandle | undefined;
    const open = async () => {
      const { loadFeatures, openEditor } = await import('./monaco.ts');
      await loadFeatures();
      const element = place.current;
      if (!wanted || element === null) return;
      opened = openEditor(element, {
        label: publishText('payload.label'),
        value: model.form.get().payload,
        onChange: (payload) => model.change({ payload }),
        onSend: () => send.current(),
      });
      setEditor(opened);
    };
    // Where the editor cannot be loaded the plain field stays: nothing is lost but the colours.
    open().catch(() => undefined);
    return () => {
      wanted = false;
      opened?.[Symbol.dispose]();
      setEditor(undefined);
    };
  }, [model]);

  useEffect(() => editor?.show(model.form.get().payload, revision), [editor, model, revision]);
  useEffect(() => editor?.setLanguage(form.format === 'json' ? 'json' : 'plaintext'), [editor, form.format]);
  const at = fault?.at;
  const message = fault?.message;
  useEffect(() => {
    editor?.mark(at === undefined || message === undefined ? undefined : { at, message }, form.payload);
  }, [editor, at, message, form.payload]);
  const loaded = editor !== undefined;

  return (
    <div className="publish-editor" data-loaded={loaded || undefined}>
      <div ref={place} className="publish-monaco" />
      {loaded ? null : (
        <textarea
          className="publish-plain"
          aria-label={t('payload.label')}
          value={form.payload}
          spellCheck={false}
          onChange={(event) => model.change({ payload: event.target.value })}
        />
      )}
    </div>
  );
}
