/** What `npm start` runs: the app, or the command that stands after `--`. */

import { runInThisProcess } from './cli/process.ts';

await runInThisProcess(process.argv.slice(2));
