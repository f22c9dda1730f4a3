/** The Python that stands beside the standard library, and where Pyodide's own files lie. Load it lazily: it is large. */

import type { ModuleFiles } from '../../shared/python/runtime/protocol.ts';

const bootstrap = import.meta.glob('../../shared/python/bootstrap/**/*.py', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const modules = import.meta.glob('../../shared/python/modules/**/*.py', {
  query: '?raw',
  import: 'default',
  eager: true,
});

function below(folder: string, files: Readonly<Record<string, string>>): ModuleFiles {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path.slice(folder.length), text] as const));
}

/** What each runtime of the page starts with. */
export const pythonSources = {
  bootstrap: below('../../shared/python/bootstrap/', bootstrap),
  modules: below('../../shared/python/modules/', modules),
  pyodide: new URL(import.meta.env.PYODIDE_FOLDER, document.baseURI).href,
} as const;
