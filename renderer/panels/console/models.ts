/** The console of a page: one model for the panel and the drawer. */

import type { AppModel } from '../../model/app-model.ts';
import { ConsoleModel } from '../../model/console-model.ts';
import type { RunEnd, RunWords } from '../../model/console-run.ts';
import { consoleText } from './strings/text.ts';

const words: RunWords = {
  banner: () => consoleText('banner'),
  cannotPreempt: () => consoleText('no-preemption'),
  endedThreads: () => consoleText('ended-threads'),
  ended({ reason, exitCode, message }: RunEnd) {
    switch (reason) {
      case 'exit':
        return consoleText('ended.exit', { code: exitCode ?? 0 });
      case 'closed':
        return consoleText('ended.closed');
      case 'terminated':
        return consoleText('ended.terminated');
      case 'failed':
        return consoleText('ended.failed', { message: message ?? '' });
    }
  },
};

const models = new WeakMap<AppModel, ConsoleModel>();

export function consoleOf(app: AppModel): ConsoleModel {
  const known = models.get(app);
  if (known !== undefined) return known;
  const made = new ConsoleModel(app, words);
  models.set(app, made);
  return made;
}
