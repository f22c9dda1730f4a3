/** Bars above the panel: the link is down, verification is off, what the host reports, what the last action met. */

import { CircleAlert, Info, TriangleAlert, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { failureWords } from '../model/error-text.ts';
import { useModel, useText } from '../model/use-store.ts';
import { Button } from '../ui/Button.tsx';
import type { ShellModel } from './shell-model.ts';
import { shellText } from './strings/text.ts';

type Level = 'info' | 'warning' | 'error';

const ICONS = { info: Info, warning: TriangleAlert, error: CircleAlert } as const;

interface NoticeBarProps {
  readonly level: Level;
  readonly text: string;
  readonly hint?: string | undefined;
  readonly action?: { readonly label: string; readonly onPress: () => void } | undefined;
  /** Without it the bar stays for as long as what it says is true. */
  readonly onDismiss?: (() => void) | undefined;
}

function NoticeBar({ level, text, hint, action, onDismiss }: NoticeBarProps): ReactNode {
  const t = useText(shellText);
  const Icon = ICONS[level];
  return (
    <div className="notice" data-level={level} role={level === 'error' ? 'alert' : 'status'}>
      <Icon aria-hidden />
      <span className="grow">
        {text} {hint === undefined ? null : <span className="quiet">{hint}</span>}
      </span>
      {action === undefined ? null : <Button kind="framed" label={action.label} onPress={action.onPress} />}
      {onDismiss === undefined ? null : (
        <Button label={t('notices.dismiss')} onPress={onDismiss}>
          <X aria-hidden />
        </Button>
      )}
    </div>
  );
}

export function Notices({ shell }: { readonly shell: ShellModel }): ReactNode {
  const t = useText(shellText);
  const { inspector, navigation } = shell.app;
  const link = useModel(inspector.link);
  const notices = useModel(inspector.notices);
  const sources = useModel(inspector.sources);
  const failure = useModel(shell.app.actions.failure);
  const selected = useModel(navigation.source);
  const current = sources.find((source) => source.id === selected);
  const failed = failure === undefined ? undefined : failureWords(failure);
  return (
    <aside className="notices" aria-label={t('notices.label')}>
      {link.state === 'lost' ? (
        <NoticeBar
          level="error"
          text={t(link.unauthorized ? 'link.unauthorized' : 'link.lost')}
          action={{ label: t('link.retry'), onPress: () => inspector.start() }}
        />
      ) : null}
      {current?.tls?.verificationOff === true ? (
        <NoticeBar
          level="warning"
          text={t('warning.unverified', { name: current.name })}
          action={{
            label: t('warning.unverified.action'),
            onPress: () => navigation.go({ to: 'connection', source: current.id }),
          }}
        />
      ) : null}
      {notices.map((notice) => {
        const words = failureWords(notice.failure);
        return (
          <NoticeBar
            key={notice.id}
            level={notice.level}
            text={words.what}
            hint={words.hint}
            onDismiss={() => void shell.call('dismissNotice', { id: notice.id })}
          />
        );
      })}
      {failed === undefined ? null : (
        <NoticeBar level="error" text={failed.what} hint={failed.hint} onDismiss={() => shell.app.actions.dismiss()} />
      )}
    </aside>
  );
}
