/** Two panes with a handle between them that drags and takes arrow keys; remembers its place by name. */

import type { ReactNode } from 'react';
import { Group, type Layout, Panel, Separator } from 'react-resizable-panels';

export interface SplitPaneProps {
  /** Key of the remembered sizes. */
  readonly name: string;
  readonly direction: 'horizontal' | 'vertical';
  readonly first: ReactNode;
  /** Without it the first pane fills the place and there is no handle; the first stays mounted either way. */
  readonly second?: ReactNode;
  /** Share of the second pane at first, percent. */
  readonly secondSize: number;
  /** Pixels below which a pane does not shrink. */
  readonly minFirst?: number;
  readonly minSecond?: number;
  readonly handleLabel: string;
}

export function SplitPane(props: SplitPaneProps): ReactNode {
  const { name, direction, secondSize } = props;
  const key = `split:${name}:${direction}`;
  const open = props.second !== undefined;
  const saved = readLayout(key);
  return (
    <Group
      key={key}
      className="split"
      orientation={direction}
      {...(open && saved !== undefined ? { defaultLayout: saved } : {})}
      onLayoutChanged={(layout) => {
        if (open && 'second' in layout) localStorage.setItem(key, JSON.stringify(layout));
      }}
    >
      <Panel id="first" minSize={props.minFirst ?? 160}>
        {props.first}
      </Panel>
      {open ? (
        <>
          <Separator className="split-handle" aria-label={props.handleLabel} />
          <Panel id="second" minSize={props.minSecond ?? 160} defaultSize={`${saved?.['second'] ?? secondSize}%`}>
            {props.second}
          </Panel>
        </>
      ) : null}
    </Group>
  );
}

function readLayout(key: string): Layout | undefined {
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    if (typeof saved !== 'object' || saved === null || !('first' in saved) || !('second' in saved)) return undefined;
    const { first, second } = saved;
    return typeof first === 'number' && typeof second === 'number' ? { first, second } : undefined;
  } catch {
    return undefined;
  }
}
