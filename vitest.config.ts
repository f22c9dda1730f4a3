import { playwright } from '@vitest/browser-playwright';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { findChromium } from './test/support/tools.ts';

/** Chromium refuses to run as root inside its own sandbox; tests only, never for users. */
const chromiumArguments = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/renderer/**/*.browser.test.{ts,tsx}'],
          sequence: { groupOrder: 0 },
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [react()],
        test: {
          name: 'browser',
          include: ['test/renderer/**/*.browser.test.{ts,tsx}'],
          sequence: { groupOrder: 1 },
          // Hidden pages draw no frames: files side by side would wait for each other.
          fileParallelism: false,
          testTimeout: 30_000,
          expect: { poll: { timeout: 15_000 } },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath: findChromium(), args: chromiumArguments } }),
            instances: [{ browser: 'chromium', viewport: { width: 1280, height: 800 } }],
          },
        },
      },
      {
        test: {
          name: 'e2e',
          sequence: { groupOrder: 2 },
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/build-page.ts'],
          testTimeout: 60_000,
          hookTimeout: 180_000,
          expect: { poll: { timeout: 25_000 } },
          fileParallelism: false,
        },
      },
    ],
  },
});
