/** What bars of rules have for files: a button that chooses one, and what is said or asked of the one that was chosen. */

import { Upload } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './Button.tsx';
import { FileButton } from './FileButton.tsx';
import { NoticeBar } from './NoticeBar.tsx';

export interface OpenRulesProps {
  readonly label: string;
  readonly onOpen: (file: File) => void;
}

export function OpenRules({ label, onOpen }: OpenRulesProps): ReactNode {
  return (
    <FileButton label={label} accept=".json,application/json" onOpen={onOpen}>
      <Upload aria-hidden />
    </FileButton>
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
