/** Somebody's words on a packet: read, written and taken away in the detail pane. */

import { Pencil } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import type { PacketDetail } from '../../../shared/contract/packet-records.ts';
import type { AppModel } from '../../model/app-model.ts';
import { useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { packetsText } from './strings/text.ts';

/** Characters that the service takes. */
const LONGEST = 10_000;

export interface CommentNoteProps {
  readonly app: AppModel;
  readonly packet: PacketDetail;
  /** Shows the field instead of the words. */
  readonly writing: boolean;
  readonly onWriting: (writing: boolean) => void;
  /** The packet's comment is another now. */
  readonly onChanged: () => void;
}

export function CommentNote({ app, packet, writing, onWriting, onChanged }: CommentNoteProps): ReactNode {
  const t = useText(packetsText);
  const { comment, source, seq } = packet;
  const write = async (text: string) => {
    onWriting(false);
    await app.actions.run(() => app.inspector.call('setComment', { source, seq, text }));
    onChanged();
  };
  if (writing)
    return <CommentField text={comment ?? ''} onDone={(text) => void write(text)} onCancel={() => onWriting(false)} />;
  if (comment === undefined) return null;
  return (
    <div className="note comment-note" role="note" aria-label={t('comment.label')}>
      <span className="grow">{comment}</span>
      <Button label={t('comment.edit')} onPress={() => onWriting(true)}>
        <Pencil aria-hidden />
      </Button>
    </div>
  );
}

interface CommentFieldProps {
  readonly text: string;
  readonly onDone: (text: string) => void;
  readonly onCancel: () => void;
}

function CommentField({ text, onDone, onCancel }: CommentFieldProps): ReactNode {
  const t = useText(packetsText);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const done = () => onDone(field.current?.value ?? text);
  return (
    <form
      className="comment-field"
      onSubmit={(event) => {
        event.preventDefault();
        done();
      }}
    >
      <textarea
        ref={field}
        className="input"
        aria-label={t('comment.label')}
        defaultValue={text}
        maxLength={LONGEST}
        rows={3}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.preventDefault();
            event.stopPropagation();
            onCancel();
          } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            done();
          }
        }}
      />
      <div className="bar-buttons">
        <Button kind="framed" label={t('comment.cancel')} onPress={onCancel} />
        <Button kind="primary" label={t('comment.save')} onPress={done} />
      </div>
    </form>
  );
}
