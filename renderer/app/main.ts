/** Entry of the page: takes the port that the host lends and starts the app on it. */

import { connectToHost } from '../platform/host-port.ts';
import { installTrustedTypes } from '../platform/trusted-types.ts';
import { startApp } from './start.tsx';

installTrustedTypes();
const root = document.querySelector<HTMLElement>('#app');
if (root === null) throw new Error('the page has no #app element');
startApp(root, connectToHost);
