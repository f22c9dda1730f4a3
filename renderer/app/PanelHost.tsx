/** Loads panels on first use and keeps those that were opened, hidden and idle, so that coming back is instant. */

import { Activity, Component, type ReactNode, useEffect, useState } from 'react';
import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { PanelDescriptor, PanelProps } from '../model/panel.ts';
import { useModel, useText } from '../model/use-store.ts';
import { Button } from '../ui/Button.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import type { ShellModel } from './shell-model.ts';
import { shellText } from './strings/text.ts';

export interface PanelHostProps {
  readonly shell: ShellModel;
  readonly panels: readonly PanelDescriptor<ReactNode>[];
  readonly selected: string;
  readonly source: SourceId | undefined;
}

export function PanelHost({ shell, panels, selected, source }: PanelHostProps): ReactNode {
  const [opened, setOpened] = useState<readonly string[]>([selected]);
  if (!opened.includes(selected)) setOpened([...opened, selected]);
  return (
    <main className="panel-host">
      {panels
        .filter((panel) => opened.includes(panel.id))
        .map((panel) => (
          <Activity key={panel.id} mode={panel.id === selected ? 'visible' : 'hidden'}>
            <section
              className="panel"
              role="tabpanel"
              id={`panel-panel-${panel.id}`}
              aria-labelledby={`panel-tab-${panel.id}`}
            >
              <LoadedPanel shell={shell} panel={panel} source={source} />
            </section>
          </Activity>
        ))}
    </main>
  );
}

interface LoadedPanelProps {
  readonly shell: ShellModel;
  readonly panel: PanelDescriptor<ReactNode>;
  readonly source: SourceId | undefined;
}

type Loaded = 'loading' | 'failed' | { readonly View: (props: PanelProps) => ReactNode };

function LoadedPanel({ shell, panel, source }: LoadedPanelProps): ReactNode {
  const t = useText(shellText);
  const link = useModel(shell.app.inspector.link);
  const [loaded, setLoaded] = useState<Loaded>('loading');
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (loaded !== 'loading') return undefined;
    let wanted = true;
    panel.load().then(
      ({ Panel }) => wanted && setLoaded({ View: Panel }),
      () => wanted && setLoaded('failed'),
    );
    return () => {
      wanted = false;
    };
  }, [panel, loaded]);
  const retry = () => setLoaded('loading');
  if (loaded === 'loading') return <EmptyState text={t('panel.loading', { title: panel.title() })} />;
  if (loaded === 'failed')
    return <EmptyState text={t('panel.failed')} action={{ label: t('panel.retry'), onPress: retry }} />;
  if (source === undefined && panel.needsSource !== false)
    return link.state === 'connected' ? <NoSource shell={shell} /> : <EmptyState text={t('link.connecting')} />;
  return (
    <Fence key={attempt} onRetry={() => setAttempt(attempt + 1)}>
      <loaded.View app={shell.app} source={source} />
    </Fence>
  );
}

function NoSource({ shell }: { readonly shell: ShellModel }): ReactNode {
  const t = useText(shellText);
  return (
    <EmptyState text={t('no-source')}>
      <div className="bar-buttons">
        <Button kind="primary" label={t('no-source.demo')} onPress={() => void shell.openDemo()} />
        <Button
          kind="framed"
          label={t('no-source.connect')}
          onPress={() => shell.app.navigation.go({ to: 'profile' })}
        />
      </div>
    </EmptyState>
  );
}

interface FenceProps {
  readonly onRetry: () => void;
  readonly children: ReactNode;
}

/** A fault of one panel stays in that panel. */
class Fence extends Component<FenceProps, { readonly message: string | undefined }> {
  override state = { message: undefined };

  static getDerivedStateFromError(error: unknown): { readonly message: string } {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    const { message } = this.state;
    if (message === undefined) return this.props.children;
    const action = { label: shellText('panel.retry'), onPress: this.props.onRetry };
    return <EmptyState text={shellText('panel.crashed', { message })} action={action} />;
  }
}
