/** Size and place of the window, remembered between starts and forgotten where no display shows them any more. */

import * as v from 'valibot';

const whole = v.pipe(v.number(), v.integer());

const WindowStateSchema = v.object({
  place: v.exactOptional(v.object({ x: whole, y: whole })),
  width: v.pipe(whole, v.minValue(400), v.maxValue(20_000)),
  height: v.pipe(whole, v.minValue(300), v.maxValue(20_000)),
  maximized: v.boolean(),
});

export interface WindowState {
  /** Absent lets the system choose. */
  readonly place?: { readonly x: number; readonly y: number };
  readonly width: number;
  readonly height: number;
  readonly maximized: boolean;
}

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const DEFAULT_STATE: WindowState = { width: 1440, height: 900, maximized: false };

/** So much of the title bar must be on a display for the window to be caught with the mouse. */
const VISIBLE_WIDTH = 100;
const VISIBLE_HEIGHT = 30;

function isReachable({ place, width }: WindowState, displays: readonly Area[]): boolean {
  if (place === undefined) return true;
  const { x, y } = place;
  return displays.some((display) => {
    const across = Math.min(x + width, display.x + display.width) - Math.max(x, display.x);
    return across >= VISIBLE_WIDTH && y >= display.y - 10 && y <= display.y + display.height - VISIBLE_HEIGHT;
  });
}

/**
 * @param text what was kept, or null; nonsense counts as nothing
 * @param displays work areas of the displays there are now
 */
export function restoreWindowState(text: string | null, displays: readonly Area[]): WindowState {
  let kept: unknown;
  try {
    kept = JSON.parse(text ?? 'null');
  } catch {
    return DEFAULT_STATE;
  }
  const parsed = v.safeParse(WindowStateSchema, kept);
  if (!parsed.success) return DEFAULT_STATE;
  if (isReachable(parsed.output, displays)) return parsed.output;
  const { width, height, maximized } = parsed.output;
  return { width, height, maximized };
}
