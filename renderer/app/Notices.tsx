/** Bars above the panel: the link is down, verification is off, what the host reports, what the last action met. */

import type { ReactNode } from 'react';
import { failureWords } from '../model/error-text.ts';
import { useModel, useText } from '../model/use-store.ts';
import { NoticeBar } from '../ui/NoticeBar.tsx';
import { FileBar } from './FileBar.tsx';
import { HeldBar } from './HeldBar.tsx';
import { SaveBars } from './SaveBars.tsx';
import type { ShellModel } from './shell-model.ts';
import { shellText } from './strings/text.ts';

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
      {current?.file === undefined ? null : <FileBar shell={shell} source={current} file={current.file} />}
      <HeldBar shell={shell} />
      <SaveBars shell={shell} />
      {notices.map((notice) => {
        const words = failureWords(notice.failure);
        return (
          <NoticeBar
            key={notice.id}
            level={notice.level}
            text={words.what}
            hint={words.hint}
            dismiss={{
              label: t('notices.dismiss'),
              onPress: () => void shell.call('dismissNotice', { id: notice.id }),
            }}
          />
        );
      })}
      {failed === undefined ? null : (
        <NoticeBar
          level="error"
          text={failed.what}
          hint={failed.hint}
          dismiss={{ label: t('notices.dismiss'), onPress: () => shell.app.actions.dismiss() }}
        />
      )}
    </aside>
  );
}
