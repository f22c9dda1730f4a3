/** The line of a script that caused a packet; a click shows it in the editor. */

import type { ReactNode } from 'react';
import type { AppModel } from '../../model/app-model.ts';
import { useText } from '../../model/use-store.ts';
import { placeOf } from '../../model/script-place.ts';
import { packetsText } from './strings/text.ts';

export interface InitiatorLinkProps {
  readonly app: AppModel;
  /** `file:line`, or what was typed at a prompt, which no file has. */
  readonly initiator: string;
  /** Whether the tab key stops here. */
  readonly reachable: boolean;
}

export function InitiatorLink({ app, initiator, reachable }: InitiatorLinkProps): ReactNode {
  const t = useText(packetsText);
  const place = placeOf(initiator);
  if (place === undefined) return <span className="faint">{t('initiator.prompt')}</span>;
  return (
    <button
      type="button"
      className="initiator-link"
      tabIndex={reachable ? 0 : -1}
      aria-label={initiator}
      title={t('initiator.reveal', { place: initiator })}
      // A row that is selected makes room for its detail: the link must not move away from under the pointer.
      onPointerDown={(event) => event.stopPropagation()}
      onMouseDown={(event) => event.stopPropagation()}
      onClick={(event) => {
        event.stopPropagation();
        app.navigation.go({ to: 'script', ...place });
      }}
    >
      <span className="ellipsis">{place.file}</span>:{place.line}
    </button>
  );
}
