/** The benchmark: every figure beside its peer in the same run, as a Markdown table. Nothing is asserted. */

import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { installMissingTools } from '../support/install.ts';
import { nextMessage, startScript, stopChild } from './children.ts';
import { describeMachine, loadPerCore } from './machine.ts';
import type { PartOptions } from './parts/part.ts';
import { countMet, type Section, sectionText } from './report.ts';
import { PARTS, type PartName } from './run-part.ts';

const HELP = `Usage: npm run bench -- [--quick] [--only PART]... [--repeat N] [--json FILE]

  --quick      one repetition on small inputs, for trying
  --only PART  one of ${Object.keys(PARTS).join(', ')}; may be repeated
  --repeat N   repetitions of each measurement (default 5)
  --json FILE  writes all figures there as well
`;

/** Load per core before anything was started, above which the run is not one to quote. */
const BUSY = 0.5;

const PART_TIMEOUT_MS = 600_000;

async function runPart(name: PartName, options: PartOptions): Promise<Section> {
  const child = startScript('run-part.ts', [name, JSON.stringify(options)], { execArgv: ['--expose-gc'] });
  try {
    return (await nextMessage(child, 'section', PART_TIMEOUT_MS)) as Section;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { title: name, rows: [], remarks: [`**Failed:** ${reason}`] };
  } finally {
    await stopChild(child);
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      repeat: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const unknown = (values.only ?? []).filter((name) => !Object.hasOwn(PARTS, name));
  const repetitions = Number(values.repeat ?? (values.quick ? 1 : 5));
  if (values.help || unknown.length > 0 || !Number.isInteger(repetitions) || repetitions < 1) {
    process.stderr.write(`${unknown.length > 0 ? `There is no part ${unknown.join(', ')}.\n` : ''}${HELP}`);
    return values.help ? 0 : 2;
  }
  const names = Object.keys(PARTS) as PartName[];
  const chosen = names.filter((name) => values.only === undefined || values.only.includes(name));
  for (const line of await installMissingTools('bench')) process.stderr.write(`${line}\n`);
  const machine = describeMachine();
  const load = loadPerCore();
  const begun = performance.now();
  process.stdout.write(`${machine}\n\n`);
  process.stdout.write(
    values.quick ? 'A quick try: figures of this run are not to be quoted.\n\n' : `Medians of ${repetitions}.\n\n`,
  );
  const sections: Section[] = [];
  for (const name of chosen) {
    const from = performance.now();
    const section = await runPart(name, { repetitions, quick: values.quick });
    sections.push(section);
    process.stdout.write(`${sectionText(section)}\n`);
    process.stderr.write(`${name}: ${((performance.now() - from) / 1000).toFixed(0)} s\n`);
  }
  if (load > BUSY)
    process.stdout.write(
      'Others were using the cores when this began: rates are too low, quantiles too high, and of the ratios those of processor time (ns CPU) are the surest.\n\n',
    );
  const { met, barred } = countMet(sections);
  const seconds = (performance.now() - begun) / 1000;
  process.stdout.write(`${met} of ${barred} bars met, ${seconds.toFixed(0)} s`);
  process.stdout.write(`, load per core at the end ${loadPerCore().toFixed(1)}\n`);
  if (values.json !== undefined) {
    const report = { machine, quick: values.quick, repetitions, seconds, sections };
    await writeFile(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
  }
  return 0;
}

process.exitCode = await main();
