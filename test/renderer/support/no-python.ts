/** For pages whose console nobody opens. */

import type { PythonParts } from '../../../renderer/model/console-run.ts';

const absent = (): never => {
  throw new Error('this page has no Python');
};

export const noPython: PythonParts = {
  host: { createWorker: absent, clock: absent, after: absent, sharedMemory: () => undefined },
  sources: () => Promise.reject(new Error('this page has no Python')),
};
