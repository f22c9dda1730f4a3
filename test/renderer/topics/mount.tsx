/** Puts one panel on a page of its own, over a fake service, without the shell around it. */

import { noPython } from '../support/no-python.ts';
import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { page } from 'vitest/browser';
import { Actions } from '../../../renderer/model/actions.ts';
import type { AppModel } from '../../../renderer/model/app-model.ts';
import { Commands } from '../../../renderer/model/commands.ts';
import { FileSaving } from '../../../renderer/model/file-saving.ts';
import { Inspector } from '../../../renderer/model/inspector.ts';
import { language, type LanguageCode } from '../../../renderer/model/language.ts';
import { Navigation, type NavigationRequest } from '../../../renderer/model/navigation.ts';
import type { PanelProps } from '../../../renderer/model/panel.ts';
import '../../../renderer/ui/theme.css';
import type { FakeService } from '../support/fake-service.ts';

export interface MountOptions {
  readonly service: FakeService;
  readonly Panel: (props: PanelProps) => ReactNode;
  readonly panel: string;
  readonly theme?: 'dark' | 'light';
  readonly width?: number;
  readonly height?: number;
  readonly language?: LanguageCode;
}

export interface Mounted extends AsyncDisposable {
  readonly app: AppModel;
  /** Requests to other panels, in order. */
  readonly asked: NavigationRequest[];
  readonly root: HTMLElement;
}

export async function mountPanel(options: MountOptions): Promise<Mounted> {
  const { service, Panel } = options;
  await page.viewport(options.width ?? 1280, options.height ?? 800);
  localStorage.clear();
  language.set(options.language ?? 'en');
  document.documentElement.dataset['theme'] = options.theme ?? 'dark';
  const inspector = new Inspector(service.connect);
  const navigation = new Navigation(options.panel);
  const asked: NavigationRequest[] = [];
  const go = navigation.go.bind(navigation);
  navigation.go = (request) => {
    asked.push(request);
    if (request.to === 'topic' || request.to === 'flow') go(request);
  };
  const actions = new Actions();
  const app: AppModel = {
    inspector,
    navigation,
    commands: new Commands(),
    actions,
    saving: new FileSaving(inspector, actions),
    python: noPython,
    mac: false,
  };
  const root = document.createElement('div');
  root.style.cssText = 'position:fixed;inset:0';
  document.body.append(root);
  navigation.selectSource(1);
  inspector.start();
  const react = createRoot(root);
  react.render(<Panel app={app} source={1} />);
  return {
    app,
    asked,
    root,
    async [Symbol.asyncDispose]() {
      react.unmount();
      root.remove();
      service.stop();
    },
  };
}

/** Kept as `test-artifacts/<name>.png`, for people to look at; answers where. */
export async function picture(name: string): Promise<string> {
  return await page.screenshot({ path: `../../../test-artifacts/${name}.png` });
}

export async function eventually<T>(look: () => T | undefined | null | false, what: string): Promise<T> {
  const until = performance.now() + 15_000;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== null && found !== false) return found;
    if (performance.now() > until) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
