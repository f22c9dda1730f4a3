/** What runs: a tab and a terminal for each run, and its clients beside it. */

import { Eraser, Plus, RotateCw, Search, Square, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { type ConsoleModel, clientsOf } from '../../model/console-model.ts';
import { type ConsoleRun, isStoppable } from '../../model/console-run.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { ClientList } from './ClientList.tsx';
import { FindBar } from './FindBar.tsx';
import { keepTerminals, terminalOf } from './run-terminal.ts';
import { RunTabs } from './RunTabs.tsx';
import { consoleText } from './strings/text.ts';

export interface TerminalPaneProps {
  readonly model: ConsoleModel;
  /** Escape in the terminal. */
  readonly onLeave: () => void;
  /** Stands at the end of the bar. */
  readonly children?: ReactNode;
}

export function TerminalPane({ model, onLeave, children }: TerminalPaneProps): ReactNode {
  const t = useText(consoleText);
  const runs = useModel(model.runs);
  const run = useModel(model.selected);
  const [finding, setFinding] = useState(false);
  useEffect(() => {
    keepTerminals(runs);
    // Each run writes into its terminal from the beginning, seen or not.
    for (const each of runs) terminalOf(each);
  }, [runs]);
  return (
    <div className="console-runs">
      <div className="bar console-run-bar">
        <RunTabs model={model} runs={runs} selected={run} />
        <Button label={t('runs.new')} onPress={() => model.openPrompt()}>
          <Plus aria-hidden />
        </Button>
        <span className="grow" />
        {run === undefined ? null : <RunActions model={model} run={run} onFind={() => setFinding(true)} />}
        {children}
      </div>
      {run === undefined ? (
        <EmptyState
          text={t('runs.none')}
          action={{ label: t('runs.new'), onPress: () => terminalOf(model.openPrompt()).focus() }}
        />
      ) : (
        <RunView
          key={run.id}
          model={model}
          run={run}
          finding={finding}
          onFind={() => setFinding(true)}
          onFound={() => setFinding(false)}
          onLeave={onLeave}
        />
      )}
    </div>
  );
}

interface RunActionsProps {
  readonly model: ConsoleModel;
  readonly run: ConsoleRun;
  readonly onFind: () => void;
}

function RunActions({ model, run, onFind }: RunActionsProps): ReactNode {
  const t = useText(consoleText);
  const state = useModel(run.state);
  const threads = useModel(run.threads);
  const title = useModel(run.title);
  const again = () => {
    if (title !== '') model.files.select(title);
    if (title === '') model.close(run);
    if (title === '') model.openPrompt();
    else model.runFile();
  };
  return (
    <>
      <Button label={t('stop')} disabled={!isStoppable(state, threads)} onPress={() => run.stop()}>
        <Square aria-hidden />
      </Button>
      <Button label={t('runs.again')} onPress={again}>
        <RotateCw aria-hidden />
      </Button>
      <Button label={t('find.label')} onPress={onFind}>
        <Search aria-hidden />
      </Button>
      <Button label={t('runs.clear')} onPress={() => terminalOf(run).clear()}>
        <Eraser aria-hidden />
      </Button>
      <Button label={t('runs.close')} onPress={() => model.close(run)}>
        <X aria-hidden />
      </Button>
    </>
  );
}

interface RunViewProps {
  readonly model: ConsoleModel;
  readonly run: ConsoleRun;
  readonly finding: boolean;
  readonly onFind: () => void;
  readonly onFound: () => void;
  readonly onLeave: () => void;
}

function RunView({ model, run, finding, onFind, onFound, onLeave }: RunViewProps): ReactNode {
  const t = useText(consoleText);
  const number = useModel(run.number);
  const clients = clientsOf(number, useModel(model.app.inspector.sources));
  const terminal = (
    <div className="console-terminal-pane">
      {finding ? (
        <FindBar
          find={(text, direction, typed) => terminalOf(run).find(text, direction, typed)}
          onClose={() => {
            onFound();
            terminalOf(run).focus();
          }}
        />
      ) : null}
      <GoneLines run={run} />
      <TerminalPlace model={model} run={run} onFind={onFind} onLeave={onLeave} />
    </div>
  );
  return (
    <SplitPane
      name="console-clients"
      direction="horizontal"
      secondSize={26}
      minFirst={240}
      minSecond={150}
      handleLabel={t('split.clients')}
      first={terminal}
      {...(clients.length === 0 ? {} : { second: <ClientList app={model.app} clients={clients} /> })}
    />
  );
}

function GoneLines({ run }: { readonly run: ConsoleRun }): ReactNode {
  const t = useText(consoleText);
  const gone = useModel(terminalOf(run).gone);
  return gone === 0 ? null : <p className="console-gone quiet">{t('runs.gone-lines', { count: gone })}</p>;
}

type PlaceProps = Pick<RunViewProps, 'model' | 'run' | 'onFind' | 'onLeave'>;

function TerminalPlace({ model, run, onFind, onLeave }: PlaceProps): ReactNode {
  const t = useText(consoleText);
  const place = useRef<HTMLDivElement>(null);
  const title = useModel(run.title);
  const label = t('terminal.label', { name: title === '' ? t('runs.prompt') : title });
  useEffect(() => {
    const { current } = place;
    if (current === null) return undefined;
    const terminal = terminalOf(run);
    terminal.events = {
      reveal: (file, line) => model.app.navigation.go({ to: 'script', file, line }),
      find: onFind,
      leave: onLeave,
    };
    terminal.show(current, label);
    return () => terminal.hide();
  }, [model, run, label, onFind, onLeave]);
  return <div ref={place} className="console-terminal" />;
}
