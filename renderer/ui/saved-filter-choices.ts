/** What the menu of saved filters is given: the filters, its words, and what to do with them. */

export interface SavedFilterEntry {
  /** No two have the same. */
  readonly name: string;
  readonly filter: string;
  readonly note?: string | undefined;
}

export interface SavedFilterWords {
  readonly title: string;
  readonly save: string;
  readonly name: string;
  readonly keep: string;
  readonly replaces: string;
  readonly taken: string;
  readonly cancel: string;
  readonly rename: string;
  readonly remove: string;
  readonly removed: (name: string) => string;
  readonly undo: string;
  readonly none: string;
  readonly keys: string;
}

export interface SavedFilterChoices {
  /** In the order of the list. */
  readonly entries: readonly SavedFilterEntry[];
  readonly longestName: number;
  readonly words: SavedFilterWords;
  /** Why the last change was not kept. */
  readonly failure?: string | undefined;
  readonly onOpen: () => void;
  readonly onSave: (name: string, filter: string) => void;
  readonly onRename: (name: string, to: string) => void;
  readonly onRemove: (name: string) => void;
}
