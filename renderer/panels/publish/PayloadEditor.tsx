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
  const editor = useRef<PayloadEditorHandle>(undefined);
  const send = useRef(onSend);
  const [loaded, setLoaded] = useState(false);
  useEffect(() => {
    send.current = onSend;
  }, [onSend]);

  useEffect(() => {
    let wanted = true;
    // Where the editor cannot be loaded the plain field stays: nothing is lost but the colours.
    import('./monaco.ts').then(
      ({ openEditor }) => {
        const element = place.current;
        if (!wanted || element === null) return;
        editor.current = openEditor(element, {
          label: publishText('payload.label'),
          value: model.form.get().payload,
          onChange: (payload) => model.change({ payload }),
          onSend: () => send.current(),
        });
        setLoaded(true);
      },
      () => undefined,
    );
    return () => {
      wanted = false;
      editor.current?.[Symbol.dispose]();
      editor.current = undefined;
      setLoaded(false);
    };
  }, [model]);

  useEffect(() => {
    if (loaded) editor.current?.setValue(model.form.get().payload);
  }, [model, revision, loaded]);
  useEffect(() => {
    editor.current?.setLanguage(form.format === 'json' ? 'json' : 'plaintext');
  }, [form.format, loaded]);
  const at = fault?.at;
  const message = fault?.message;
  useEffect(() => {
    editor.current?.mark(at === undefined || message === undefined ? undefined : { at, message });
    // The text is named too: Monaco moves a mark with what is typed before it.
  }, [at, message, loaded, form.payload]);

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
