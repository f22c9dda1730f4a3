/** Processes that a benchmark starts: they end with it, and their processor time can be read while they run. */

import { type ChildProcess, type ForkOptions, fork, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const running = new Set<ChildProcess>();

function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
}

process.on('exit', killAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    killAll();
    process.exit(1);
  });
}

function track(child: ChildProcess): ChildProcess {
  running.add(child);
  child.on('exit', () => running.delete(child));
  child.on('error', () => running.delete(child));
  return child;
}

/** Starts a script of this folder with a message channel; it should end when the channel closes ({@link endWithParent}). */
export function startScript(
  file: string,
  parameters: readonly (string | number)[],
  options: ForkOptions = {},
): ChildProcess {
  return track(
    fork(resolve(import.meta.dirname, file), parameters.map(String), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
      // Peers warn of their own limits at loads that they were not made for.
      execArgv: ['--no-warnings'],
      ...options,
    }),
  );
}

export function startProgram(file: string, parameters: readonly (string | number)[]): ChildProcess {
  return track(spawn(file, parameters.map(String), { stdio: 'ignore' }));
}

/** In a child: ends it when its parent is gone, however that went. */
export function endWithParent(): void {
  process.on('disconnect', () => process.exit(0));
}

/** Resolves when the process is gone. */
export function stopChild(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((settle) => {
    child.once('exit', () => settle());
    child.kill('SIGKILL');
  });
}

/** What the next message with a member `name` holds there. Rejects when the child ends first or after `timeoutMs`. */
export function nextMessage(child: ChildProcess, name: string, timeoutMs: number): Promise<unknown> {
  return new Promise((settle, reject) => {
    const who = child.spawnargs.slice(1, 4).join(' ');
    const finish = (): void => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
    };
    const onMessage = (message: unknown): void => {
      if (typeof message !== 'object' || message === null || !(name in message)) return;
      finish();
      settle((message as Record<string, unknown>)[name]);
    };
    const onExit = (code: number | null, signal: string | null): void => {
      finish();
      reject(new Error(`${who} ended with ${code ?? signal} before its ${name}`));
    };
    const timer = setTimeout(() => {
      finish();
      reject(new Error(`${who} gave no ${name} within ${timeoutMs} ms`));
    }, timeoutMs);
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
}

/**
 * User and system time of a process so far, milliseconds, all threads that it has now; undefined where the system does not
 * tell. The scheduler's own account is exact, where `/proc/PID/stat` counts ticks of ten milliseconds.
 */
export function processorMs(pid: number | undefined): number | undefined {
  try {
    const threads = `/proc/${pid}/task`;
    const nanoseconds = readdirSync(threads).map((thread) =>
      Number(readFileSync(`${threads}/${thread}/schedstat`, 'utf8').split(' ')[0]),
    );
    return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e6;
  } catch {
    return undefined;
  }
}
