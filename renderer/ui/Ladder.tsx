/** A sequence diagram between two lifelines: one arrow a packet, times at both lines, gaps drawn to scale within limits. */

import type { KeyboardEvent, ReactNode } from 'react';
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

const WIDTH = 440;
const LEFT = 84;
const RIGHT = WIDTH - 84;
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
  const placed = place(steps, breaks);
  const lastY = placed.at(-1)?.y ?? TOP;
  const awaitedY = lastY + STEP;
  const height = (awaited === undefined ? lastY : awaitedY) + SLOPE + 16;
  return (
    <svg className="ladder" viewBox={`0 0 ${WIDTH} ${height}`} role="group" aria-label={props.label}>
      <line className="ladder-life" x1={LEFT} x2={LEFT} y1={TOP} y2={height - 4} />
      <line className="ladder-life" x1={RIGHT} x2={RIGHT} y1={TOP} y2={height - 4} />
      <text x={LEFT} y={14} textAnchor="middle">
        {props.left}
      </text>
      <text x={RIGHT} y={14} textAnchor="middle">
        {props.right}
      </text>
      {steps.map((step, index) => (
        <Step key={step.id} step={step} placed={placed[index] ?? { y: 0 }} ladder={props} />
      ))}
      {awaited === undefined ? null : (
        <g className="ladder-step" data-tone="warning" role="img" aria-label={awaited.label}>
          <path
            className="ladder-arrow ladder-awaited"
            d={
              awaited.direction === 'right'
                ? `M${LEFT} ${awaitedY} L${(LEFT + RIGHT) / 2} ${awaitedY + SLOPE / 2}`
                : `M${RIGHT} ${awaitedY} L${(LEFT + RIGHT) / 2} ${awaitedY + SLOPE / 2}`
            }
          />
          <text x={(LEFT + RIGHT) / 2} y={awaitedY - 2} textAnchor="middle">
            {awaited.label}
          </text>
        </g>
      )}
    </svg>
  );
}

interface StepProps {
  readonly step: LadderStep;
  readonly placed: Placed;
  readonly ladder: LadderProps;
}

function Step({ step, placed, ladder }: StepProps): ReactNode {
  const { y, breakLabel } = placed;
  const right = step.direction === 'right';
  const [from, to] = right ? [LEFT, RIGHT] : [RIGHT, LEFT];
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
          <line x1={LEFT - 24} x2={RIGHT + 24} y1={y - 18} y2={y - 18} />
          <text x={(LEFT + RIGHT) / 2} y={y - 22} textAnchor="middle">
            {breakLabel}
          </text>
        </g>
      )}
      <g
        className="ladder-step"
        data-direction={step.direction}
        data-tone={step.tone ?? 'normal'}
        data-selected={step.id === ladder.selected}
        aria-label={step.spoken}
        {...(select === undefined
          ? { role: 'img' }
          : { role: 'button', tabIndex: 0, onClick: select, onKeyDown, 'aria-pressed': step.id === ladder.selected })}
      >
        <rect className="ladder-hit" x={2} y={y - 14} width={WIDTH - 4} height={STEP} rx={3} />
        <path
          className={`ladder-arrow ${step.dashed === true ? 'ladder-dashed' : ''}`}
          d={`M${from} ${y} L${right ? to - 6 : to + 6} ${y + SLOPE}`}
        />
        <path className="ladder-head" d={head} />
        <text x={(LEFT + RIGHT) / 2} y={y + 1} textAnchor="middle">
          {step.label}
        </text>
        {step.detail === undefined ? null : (
          <text className="ladder-detail" x={(LEFT + RIGHT) / 2} y={y + SLOPE + 8} textAnchor="middle">
            {step.detail}
          </text>
        )}
        <text className="ladder-time" x={LEFT - 8} y={right ? y + 4 : y + SLOPE + 4} textAnchor="end">
          {step.timeText}
        </text>
        {step.sinceText === undefined ? null : (
          <text className="ladder-since" x={RIGHT + 8} y={right ? y + SLOPE + 4 : y + 4}>
            {step.sinceText}
          </text>
        )}
      </g>
    </>
  );
}
