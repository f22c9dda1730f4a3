/** Takes files that are dropped anywhere on the window, and shows that it would. */

import { type ReactNode, useEffect, useState } from 'react';
import { disposable } from '../model/store.ts';
import { useText } from '../model/use-store.ts';
import type { ShellModel } from './shell-model.ts';
import { shellText } from './strings/text.ts';

export function FileDrop({ shell }: { readonly shell: ShellModel }): ReactNode {
  const t = useText(shellText);
  const [over, setOver] = useState(false);
  useEffect(() => {
    const listening = takeDrops(setOver, (files) => void shell.openFiles(files));
    return () => listening[Symbol.dispose]();
  }, [shell]);
  return over ? <div className="file-drop">{t('file.drop')}</div> : null;
}

/** Without a listener for both events the browser would leave the page for the file. */
function takeDrops(setOver: (over: boolean) => void, take: (files: readonly File[]) => void): Disposable {
  const bringsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
  const drag = (event: DragEvent): void => {
    if (!bringsFiles(event)) return;
    event.preventDefault();
    setOver(true);
  };
  const leave = (event: DragEvent): void => {
    if (event.relatedTarget === null) setOver(false);
  };
  const drop = (event: DragEvent): void => {
    setOver(false);
    if (!bringsFiles(event) || event.defaultPrevented) return;
    event.preventDefault();
    take([...(event.dataTransfer?.files ?? [])]);
  };
  document.addEventListener('dragover', drag);
  document.addEventListener('dragleave', leave);
  document.addEventListener('drop', drop);
  return disposable(() => {
    document.removeEventListener('dragover', drag);
    document.removeEventListener('dragleave', leave);
    document.removeEventListener('drop', drop);
  });
}
