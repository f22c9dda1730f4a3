/** Lists in which several rows can be chosen: what clicks and keys mean there, as in the lists of the system. */

/** What becomes of the choice; `pass` leaves it as it is and moves only the place of the keys. */
export type RowPick = 'only' | 'toggle' | 'extend' | 'add' | 'pass';

export interface RowChoice {
  readonly isChosen: (index: number) => boolean;
  readonly onAll: () => void;
  /** What is chosen is to be copied. */
  readonly onCopy: () => void;
  /** The Command key does what Control does elsewhere. */
  readonly mac: boolean;
}

interface Modifiers {
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

function isBeside({ ctrlKey, metaKey }: Modifiers, { mac }: RowChoice): boolean {
  return mac ? metaKey : ctrlKey;
}

/** Of a press on a row with the button of its number. A menu for a chosen row is one for all that are chosen. */
export function pressPick(
  choice: RowChoice | undefined,
  event: Modifiers & { readonly button: number },
  index: number,
): RowPick {
  if (choice === undefined) return 'only';
  if (event.button === 2 || (choice.mac && event.ctrlKey)) return choice.isChosen(index) ? 'pass' : 'only';
  if (isBeside(event, choice)) return event.shiftKey ? 'add' : 'toggle';
  return event.shiftKey ? 'extend' : 'only';
}

/** Of a key that goes to another row; undefined where the list does not have it. */
export function movePick(
  choice: RowChoice | undefined,
  event: Modifiers & { readonly altKey: boolean },
): RowPick | undefined {
  if (event.altKey) return undefined;
  if (!event.ctrlKey && !event.metaKey) return choice !== undefined && event.shiftKey ? 'extend' : 'only';
  if (choice === undefined || !isBeside(event, choice)) return undefined;
  return event.shiftKey ? 'add' : 'pass';
}

/** Keys for the choice itself; undefined for others. */
export function choiceKey(
  choice: RowChoice | undefined,
  event: Modifiers & { readonly altKey: boolean; readonly key: string },
): 'all' | 'copy' | 'toggle' | undefined {
  if (choice === undefined || event.altKey || event.shiftKey) return undefined;
  const beside = isBeside(event, choice);
  if (event.key === ' ' && (beside || (!event.ctrlKey && !event.metaKey))) return 'toggle';
  if (!beside) return undefined;
  const key = event.key.toLowerCase();
  return key === 'a' ? 'all' : key === 'c' ? 'copy' : undefined;
}
