/** A press on a row that is dragged over others: chooses the rows between, and scrolls on where the pointer leaves the list at an edge. */

import { type RefObject, useEffect, useEffectEvent, useState } from 'react';
import type { RowPick } from './list-picks.ts';

/** Pixels that a hand may shake at a press. */
const LEAST_MOVE = 4;
/** Milliseconds between two steps of scrolling: as many rows a step as the pointer is away from the edge. */
const SCROLL_STEP_MS = 50;

interface Press {
  readonly y: number;
  /** How a row that is reached joins what the press chose. */
  readonly pick: RowPick;
}

/**
 * Answers what to call with a press on a row.
 * @param viewport what scrolls; a drag begins only over it, since the press itself may have made it smaller
 * @param onReach the pointer is at that height of the window, which may be beyond both edges of the list; called as long as it is there
 */
export function useRowDrag(
  viewport: RefObject<HTMLElement | null>,
  onReach: (clientY: number, pick: RowPick) => void,
): (event: { readonly clientY: number }, pick: RowPick) => void {
  const [press, setPress] = useState<Press>();
  const reach = useEffectEvent(onReach);
  useEffect(() => {
    if (press === undefined) return undefined;
    let timer: ReturnType<typeof setInterval> | undefined;
    let at = press.y;
    const end = () => setPress(undefined);
    const onMove = (event: MouseEvent) => {
      if ((event.buttons & 1) === 0) return end();
      at = event.clientY;
      if (timer === undefined) {
        const box = viewport.current?.getBoundingClientRect();
        if (box === undefined || at < box.top || at > box.bottom || Math.abs(at - press.y) < LEAST_MOVE)
          return undefined;
        timer = setInterval(() => reach(at, press.pick), SCROLL_STEP_MS);
      }
      reach(at, press.pick);
      return undefined;
    };
    const listening = new AbortController();
    const { signal } = listening;
    document.addEventListener('mousemove', onMove, { signal });
    document.addEventListener('mouseup', end, { signal });
    window.addEventListener('blur', end, { signal });
    return () => {
      clearInterval(timer);
      listening.abort();
    };
  }, [press, viewport]);
  return ({ clientY }, pick) => setPress({ y: clientY, pick: pick === 'only' || pick === 'extend' ? 'extend' : 'add' });
}
