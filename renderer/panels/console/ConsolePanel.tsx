/** The Console panel: scripts above, what they do in their terminals below. */

import { Play, Square, TextSelect, WandSparkles } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { keyLabel } from '../../model/commands.ts';
import { LARGEST_FILES } from '../../model/console-files.ts';
import { type ConsoleModel, DEMO_HOST, DIALECTS, type Dialect } from '../../model/console-model.ts';
import type { ChosenFile } from '../../model/file-opening.ts';
import { formatBytes } from '../../model/format.ts';
import type { PanelProps } from '../../model/panel.ts';
import { disposable, disposeAll } from '../../model/store.ts';
import { isStoppable } from '../../model/console-run.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { NoticeBar } from '../../ui/NoticeBar.tsx';
import { SplitPane } from '../../ui/SplitPane.tsx';
import type { ScriptEditor } from './code-editor.ts';
import { consoleCommands } from './commands.ts';
import './console.css';
import { EditorPane } from './EditorPane.tsx';
import { ExamplesMenu, firstExample, openExample } from './ExamplesMenu.tsx';
import { FileTabs } from './FileTabs.tsx';
import { HostsStrip } from './HostsStrip.tsx';
import { consoleOf } from './models.ts';
import { terminalOf } from './run-terminal.ts';
import type { Problem } from './language/python-language.ts';
import { ProblemList } from './ProblemList.tsx';
import { consoleText } from './strings/text.ts';
import { TerminalPane } from './TerminalPane.tsx';

export function Panel({ app }: PanelProps): ReactNode {
  const t = useText(consoleText);
  const model = consoleOf(app);
  const editor = useRef<ScriptEditor>(undefined);
  const [hostsOpen, setHostsOpen] = useState(false);
  const [wantedHost, setWantedHost] = useState('');
  const selected = useModel(model.files.selected);
  const failed = useModel(model.files.failed);
  const overrides = useModel(model.overrides.list);

  const run = useCallback(() => {
    model.runFile();
    const begun = model.selected.get();
    if (begun !== undefined) setTimeout(() => terminalOf(begun).focus(), 0);
  }, [model]);
  const runSelection = useCallback(() => {
    const piece = editor.current?.selection();
    if (piece !== undefined && piece.text.trim() !== '') model.runLines(piece.text, piece.firstLine);
  }, [model]);
  const newFile = useCallback(() => {
    model.files.add('script.py', consoleText('editor.new-text'));
    setTimeout(() => editor.current?.focus(), 0);
  }, [model]);
  const format = useCallback(() => editor.current?.format(), []);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const onEditor = useCallback((opened: ScriptEditor | undefined) => {
    editor.current = opened;
  }, []);

  const open = useCallback(
    async (chosen: readonly ChosenFile[]) => {
      for (const file of chosen) {
        if (file.size > LARGEST_FILES) {
          app.actions.report(new Error(consoleText('files.too-large', { size: formatBytes(file.size) })));
          continue;
        }
        // One after the other: they keep their order as tabs.
        // oxlint-disable-next-line no-await-in-loop
        const bytes = await file.slice(0, file.size).arrayBuffer();
        model.files.add(file.name, new TextDecoder().decode(bytes));
      }
    },
    [app, model],
  );

  useEffect(() => {
    const loaded = app.actions.run(() => model.load());
    model.prepare();
    const flush = () => void model.files.flush();
    window.addEventListener('pagehide', flush);
    const parts = disposeAll([
      disposable(() => window.removeEventListener('pagehide', flush)),
      app.commands.add(consoleCommands(model, { run, runSelection, format, newFile })),
      app.navigation.serve({
        script({ file, line }) {
          void loaded.then(() => model.files.reveal(file, line));
        },
        scripts({ files }) {
          void loaded.then(() => open(files));
        },
      }),
    ]);
    return () => parts[Symbol.dispose]();
  }, [app, model, run, runSelection, format, newFile, open]);

  return (
    <div className="console">
      <RunBar model={model} onRun={run} onRunSelection={runSelection} onFormat={format}>
        <ExamplesMenu model={model} />
        <Button
          kind="plain"
          label={overrides.length === 0 ? t('hosts') : `${t('hosts')} ${overrides.length}`}
          pressed={hostsOpen}
          onPress={() => setHostsOpen(!hostsOpen)}
        />
      </RunBar>
      {failed ? <NoticeBar level="error" text={t('files.not-kept')} /> : null}
      <Unresolved
        model={model}
        onOther={(host) => {
          setWantedHost(host);
          setHostsOpen(true);
        }}
      />
      {hostsOpen ? <HostsStrip key={wantedHost} model={model} host={wantedHost} /> : null}
      <div className="console-panes">
        <SplitPane
          name="console"
          direction="vertical"
          secondSize={40}
          minFirst={120}
          minSecond={110}
          handleLabel={t('split.label')}
          first={
            <div className="console-scripts">
              <FileTabs files={model.files} onNew={newFile} onOpen={(chosen) => void open(chosen)} />
              {selected === '' ? (
                <EmptyState text={t('editor.none')}>
                  <div className="bar-buttons">
                    <Button
                      kind="primary"
                      label={t('editor.none.example')}
                      onPress={() => void openExample(model, firstExample)}
                    />
                    <Button kind="framed" label={t('editor.none.new')} onPress={newFile} />
                  </div>
                </EmptyState>
              ) : (
                <>
                  <EditorPane
                    model={model}
                    onEditor={onEditor}
                    onRun={run}
                    onRunSelection={runSelection}
                    onProblems={setProblems}
                  />
                  <ProblemList problems={problems} onOpen={({ file, line }) => model.files.reveal(file, line)} />
                </>
              )}
            </div>
          }
          second={<TerminalPane model={model} onLeave={() => editor.current?.focus()} />}
        />
      </div>
    </div>
  );
}

interface RunBarProps {
  readonly model: ConsoleModel;
  readonly onRun: () => void;
  readonly onRunSelection: () => void;
  readonly onFormat: () => void;
  readonly children: ReactNode;
}

function RunBar({ model, onRun, onRunSelection, onFormat, children }: RunBarProps): ReactNode {
  const t = useText(consoleText);
  const selected = useModel(model.files.selected);
  const parameters = useModel(model.parameters);
  const dialect = useModel(model.dialect);
  const { mac } = model.app;
  return (
    <div className="bar">
      <Button
        kind="primary"
        label={t('run')}
        keys={keyLabel('Mod+Enter', mac)}
        disabled={selected === ''}
        onPress={onRun}
      >
        <Play aria-hidden />
        <span>{t('run')}</span>
      </Button>
      <StopButton model={model} />
      <Button
        label={t('run.selection')}
        keys={keyLabel('Shift+Enter', mac)}
        disabled={selected === ''}
        onPress={onRunSelection}
      >
        <TextSelect aria-hidden />
      </Button>
      <Button label={t('format')} keys={keyLabel('Shift+Alt+F', mac)} disabled={selected === ''} onPress={onFormat}>
        <WandSparkles aria-hidden />
      </Button>
      <input
        className="input mono console-parameters"
        aria-label={t('parameters.label')}
        title={t('parameters.label')}
        placeholder={t('parameters.placeholder')}
        value={parameters}
        spellCheck={false}
        onChange={(event) => model.parameters.set(event.target.value)}
      />
      <select
        className="input"
        aria-label={t('dialect.label')}
        title={t('dialect.label')}
        value={dialect}
        onChange={(event) => model.dialect.set(event.target.value as Dialect)}
      >
        {DIALECTS.map((each) => (
          <option key={each} value={each}>
            {t(`dialect.${each}`)}
          </option>
        ))}
      </select>
      <span className="grow" />
      {children}
    </div>
  );
}

function StopButton({ model }: { readonly model: ConsoleModel }): ReactNode {
  const run = useModel(model.selected);
  return run === undefined ? <StopFace /> : <StopOf key={run.id} model={model} />;
}

function StopOf({ model }: { readonly model: ConsoleModel }): ReactNode {
  const run = model.ensureRun();
  const state = useModel(run.state);
  const threads = useModel(run.threads);
  return <StopFace {...(isStoppable(state, threads) ? { onPress: () => run.stop() } : {})} />;
}

function StopFace({ onPress }: { readonly onPress?: () => void }): ReactNode {
  const t = useText(consoleText);
  return (
    <Button label={t('stop')} disabled={onPress === undefined} onPress={() => onPress?.()}>
      <Square aria-hidden />
    </Button>
  );
}

interface UnresolvedProps {
  readonly model: ConsoleModel;
  readonly onOther: (host: string) => void;
}

/** Hosts that do not resolve, each with the way out in one click. */
function Unresolved({ model, onOther }: UnresolvedProps): ReactNode {
  const t = useText(consoleText);
  const unresolved = useModel(model.unresolved);
  useModel(model.app.inspector.sources);
  const [destination] = model.destinations();
  return unresolved.map((each) => {
    const { host, run } = each;
    const title = run.title.get();
    const text = t('unresolved', { host, name: title === '' ? t('runs.prompt') : title });
    const action =
      host === DEMO_HOST
        ? { label: t('unresolved.demo'), onPress: () => void model.app.actions.run(() => model.openDemo(each)) }
        : destination === undefined
          ? { label: t('unresolved.other'), onPress: () => onOther(host) }
          : {
              label: t('unresolved.send', { name: destination.name }),
              onPress: () => model.redirect(each, destination.url),
            };
    return (
      <NoticeBar
        key={host}
        level="warning"
        text={text}
        action={action}
        dismiss={{ label: t('unresolved.dismiss'), onPress: () => model.dismiss(each) }}
      />
    );
  });
}
