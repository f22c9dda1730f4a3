/** Builds the models, applies settings to the document, and draws the shell. */

import { createRoot } from 'react-dom/client';
import type { Port } from '../../shared/contract/port.ts';
import { Actions } from '../model/actions.ts';
import type { AppModel } from '../model/app-model.ts';
import { Commands } from '../model/commands.ts';
import type { PythonParts } from '../model/console-run.ts';
import { FileSaving } from '../model/file-saving.ts';
import { FrameMeter, installFrameMeter } from '../model/frame-meter.ts';
import { Inspector } from '../model/inspector.ts';
import { language, resolveLanguage } from '../model/language.ts';
import { Navigation } from '../model/navigation.ts';
import { disposable, disposeAll } from '../model/store.ts';
import { keepPlace, restorePlace } from './place.ts';
import { drawingPace } from './drawing-pace.ts';
import { panels } from './panels.ts';
import { Shell } from './Shell.tsx';

/**
 * Draws the app into `root` over ports from `connect`, which is called again after each loss of the link; scripts run with `python`.
 * Disposing the result takes everything down again.
 */
export function startApp(
  root: HTMLElement,
  connect: () => Promise<Port>,
  python: PythonParts,
): Disposable & { readonly app: AppModel } {
  const place = restorePlace(panels.map((panel) => panel.id));
  const inspector = new Inspector(connect, undefined, drawingPace);
  const navigation = new Navigation(place.panel);
  const commands = new Commands();
  const mac = /Mac|iPhone|iPad/.test(navigator.platform);
  const actions = new Actions();
  const saving = new FileSaving(inspector, actions);
  const app: AppModel = { inspector, navigation, commands, actions, saving, python, mac };
  const prefersLight = matchMedia('(prefers-color-scheme: light)');
  const applySettings = () => {
    const settings = inspector.settings.get();
    const light = settings.theme === 'system' ? prefersLight.matches : settings.theme === 'light';
    document.documentElement.dataset['theme'] = light ? 'light' : 'dark';
    const code = resolveLanguage(settings.language, navigator.languages);
    language.set(code);
    document.documentElement.lang = code;
  };
  /** Keeps a source selected while there is one: the remembered, the service's own choice, the first. */
  const chooseSource = () => {
    const sources = inspector.sources.get();
    const current = navigation.source.get();
    if (sources.some((source) => source.id === current)) return;
    const wishes = [place.source, inspector.hello.get()?.current, sources.at(-1)?.id];
    navigation.selectSource(wishes.find((wish) => sources.some((source) => source.id === wish)));
  };
  applySettings();
  prefersLight.addEventListener('change', applySettings);
  const parts = [
    inspector.settings.subscribe(applySettings),
    inspector.sources.subscribe(chooseSource),
    keepPlace(navigation),
    disposable(() => prefersLight.removeEventListener('change', applySettings)),
  ];
  if (new URLSearchParams(location.search).has('bench')) parts.push(installFrameMeter(new FrameMeter()));
  const reactRoot = createRoot(root);
  reactRoot.render(<Shell app={app} panels={panels} />);
  inspector.start();
  return Object.assign(disposeAll([...parts, disposable(() => reactRoot.unmount())]), { app });
}
