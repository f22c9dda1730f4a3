/** Puts the whole app on a fake service into the page of a test, and finds things in it as a user does. */

import { noPython } from './no-python.ts';
import { afterEach, expect } from 'vitest';
import '../../../renderer/ui/theme.css';
import { startApp } from '../../../renderer/app/start.tsx';
import { type FakeOptions, FakeService } from './fake-service.ts';

const open: { readonly service: FakeService; readonly app: Disposable; readonly root: HTMLElement }[] = [];

/** What another file's page remembered: files share the browser's storage. */
function forget(): void {
  sessionStorage.clear();
  localStorage.clear();
}

forget();
afterEach(() => {
  for (const { service, app, root } of open.splice(0)) {
    app[Symbol.dispose]();
    service.stop();
    root.remove();
  }
  forget();
});

export function openPage(options: FakeOptions = {}) {
  const root = document.createElement('div');
  root.style.cssText = 'position:fixed;inset:0';
  document.body.append(root);
  const service = new FakeService({ ...options, settings: { language: 'en', theme: 'dark', ...options.settings } });
  const started = startApp(root, service.connect, noPython);
  open.push({ service, app: started, root });
  return { root, service, app: started.app };
}

/** A panel's modules are made when they are first asked for, which takes a busy machine seconds; what does come to pass does not wait. */
const PATIENCE_MS = 15_000;

/** Waits until `condition` holds, and fails with what it answered last. */
export async function expectSoon<T>(condition: () => T): Promise<NonNullable<T>> {
  let last: T | undefined;
  for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; ) {
    last = condition();
    if (last !== undefined && last !== null && last !== false) return last;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(last, String(condition)).toBeTruthy();
  throw new Error('unreachable');
}

export const frames = (count: number) =>
  new Promise<void>((resolve) => {
    const step = (left: number) => (left === 0 ? resolve() : requestAnimationFrame(() => step(left - 1)));
    step(count);
  });

export function one(selector: string, text?: string): HTMLElement | undefined {
  const found = [...document.querySelectorAll<HTMLElement>(selector)];
  return text === undefined ? found[0] : found.find((element) => element.textContent.includes(text));
}

/** Waits for the element. */
export const the = (selector: string, text?: string): Promise<HTMLElement> => expectSoon(() => one(selector, text));
