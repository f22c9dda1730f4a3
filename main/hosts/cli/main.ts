#!/usr/bin/env node
/** The command `mqtt-inspector`. */

import { runInThisProcess } from './process.ts';

await runInThisProcess(process.argv.slice(2));
