/** Names the tests that passed only when they were tried again, so that no such test hides behind the count of those that passed. */

import type { Reporter, TestModule } from 'vitest/node';

export default class SecondTryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = modules.flatMap((module) =>
      [...module.children.allTests('passed')]
        .filter((test) => test.diagnostic()?.flaky === true)
        .map((test) => `  ${module.relativeModuleId} › ${test.fullName}: ${firstError(test.result().errors)}`),
    );
    if (lines.length === 0) return;
    process.stdout.write(`\n${lines.length} passed only at the second try:\n${lines.join('\n')}\n`);
  }
}

function firstError(errors: readonly { message: string }[] | undefined): string {
  return errors?.[0]?.message.split('\n', 1)[0] ?? 'without an error';
}
