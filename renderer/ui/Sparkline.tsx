/** A line of a few values without axes, scaled to its own maximum. */

import type { ReactNode } from 'react';

export interface SparklineProps {
  /** Oldest first. */
  readonly values: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
  /** Spoken instead of the picture; without it the line is decoration. */
  readonly label?: string;
}

export function Sparkline({ values, width, height, label }: SparklineProps): ReactNode {
  const maximum = Math.max(1e-9, ...Array.from(values));
  const step = values.length > 1 ? width / (values.length - 1) : width;
  const points = Array.from(values, (value, index) => {
    const y = height - 1 - (Math.max(0, value) / maximum) * (height - 2);
    return `${(index * step).toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg
      className="sparkline"
      width={width}
      height={height}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      <polyline points={points.join(' ')} fill="none" stroke="currentColor" strokeWidth="1" />
    </svg>
  );
}
