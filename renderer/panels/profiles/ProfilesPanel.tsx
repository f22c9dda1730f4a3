/** Saved connections at the left, the form of the chosen or a new one at the right. */

import { type ReactNode, useEffect, useRef } from 'react';
import type { SourceId } from '../../../shared/contract/identifiers.ts';
import type { AppModel } from '../../model/app-model.ts';
import { errorWords } from '../../model/error-text.ts';
import type { PanelProps } from '../../model/panel.ts';
import { ProfilesModel } from '../../model/profiles-model.ts';
import { disposeAll } from '../../model/store.ts';
import { useModel, useText } from '../../model/use-store.ts';
import '../../ui/form-fields.css';
import { NoticeBar } from '../../ui/NoticeBar.tsx';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { ProfileForm } from './ProfileForm.tsx';
import { ProfileList } from './ProfileList.tsx';
import './profiles.css';
import { profilesText } from './strings/text.ts';

const models = new WeakMap<AppModel, ProfilesModel>();

function modelOf(app: AppModel): ProfilesModel {
  const known = models.get(app) ?? new ProfilesModel(app);
  models.set(app, known);
  return known;
}

export function Panel({ app }: PanelProps): ReactNode {
  const t = useText(profilesText);
  const model = modelOf(app);
  const root = useRef<HTMLDivElement>(null);
  const failure = useModel(model.failure);
  const notice = useModel(model.notice);
  const link = useModel(app.inspector.link);

  useEffect(() => {
    if (link.state === 'connected') void model.load();
  }, [model, link.state]);

  useEffect(() => {
    const focusHost = () =>
      requestAnimationFrame(() => root.current?.querySelector<HTMLElement>('[data-autofocus=true]')?.focus());
    const parts = disposeAll([
      app.navigation.serve({
        profile: ({ profileId, like }) => {
          if (like !== undefined) void model.startLike(like);
          else if (profileId === undefined) model.startNew();
          else void model.load().then(() => model.select(profileId));
          focusHost();
        },
      }),
      app.commands.add([
        {
          id: 'profiles.connect',
          title: () => profilesText('connect'),
          keys: 'Mod+Enter',
          panel: 'profiles',
          run: () => void model.connect().then((source) => opened(app, source)),
        },
        {
          id: 'profiles.save',
          title: () => profilesText('save'),
          keys: 'Mod+S',
          panel: 'profiles',
          run: () => void model.save(),
        },
      ]),
    ]);
    return () => parts[Symbol.dispose]();
  }, [app, model]);

  const onOpened = (source: SourceId | undefined) => opened(app, source);
  const words = failure === undefined ? undefined : errorWords(failure);
  const close = { label: t('close'), onPress: () => model.dismiss() };
  return (
    <div ref={root} className="profiles">
      {words === undefined ? null : <NoticeBar level="error" text={words.what} hint={words.hint} dismiss={close} />}
      {notice === undefined ? null : <NoticeBar level="info" text={t('import.done', notice)} dismiss={close} />}
      <div className="profiles-main">
        <SplitPane
          name="profiles"
          direction="horizontal"
          secondSize={74}
          minFirst={240}
          minSecond={460}
          handleLabel={t('resize')}
          first={<ProfileList app={app} model={model} onOpened={onOpened} />}
          second={<ProfileForm app={app} model={model} onOpened={onOpened} />}
        />
      </div>
    </div>
  );
}

/** A session that was opened is looked at where its first steps show. */
function opened(app: AppModel, source: SourceId | undefined): void {
  if (source !== undefined) app.navigation.go({ to: 'connection', source });
}
