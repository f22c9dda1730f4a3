/** Line differences of two values: Myers' greedy algorithm over what the common beginning and end leave. */

export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
  /** Line numbers from 1; the absent side has none. */
  readonly before?: number;
  readonly after?: number;
}

/** A run of unchanged lines that the view folds. */
export interface DiffFold {
  readonly kind: 'fold';
  readonly lines: readonly DiffLine[];
}

export interface Diff {
  readonly lines: readonly DiffLine[];
  readonly added: number;
  readonly removed: number;
  /** False where the texts differ so much that the middle is shown as one replacement instead of the shortest edit. */
  readonly shortest: boolean;
}

/** Edits beyond which the search for the shortest script stops; its cost grows with the square. */
export const MAX_EDITS = 1500;

/** Compares by lines (`\n`, `\r\n`). Equal texts give only `same` lines. */
export function diffLines(before: string, after: string): Diff {
  const a = before.split('\n');
  const b = after.split('\n');
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;

  const middleA = a.slice(start, a.length - end);
  const middleB = b.slice(start, b.length - end);
  const script = editScript(middleA, middleB);
  const steps = removalsFirst(script ?? [...middleA.map(() => -1 as const), ...middleB.map(() => 1 as const)]);

  const lines: DiffLine[] = [];
  let left = 0;
  let right = 0;
  let added = 0;
  let removed = 0;
  const same = (): void => {
    lines.push({ kind: 'same', text: a[left] ?? '', before: left + 1, after: right + 1 });
    left += 1;
    right += 1;
  };
  for (let i = 0; i < start; i += 1) same();
  for (const step of steps) {
    if (step === 0) same();
    else if (step < 0) {
      lines.push({ kind: 'removed', text: a[left] ?? '', before: left + 1 });
      left += 1;
      removed += 1;
    } else {
      lines.push({ kind: 'added', text: b[right] ?? '', after: right + 1 });
      right += 1;
      added += 1;
    }
  }
  for (let i = 0; i < end; i += 1) same();
  return { lines, added, removed, shortest: script !== undefined };
}

/** Within one change the order of removals and additions is free; a reader expects what was before what is. */
function removalsFirst(steps: readonly (0 | -1 | 1)[]): (0 | -1 | 1)[] {
  const out: (0 | -1 | 1)[] = [];
  let additions = 0;
  for (const step of steps) {
    if (step === 1) additions += 1;
    else {
      if (step === 0) for (; additions > 0; additions -= 1) out.push(1);
      out.push(step);
    }
  }
  for (; additions > 0; additions -= 1) out.push(1);
  return out;
}

/** 0 keeps, -1 removes, 1 adds; undefined beyond {@link MAX_EDITS}. */
function editScript(a: readonly string[], b: readonly string[]): (0 | -1 | 1)[] | undefined {
  const limit = Math.min(a.length + b.length, MAX_EDITS);
  const trail: Int32Array[] = [];
  const furthest = new Int32Array(2 * limit + 3);
  const centre = limit + 1;
  for (let edits = 0; edits <= limit; edits += 1) {
    trail.push(furthest.slice(centre - edits - 1, centre + edits + 2));
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && at(furthest, centre + k - 1) < at(furthest, centre + k + 1));
      let x = down ? at(furthest, centre + k + 1) : at(furthest, centre + k - 1) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      furthest[centre + k] = x;
      if (x >= a.length && x - k >= b.length) return backtrack(trail, a.length, b.length);
    }
  }
  return undefined;
}

function backtrack(trail: readonly Int32Array[], aLength: number, bLength: number): (0 | -1 | 1)[] {
  const steps: (0 | -1 | 1)[] = [];
  let x = aLength;
  let y = bLength;
  for (let edits = trail.length - 1; edits >= 0; edits -= 1) {
    const before = trail[edits] ?? new Int32Array(0);
    const centre = edits + 1;
    const k = x - y;
    const down = k === -edits || (k !== edits && at(before, centre + k - 1) < at(before, centre + k + 1));
    const fromK = down ? k + 1 : k - 1;
    const fromX = edits === 0 ? 0 : at(before, centre + fromK);
    const fromY = edits === 0 ? 0 : fromX - fromK;
    const behindEdit = down ? fromX : fromX + 1;
    while (x > behindEdit && y > fromY) {
      steps.push(0);
      x -= 1;
      y -= 1;
    }
    if (edits > 0) steps.push(down ? 1 : -1);
    x = fromX;
    y = fromY;
  }
  return steps.reverse();
}

function at(array: Int32Array, index: number): number {
  return array[index] ?? 0;
}

/** Folds runs of unchanged lines but for `context` lines beside each change. */
export function foldUnchanged(lines: readonly DiffLine[], context = 3): (DiffLine | DiffFold)[] {
  const out: (DiffLine | DiffFold)[] = [];
  for (let from = 0; from < lines.length; ) {
    const first = lines[from];
    if (first === undefined) break;
    if (first.kind !== 'same') {
      out.push(first);
      from += 1;
      continue;
    }
    let to = from;
    while (lines[to]?.kind === 'same') to += 1;
    const keepBefore = from === 0 ? 0 : context;
    const keepAfter = to === lines.length ? 0 : context;
    if (to - from > keepBefore + keepAfter + 1 && keepBefore + keepAfter > 0)
      out.push(
        ...lines.slice(from, from + keepBefore),
        { kind: 'fold', lines: lines.slice(from + keepBefore, to - keepAfter) },
        ...lines.slice(to - keepAfter, to),
      );
    else out.push(...lines.slice(from, to));
    from = to;
  }
  return out;
}
