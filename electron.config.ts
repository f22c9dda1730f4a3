/** How the three programs of the desktop app are built; the page's part alone also builds the page for the web host. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { UserConfig } from 'electron-vite';

const from = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const pyodide = from('node_modules/pyodide/');
const { version } = JSON.parse(readFileSync(`${pyodide}package.json`, 'utf8')) as { readonly version: string };
/** A folder of its own for each version: its files may be kept for good. */
const PYODIDE_FOLDER = `pyodide/${version}/`;
const PYODIDE_FILES = ['pyodide.mjs', 'pyodide.asm.mjs', 'pyodide.asm.wasm', 'python_stdlib.zip', 'pyodide-lock.json'];

/** Puts the console's Python beside the page. */
const pyodideFiles = {
  name: 'pyodide-files',
  generateBundle(this: { emitFile(file: { type: 'asset'; fileName: string; source: Uint8Array }): string }) {
    for (const name of PYODIDE_FILES)
      this.emitFile({ type: 'asset', fileName: PYODIDE_FOLDER + name, source: readFileSync(pyodide + name) });
  },
};

const config: UserConfig = {
  main: {
    build: {
      // Everything is bundled: the packaged app carries no node_modules.
      externalizeDeps: false,
      emptyOutDir: true,
      target: 'node24',
      minify: false,
      sourcemap: false,
      lib: { entry: from('main/hosts/electron/main.ts'), formats: ['es'], fileName: () => 'main.js' },
      rollupOptions: { external: ['bufferutil', 'utf-8-validate'] },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      emptyOutDir: true,
      target: 'node24',
      minify: false,
      // A sandboxed preload must be CommonJS.
      lib: { entry: from('main/hosts/electron/preload/preload.ts'), formats: ['cjs'], fileName: () => 'preload.cjs' },
    },
  },
  renderer: {
    root: from('renderer'),
    base: './',
    plugins: [react(), pyodideFiles],
    define: { 'import.meta.env.PYODIDE_FOLDER': JSON.stringify(PYODIDE_FOLDER) },
    worker: { format: 'es' },
    build: {
      emptyOutDir: true,
      // Not Electron's Chromium alone: the web host's page is opened in whatever browser there is.
      target: 'es2023',
      minify: true,
      // Fonts and icons as files: the page's policy admits no data: fonts.
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 5_000,
      rollupOptions: { input: from('renderer/index.html') },
    },
  },
};

export default config;
