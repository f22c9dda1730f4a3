/** The whole page on the fake service; the query says how it is set up: `?packets=100000&rate=1000&theme=light&scene=failing`. */

import { noPython } from '../no-python.ts';
import { startApp } from '../../../../renderer/app/start.tsx';
import { FakeService } from '../fake-service.ts';
import { sceneOptions } from './scenes.ts';

const query = new URLSearchParams(location.search);
const service = new FakeService(sceneOptions(query));
const root = document.querySelector<HTMLElement>('#app');
if (root !== null) Object.assign(window, { fake: service, started: startApp(root, service.connect, noPython) });
