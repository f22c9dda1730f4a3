/** Entry of the page: takes the port that the host lends and starts the app on it. */

import { connectToHost } from '../platform/host-port.ts';
import { installTrustedTypes } from '../platform/trusted-types.ts';
import { createPageRuntimeHost } from '../python/page-runtimes.ts';
import { startApp } from './start.tsx';

installTrustedTypes();
const root = document.querySelector<HTMLElement>('#app');
if (root === null) throw new Error('the page has no #app element');
startApp(root, connectToHost, {
  host: createPageRuntimeHost(),
  sources: async () => (await import('../python/sources.ts')).pythonSources,
});
