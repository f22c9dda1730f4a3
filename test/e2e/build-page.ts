/** Runs once before all end-to-end tests: the page they open is built from the sources as they are now. */

import { ensurePage } from '../../main/hosts/launch/build.ts';

export async function setup(): Promise<void> {
  await ensurePage((line) => process.stdout.write(`${line}\n`));
}
