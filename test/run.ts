/** The test command: makes sure of the programs the tests talk to, builds the page, runs every check and test, and counts them on the last line. */

import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { installMissingTools } from './support/install.ts';

const root = resolve(import.meta.dirname, '..');
const reportFile = resolve(root, 'test-artifacts/vitest.json');

function execute(title: string, command: string, parameters: readonly string[]): Promise<boolean> {
  process.stdout.write(`\n── ${title}\n`);
  return new Promise((settle) => {
    const child = spawn(command, parameters, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', (error) => {
      process.stderr.write(`${title}: ${error.message}\n`);
      settle(false);
    });
    child.on('close', (code) => settle(code === 0));
  });
}

const checks: readonly (readonly [title: string, script: string])[] = [
  ['types', 'check:types'],
  ['lint and room boundaries', 'check:lint'],
  ['format', 'check:format'],
  ['unused code and dependencies', 'check:unused'],
  ['build of page, main and preload', 'build'],
];

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
  readonly numPendingTests: number;
}

async function readReport(): Promise<Report | undefined> {
  try {
    return JSON.parse(await readFile(reportFile, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}

async function main(): Promise<number> {
  await mkdir(resolve(root, 'test-artifacts'), { recursive: true });
  await rm(reportFile, { force: true });
  const missing = await installMissingTools();
  for (const line of missing) process.stderr.write(`${line}\n`);

  let passed = 0;
  let failed = missing.length;
  const count = (ok: boolean): void => {
    if (ok) passed += 1;
    else failed += 1;
  };
  for (const [title, script] of checks) count(await execute(title, 'npm', ['run', '--silent', script]));

  const ok = await execute('tests', 'npx', [
    'vitest',
    'run',
    '--reporter=default',
    '--reporter=json',
    // Real brokers, browsers and interpreters share the machine's cores: one hiccup is told, two are a failure.
    '--retry=1',
    `--reporter=${resolve(root, 'test/support/second-try-reporter.ts')}`,
    `--outputFile.json=${reportFile}`,
  ]);
  const report = await readReport();
  if (report === undefined) {
    process.stderr.write('the test runner left no report\n');
    failed += 1;
  } else {
    passed += report.numPassedTests;
    // A suite that fails to load has no failed test of its own, and the runner may fail without either.
    failed += Math.max(report.numFailedTests, report.numFailedTestSuites > 0 || !ok ? 1 : 0);
    if (report.numPendingTests > 0) {
      process.stderr.write(`${report.numPendingTests} tests were skipped; none may be\n`);
      failed += report.numPendingTests;
    }
  }
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
