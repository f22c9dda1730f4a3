/** Runs `timed_paho.py` in the console and reports its numbers; or, as `start`, how long the console takes to begin and to stop, and how much memory it has. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Console } from '../../python/support/console.ts';
import { endWithParent } from '../children.ts';

endWithParent();
const [, , what = '', ...argv] = process.argv;
const rssMb = (): number => process.memoryUsage.rss() / 1_000_000;

const before = rssMb();
const begun = performance.now();
const console = new Console();
await console.handle.ready;
const coldMs = performance.now() - begun;

/** Resolves once the script has printed `text`. */
async function printed(text: string): Promise<void> {
  while (!console.stdout.includes(text)) {
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

if (what === 'start') {
  const idleMb = rssMb() - before;
  const asked = performance.now();
  const ended = console.run('print("hello")');
  await printed('hello');
  const spareMs = performance.now() - asked;
  await ended;
  const busy = console.run(readFileSync(join(import.meta.dirname, 'busy.py'), 'utf8'));
  await printed('busy');
  await new Promise((resolve) => setTimeout(resolve, 300));
  const stopped = performance.now();
  console.handle.stop();
  await busy;
  process.send?.({ samples: [coldMs, spareMs, idleMb, performance.now() - stopped] });
} else {
  const ended = console.run(readFileSync(join(import.meta.dirname, 'timed_paho.py'), 'utf8'), {
    argv: [what, ...argv],
  });
  if (what === 'receive') {
    await printed('ready');
    process.send?.({ ready: true });
  }
  const code = await ended;
  const last = console.stdout.trimEnd().split('\n').at(-1) ?? '';
  process.send?.(code === 0 ? { samples: JSON.parse(last) as number[] } : { failed: console.stderr });
}
