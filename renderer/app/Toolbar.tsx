/** The top bar: recording, the source tabs, and the ways to everything else. */

import { CircleSlash2, Plus, Settings } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { keyLabel } from '../model/commands.ts';
import { useModel, useText } from '../model/use-store.ts';
import { Button } from '../ui/Button.tsx';
import { MenuButton, type MenuEntry } from '../ui/Menu.tsx';
import { chooseFiles } from './choose-files.ts';
import { RulesMenu } from './RulesMenu.tsx';
import { ShapingMenu } from './ShapingMenu.tsx';
import { SourceTabs } from './SourceTabs.tsx';
import type { ShellModel } from './shell-model.ts';
import { shellText } from './strings/text.ts';

export function Toolbar({ shell }: { readonly shell: ShellModel }): ReactNode {
  const t = useText(shellText);
  const { mac, inspector, navigation } = shell.app;
  const sources = useModel(inspector.sources);
  const selected = useModel(navigation.source);
  const current = sources.find((source) => source.id === selected);
  const recording = current?.recording ?? false;
  const paletteOpen = useModel(shell.paletteOpen);
  const sidePane = useModel(shell.sidePane);
  return (
    <header className="bar toolbar" aria-label={t('toolbar.label')}>
      <Button
        label={recording ? t('toolbar.stop-recording') : t('toolbar.record')}
        keys={keyLabel('Mod+E', mac)}
        pressed={recording}
        disabled={current === undefined}
        className="record"
        onPress={() => shell.toggleRecording()}
      >
        <span className="record-mark" aria-hidden />
      </Button>
      <Button
        label={t('toolbar.clear')}
        keys={keyLabel('Mod+L', mac)}
        disabled={current === undefined}
        onPress={() => shell.clearCapture()}
      >
        <CircleSlash2 aria-hidden />
      </Button>
      <span className="bar-separator" />
      <SourceTabs shell={shell} />
      <NewSource shell={shell} />
      <span className="grow" />
      <RulesMenu shell={shell} />
      <ShapingMenu shell={shell} />
      <Button
        label={`${t('toolbar.palette')}, ${keyLabel('Mod+K', mac)}`}
        pressed={paletteOpen}
        onPress={() => shell.paletteOpen.set(!paletteOpen)}
      >
        {keyLabel('Mod+K', mac)}
      </Button>
      <Button
        label={t('toolbar.settings')}
        keys={keyLabel('Mod+,', mac)}
        pressed={sidePane === 'settings'}
        onPress={() => shell.sidePane.set(sidePane === 'settings' ? undefined : 'settings')}
      >
        <Settings aria-hidden />
      </Button>
    </header>
  );
}

function NewSource({ shell }: { readonly shell: ShellModel }): ReactNode {
  const t = useText(shellText);
  const { inspector, navigation } = shell.app;
  const profiles = useModel(inspector.profiles);
  const link = useModel(inspector.link);
  useEffect(() => {
    if (link.state === 'connected') void inspector.loadProfiles().catch(() => undefined);
  }, [inspector, link.state]);
  const saved: MenuEntry[] = (profiles?.profiles ?? []).slice(0, 30).map(({ profile }) => ({
    id: `profile-${profile.id}`,
    title: profile.folder === '' ? profile.name : `${profile.folder} / ${profile.name}`,
    onPress: () => void shell.openSaved(profile.id),
  }));
  const entries: MenuEntry[] = [
    { id: 'new', title: t('sources.new-connection'), onPress: () => navigation.go({ to: 'profile' }) },
    { id: 'tap', title: t('sources.new-tap'), onPress: () => navigation.go({ to: 'tap' }) },
    {
      id: 'file',
      title: t('sources.open-file'),
      keys: keyLabel('Mod+O', shell.app.mac),
      onPress: () => void chooseFiles().then((files) => shell.openFiles(files)),
    },
    { id: 'demo', title: t('sources.demo'), onPress: () => void shell.openDemo() },
    ...(saved.length === 0 ? [] : [{ separator: true } as const, ...saved]),
  ];
  return (
    <MenuButton label={t('toolbar.new-source')} entries={entries}>
      <Plus aria-hidden />
    </MenuButton>
  );
}
