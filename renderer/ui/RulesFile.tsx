/** What bars of rules have for files: a button that chooses one, and what is said or asked of the one that was chosen. */

import { Upload } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { Button } from './Button.tsx';
import { NoticeBar } from './NoticeBar.tsx';

export interface OpenRulesProps {
  readonly label: string;
  readonly onOpen: (file: File) => void;
}

export function OpenRules({ label, onOpen }: OpenRulesProps): ReactNode {
  const file = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={file}
        type="file"
        accept=".json,application/json"
        hidden
        onChange={(event) => {
          const [chosen] = event.target.files ?? [];
          event.target.value = '';
          if (chosen !== undefined) onOpen(chosen);
        }}
      />
      <Button label={label} onPress={() => file.current?.click()}>
        <Upload aria-hidden />
      </Button>
    </>
  );
}

export interface OpenedRulesProps {
  /** Why it cannot be used. */
  readonly fault: string | undefined;
  /** What is to become of the rules that are there. */
  readonly question: string | undefined;
  readonly words: Readonly<Record<'hint' | 'dismiss' | 'cancel' | 'append' | 'replace', string>>;
  readonly onAnswer: (how: 'replace' | 'append' | 'cancel') => void;
  readonly onDismiss: () => void;
}

export function OpenedRules({ fault, question, words, onAnswer, onDismiss }: OpenedRulesProps): ReactNode {
  if (fault !== undefined)
    return (
      <NoticeBar level="error" text={fault} hint={words.hint} dismiss={{ label: words.dismiss, onPress: onDismiss }} />
    );
  if (question === undefined) return null;
  return (
    <div className="confirm" role="group" aria-label={question}>
      <span className="grow" role="status">
        {question}
      </span>
      {(['cancel', 'append', 'replace'] as const).map((how) => (
        <Button key={how} kind="framed" label={words[how]} onPress={() => onAnswer(how)} />
      ))}
    </div>
  );
}
