/** Serves the dev page: `npx vite -c test/renderer/support/vite.config.ts`. */

import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const top = fileURLToPath(new URL('../../..', import.meta.url));

export default defineConfig({
  root: top,
  plugins: [react()],
  cacheDir: `${top}/.cache/dev-page`,
  server: { host: '127.0.0.1', port: 5199, strictPort: true, hmr: false },
  optimizeDeps: { entries: ['test/renderer/support/dev-page/index.html'] },
});
