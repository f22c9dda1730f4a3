/** Ends a host whose parent process died, where it was asked to: a test or an editor that started it must not leave it behind. */

const LOOK_MS = 1_000;

/** Calls `died` once the process that started this one is gone. Keeps no process alive. */
export function watchParent(died: () => void): Disposable {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent && isAlive(parent)) return;
    clearInterval(timer);
    died();
  }, LOOK_MS);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** On Windows the parent's identifier stays when it dies. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
