/** A sequence diagram between two lifelines: one arrow a packet, times at both lines, gaps drawn to scale within limits. */

import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import './ladder.css';

export interface LadderStep {
  /** Unique within the ladder. */
  readonly id: string;
  /** `right` goes from the first lifeline to the second. */
  readonly direction: 'left' | 'right';
  readonly label: string;
  /** Words below the label: reason, DUP, rule. */
  readonly detail?: string | undefined;
  /** Microseconds; only differences count. */
  readonly timeUs: number;
  /** Beside the first lifeline: since the start. */
  readonly timeText: string;
  /** Beside the second: since the step before; the first step has none. */
  readonly sinceText?: string | undefined;
  readonly tone?: 'normal' | 'warning' | 'error' | 'faint' | undefined;
  /** Dashed: the packet is no longer stored. */
  readonly dashed?: boolean | undefined;
  /** Spoken for the whole step. */
  readonly spoken: string;
}

/** A line across both lifelines between two steps: the connection was lost, came back. */
export interface LadderBreak {
  /** Stands before this step. */
  readonly before: string;
  readonly label: string;
}

export interface LadderProps {
  /** What the diagram shows, for screen readers. */
  readonly label: string;
  readonly left: string;
  readonly right: string;
  readonly steps: readonly LadderStep[];
  readonly breaks?: readonly LadderBreak[];
  /** A last dotted arrow without an end: the packet that is awaited. */
  readonly awaited?: { readonly direction: 'left' | 'right'; readonly label: string } | undefined;
  readonly selected?: string | undefined;
  /** Makes steps buttons. */
  readonly onSelect?: ((id: string) => void) | undefined;
}

/** Pixels: text keeps its size, the arrows take the room there is. */
const NARROWEST = 300;
const WIDEST = 520;
const LEFT = 76;
const MARGIN_RIGHT = 76;
const TOP = 22;
const STEP = 32;
/** Pixels that the longest pause adds. */
const LONGEST_GAP = 34;
const SLOPE = 12;
const BREAK = 24;

interface Placed {
  readonly y: number;
  readonly breakLabel?: string | undefined;
}

/** Where each step begins: evenly, plus a share of the largest pause that grows with the pause's logarithm. */
function place(steps: readonly LadderStep[], breaks: readonly LadderBreak[]): readonly Placed[] {
  const gaps = steps.map((step, index) => Math.max(0, step.timeUs - (steps[index - 1]?.timeUs ?? step.timeUs)));
  const largest = Math.log1p(Math.max(1, ...gaps));
  let y = TOP + 14;
  return steps.map((step, index) => {
    const breakLabel = breaks.find((candidate) => candidate.before === step.id)?.label;
    if (index > 0) y += STEP + Math.round((Math.log1p(gaps[index] ?? 0) / largest) * LONGEST_GAP * 0.5);
    if (breakLabel !== undefined) y += BREAK;
    return { y, breakLabel };
  });
}

export function Ladder(props: LadderProps): ReactNode {
  const { steps, breaks = [], awaited } = props;
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(NARROWEST);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const measure = () => setWidth(Math.max(NARROWEST, Math.min(WIDEST, element.clientWidth)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const end = width - MARGIN_RIGHT;
  const placed = place(steps, breaks);
  const lastY = placed.at(-1)?.y ?? TOP;
  const awaitedY = lastY + STEP;
  const height = (awaited === undefined ? lastY : awaitedY) + SLOPE + 16;
  return (
    <div ref={frame} className="ladder-frame">
      <svg className="ladder" width={width} height={height} role="group" aria-label={props.label}>
        <line className="ladder-life" x1={LEFT} x2={LEFT} y1={TOP} y2={height - 4} />
        <line className="ladder-life" x1={end} x2={end} y1={TOP} y2={height - 4} />
        <text x={LEFT} y={14} textAnchor="middle">
          {props.left}
        </text>
        <text x={end} y={14} textAnchor="middle">
          {props.right}
        </text>
        {steps.map((step, index) => (
          <Step key={step.id} step={step} placed={placed[index] ?? { y: 0 }} ladder={props} width={width} />
        ))}
        {awaited === undefined ? null : (
          <g className="ladder-step" data-tone="warning" role="img" aria-label={awaited.label}>
            <path
              className="ladder-arrow ladder-awaited"
              d={
                awaited.direction === 'right'
                  ? `M${LEFT} ${awaitedY} L${(LEFT + end) / 2} ${awaitedY + SLOPE / 2}`
                  : `M${end} ${awaitedY} L${(LEFT + end) / 2} ${awaitedY + SLOPE / 2}`
              }
            />
            <text x={(LEFT + end) / 2} y={awaitedY - 2} textAnchor="middle">
              {awaited.label}
            </text>
          </g>
        )}
      </svg>
    </div>
  );
}

interface StepProps {
  readonly step: LadderStep;
  readonly placed: Placed;
  readonly ladder: LadderProps;
  readonly width: number;
}

function Step({ step, placed, ladder, width }: StepProps): ReactNode {
  const end = width - MARGIN_RIGHT;
  const { y, breakLabel } = placed;
  const right = step.direction === 'right';
  const [from, to] = right ? [LEFT, end] : [end, LEFT];
  const head = right ? `M${to} ${y + SLOPE} l-8 -4 v8z` : `M${to} ${y + SLOPE} l8 -4 v8z`;
  const select = ladder.onSelect === undefined ? undefined : () => ladder.onSelect?.(step.id);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    select?.();
  };
  return (
    <>
      {breakLabel === undefined ? null : (
        <g className="ladder-break">
          <line x1={LEFT - 24} x2={end + 24} y1={y - 18} y2={y - 18} />
          <text x={(LEFT + end) / 2} y={y - 22} textAnchor="middle">
            {breakLabel}
          </text>
        </g>
      )}
      <g
        className="ladder-step"
        data-direction={step.direction}
        data-tone={step.tone ?? 'normal'}
        data-selected={step.id === ladder.selected}
        {...(select === undefined
          ? { role: 'img' }
          : { role: 'button', tabIndex: 0, onClick: select, onKeyDown, 'aria-pressed': step.id === ladder.selected })}
      >
        <title>{step.spoken}</title>
        <rect className="ladder-hit" x={2} y={y - 14} width={width - 4} height={STEP} rx={3} />
        <path
          className={`ladder-arrow ${step.dashed === true ? 'ladder-dashed' : ''}`}
          d={`M${from} ${y} L${right ? to - 6 : to + 6} ${y + SLOPE}`}
        />
        <path className="ladder-head" d={head} />
        <text x={(LEFT + end) / 2} y={y + 1} textAnchor="middle">
          {step.label}
        </text>
        {step.detail === undefined ? null : (
          <text className="ladder-detail" x={(LEFT + end) / 2} y={y + SLOPE + 8} textAnchor="middle">
            {step.detail}
          </text>
        )}
        <text className="ladder-time" x={LEFT - 8} y={right ? y + 4 : y + SLOPE + 4} textAnchor="end">
          {step.timeText}
        </text>
        {step.sinceText === undefined ? null : (
          <text className="ladder-since" x={end + 8} y={right ? y + SLOPE + 4 : y + 4}>
            {step.sinceText}
          </text>
        )}
      </g>
    </>
  );
}
