/** The whole page over a fake service, at a panel, for tests and pictures. */

import { noPython } from '../support/no-python.ts';
import { page } from 'vitest/browser';
import { startApp } from '../../../renderer/app/start.tsx';
import type { AppModel } from '../../../renderer/model/app-model.ts';
import '../../../renderer/ui/theme.css';
import type { ConnectionReport } from '../../../shared/contract/connection-records.ts';
import { type FakeOptions, FakeService, type FakeView } from '../support/fake-service.ts';

export interface OpenOptions extends FakeOptions {
  readonly panel: string;
  readonly theme?: 'dark' | 'light';
  readonly language?: 'en' | 'zh-CN';
  readonly width?: number;
  readonly height?: number;
  readonly report?: ConnectionReport;
}

export interface OpenedApp extends Disposable {
  readonly app: AppModel;
  readonly service: FakeService;
  /** Inputs of the calls of that name so far. */
  inputs(name: string): readonly unknown[];
}

export async function openApp(options: OpenOptions): Promise<OpenedApp> {
  await page.viewport(options.width ?? 1280, options.height ?? 800);
  sessionStorage.clear();
  localStorage.clear();
  const { report } = options;
  const service = new FakeService({
    ...options,
    settings: { theme: options.theme ?? 'dark', language: options.language ?? 'en', ...options.settings },
    push: (view: FakeView) =>
      view.kind === 'connection' && view.changed && report !== undefined
        ? { kind: 'connection', view: view.id, report }
        : undefined,
  });
  const root = document.createElement('div');
  root.id = 'app';
  root.style.cssText = 'position:fixed;inset:0';
  document.body.append(root);
  const started = startApp(root, service.connect, noPython);
  started.app.navigation.showPanel(options.panel);
  return {
    app: started.app,
    service,
    inputs: (name) => service.calls.filter((call) => call.name === name).map((call) => call.input),
    [Symbol.dispose]() {
      started[Symbol.dispose]();
      root.remove();
      service.stop();
    },
  };
}

/** Kept as `test-artifacts/<name>.png`, for people to look at. */
export async function picture(name: string): Promise<void> {
  await page.screenshot({ path: `../../../test-artifacts/${name}.png` });
}
