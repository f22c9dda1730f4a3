/** The commands that belong to no panel. */

import type { ReactNode } from 'react';
import { SHOW_COLOUR_RULES } from '../model/colour-rules.ts';
import type { Command } from '../model/commands.ts';
import type { PanelDescriptor } from '../model/panel.ts';
import { chooseFiles } from './choose-files.ts';
import type { ShellModel } from './shell-model.ts';
import { shellText as t } from './strings/text.ts';

/** States in which a source may be asked to connect, and to disconnect. */
const CAN_CONNECT: ReadonlySet<string> = new Set(['idle', 'failed', 'closed', 'waiting']);
const CAN_DISCONNECT: ReadonlySet<string> = new Set(['connected', 'connecting', 'waiting']);

export function shellCommands(shell: ShellModel, panels: readonly PanelDescriptor<ReactNode>[]): readonly Command[] {
  const { navigation } = shell.app;
  const hasSource = () => shell.current !== undefined;
  const listed = panels.filter((panel) => panel.whileOpen !== true);
  const several = () => shell.app.inspector.sources.get().length > 1;
  return [
    {
      id: 'app.palette',
      title: () => t('command.palette'),
      keys: 'Mod+K',
      run: () => shell.paletteOpen.update((open) => !open),
    },
    ...panels
      .filter((panel) => panel.drawer !== undefined)
      .map((panel) => ({
        id: `app.drawer.${panel.id}`,
        title: () => t('command.drawer', { title: panel.title() }),
        keys: 'Escape',
        enabled: () => navigation.panel.get() !== panel.id,
        run: () => shell.drawerOpen.update((open) => !open),
      })),
    ...listed.map((panel, index) => ({
      id: `app.panel.${panel.id}`,
      title: () => t('command.panel', { title: panel.title() }),
      ...(index < 9 ? { keys: `Mod+${index + 1}` } : {}),
      run: () => navigation.showPanel(panel.id),
    })),
    {
      id: 'app.record',
      title: () => t('command.record'),
      keys: 'Mod+E',
      enabled: hasSource,
      run: () => shell.toggleRecording(),
    },
    {
      id: 'app.clear',
      title: () => t('command.clear'),
      keys: 'Mod+L',
      enabled: hasSource,
      run: () => shell.clearCapture(),
    },
    {
      id: 'app.new-connection',
      title: () => t('command.new-connection'),
      enabled: () => panels.some((panel) => panel.id === 'profiles'),
      run: () => navigation.go({ to: 'profile' }),
    },
    {
      id: 'app.new-tap',
      title: () => t('command.new-tap'),
      enabled: () => panels.some((panel) => panel.id === 'taps'),
      run: () => navigation.go({ to: 'tap' }),
    },
    {
      id: 'app.shaping',
      title: () => t('command.shaping'),
      run: () => shell.sidePane.update((pane) => (pane === 'shaping' ? undefined : 'shaping')),
    },
    { id: SHOW_COLOUR_RULES, title: () => t('command.colours'), run: () => shell.sidePane.set('colours') },
    {
      id: 'app.open-file',
      title: () => t('command.open-file'),
      keys: 'Mod+O',
      run: () => void chooseFiles().then((files) => shell.openFiles(files)),
    },
    {
      id: 'app.save-session',
      title: () => t('command.save-session'),
      keys: 'Mod+S',
      enabled: hasSource,
      run: () => void shell.saveSession(),
    },
    { id: 'app.demo', title: () => t('command.demo'), run: () => void shell.openDemo() },
    {
      id: 'app.connect',
      title: () => t('command.connect'),
      enabled: () => shell.current?.kind === 'session' && CAN_CONNECT.has(shell.current.state),
      run: () => connectSource(shell),
    },
    {
      id: 'app.disconnect',
      title: () => t('command.disconnect'),
      enabled: () => shell.current?.kind === 'session' && CAN_DISCONNECT.has(shell.current.state),
      run: () => disconnectSource(shell),
    },
    {
      id: 'app.next-source',
      title: () => t('command.next-source'),
      keys: 'Mod+]',
      enabled: several,
      run: () => shell.step(1),
    },
    {
      id: 'app.previous-source',
      title: () => t('command.previous-source'),
      keys: 'Mod+[',
      enabled: several,
      run: () => shell.step(-1),
    },
    {
      id: 'app.close-source',
      title: () => t('command.close-source'),
      enabled: hasSource,
      run: () => {
        if (shell.current !== undefined) shell.requestClose(shell.current.id);
      },
    },
    {
      id: 'app.settings',
      title: () => t('command.settings'),
      keys: 'Mod+,',
      run: () => shell.sidePane.update((pane) => (pane === 'settings' ? undefined : 'settings')),
    },
    {
      id: 'app.keys',
      title: () => t('command.keys'),
      keys: '?',
      run: () => shell.sidePane.update((pane) => (pane === 'keys' ? undefined : 'keys')),
    },
    {
      id: 'app.theme-dark',
      title: () => t('command.theme-dark'),
      run: () => void shell.changeSettings({ theme: 'dark' }),
    },
    {
      id: 'app.theme-light',
      title: () => t('command.theme-light'),
      run: () => void shell.changeSettings({ theme: 'light' }),
    },
    {
      id: 'app.theme-system',
      title: () => t('command.theme-system'),
      run: () => void shell.changeSettings({ theme: 'system' }),
    },
    {
      id: 'app.language-en',
      title: () => t('command.language-en'),
      run: () => void shell.changeSettings({ language: 'en' }),
    },
    {
      id: 'app.language-zh',
      title: () => t('command.language-zh'),
      run: () => void shell.changeSettings({ language: 'zh-CN' }),
    },
  ];
}

function connectSource(shell: ShellModel): void {
  if (shell.current !== undefined) void shell.call('connect', { source: shell.current.id });
}

function disconnectSource(shell: ShellModel): void {
  if (shell.current !== undefined) void shell.call('disconnect', { source: shell.current.id });
}
