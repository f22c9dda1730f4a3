/** A button that lets the user choose a file of the disk. */

import { type ReactNode, useRef } from 'react';
import { Button } from './Button.tsx';

export interface FileButtonProps {
  readonly label: string;
  /** Endings and types that are offered, as of an `input`. */
  readonly accept: string;
  readonly onOpen: (file: File) => void;
  readonly children: ReactNode;
}

/** The same file may be chosen again. */
export function FileButton({ label, accept, onOpen, children }: FileButtonProps): ReactNode {
  const file = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={file}
        type="file"
        accept={accept}
        hidden
        onChange={(event) => {
          const [chosen] = event.target.files ?? [];
          event.target.value = '';
          if (chosen !== undefined) onOpen(chosen);
        }}
      />
      <Button label={label} onPress={() => file.current?.click()}>
        {children}
      </Button>
    </>
  );
}
