/** Looks for a text in a terminal. */

import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { consoleText } from './strings/text.ts';

export interface FindBarProps {
  /** Whether it was found; `typed` looks from where the last find was. */
  readonly find: (text: string, direction: 'next' | 'previous', typed: boolean) => boolean;
  readonly onClose: () => void;
}

export function FindBar({ find, onClose }: FindBarProps): ReactNode {
  const t = useText(consoleText);
  const [text, setText] = useState('');
  const [found, setFound] = useState(true);
  const look = (direction: 'next' | 'previous') => setFound(find(text, direction, false));
  const close = () => {
    find('', 'next', false);
    onClose();
  };
  return (
    <div className="bar console-find" role="search">
      <input
        className="input grow"
        type="search"
        aria-label={t('find.label')}
        placeholder={t('find.placeholder')}
        value={text}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- opened to be typed into
        autoFocus
        onChange={(event) => {
          setText(event.target.value);
          setFound(find(event.target.value, 'next', true));
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') look(event.shiftKey ? 'previous' : 'next');
          if (event.key !== 'Escape') return;
          event.preventDefault();
          close();
        }}
      />
      {found ? null : (
        <span className="console-missing" role="status">
          {t('find.none')}
        </span>
      )}
      <Button label={t('find.previous')} onPress={() => look('previous')}>
        <ChevronUp aria-hidden />
      </Button>
      <Button label={t('find.next')} onPress={() => look('next')}>
        <ChevronDown aria-hidden />
      </Button>
      <Button label={t('find.close')} onPress={close}>
        <X aria-hidden />
      </Button>
    </div>
  );
}
