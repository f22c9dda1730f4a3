/** A tab for each run: what runs, and how it goes. */

import type { KeyboardEvent, ReactNode } from 'react';
import type { ConsoleModel } from '../../model/console-model.ts';
import type { ConsoleRun } from '../../model/console-run.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { consoleText } from './strings/text.ts';

export interface RunTabsProps {
  readonly model: ConsoleModel;
  readonly runs: readonly ConsoleRun[];
  readonly selected: ConsoleRun | undefined;
}

export function RunTabs({ model, runs, selected }: RunTabsProps): ReactNode {
  const t = useText(consoleText);
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const at = runs.findIndex((run) => run === selected);
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const target = runs[(at + by + runs.length) % runs.length];
    if (by === 0 || target === undefined) return;
    event.preventDefault();
    model.select(target);
    event.currentTarget.querySelector<HTMLElement>(`#console-run-${target.id}`)?.focus();
  };
  return (
    <div className="tabs" role="tablist" aria-label={t('runs.label')} onKeyDown={onKeyDown}>
      {runs.map((run) => (
        <RunTab key={run.id} run={run} selected={run === selected} onSelect={() => model.select(run)} />
      ))}
    </div>
  );
}

interface RunTabProps {
  readonly run: ConsoleRun;
  readonly selected: boolean;
  readonly onSelect: () => void;
}

function RunTab({ run, selected, onSelect }: RunTabProps): ReactNode {
  const t = useText(consoleText);
  const state = useModel(run.state);
  const title = useModel(run.title);
  const end = useModel(run.end);
  const name = title === '' ? t('runs.prompt') : title;
  const code = end?.exitCode;
  const words = code === undefined || state === 'running' ? t(`runs.state.${state}`) : t('runs.exit', { code });
  const mark = code === undefined || state === 'running' ? state : code === 0 ? 'well' : 'badly';
  return (
    <button
      id={`console-run-${run.id}`}
      type="button"
      role="tab"
      className="tab console-run-tab"
      aria-selected={selected}
      tabIndex={selected ? 0 : -1}
      title={`${name}: ${words}`}
      onClick={onSelect}
    >
      <span className="console-run-mark" data-state={mark} aria-hidden />
      {name}
      <span className="console-run-words quiet">{words}</span>
    </button>
  );
}
