/** Real Chromium with pages that write down everything that goes wrong in them. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findChromium } from './tools.ts';

/** Chromium refuses to run as root inside its own sandbox; tests only, never for users. */
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];
const SCREENSHOTS = fileURLToPath(new URL('../../test-artifacts/e2e', import.meta.url));

/** So long after it was asked to, a page may still be giving up what it loads. */
const LEAVING_MS = 5000;

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: ARGUMENTS });
}

export interface OpenedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors and warnings, uncaught errors, failed requests and violations of the page's policy, in order. */
  readonly problems: readonly string[];
}

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'dark' | 'light';
  readonly locale?: string;
  /** Shares cookies with another page. */
  readonly context?: BrowserContext;
}

/** Opens `url`; resolves when the document is there, not yet its data. Actions wait up to 25 seconds. */
export async function openPage(browser: Browser, url: string, options: PageOptions = {}): Promise<OpenedPage> {
  const context =
    options.context ??
    (await browser.newContext({
      viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
      colorScheme: options.theme ?? 'dark',
      locale: options.locale ?? 'en-GB',
      timezoneId: 'UTC',
    }));
  const page = await context.newPage();
  page.setDefaultTimeout(25_000);
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      problems.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.stack ?? error.message}`));
  let navigatedMs = Number.NEGATIVE_INFINITY;
  page.on('request', (request) => {
    if (request.isNavigationRequest()) navigatedMs = performance.now();
  });
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // A page that is loaded anew gives up all that still loads.
    const isGivenUp = reason === 'net::ERR_ABORTED' && performance.now() - navigatedMs < LEAVING_MS;
    if (!isGivenUp) problems.push(`request failed: ${request.url()} ${reason}`);
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      reportError(new Error(`policy violated: ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}`));
    });
  });
  await page.goto(url);
  return { page, context, problems };
}

/** Keeps a picture of the page as `test-artifacts/e2e/<name>.png`. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), animations: 'disabled' });
}
