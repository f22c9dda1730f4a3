/** The parts of the Language Server Protocol 3.17 that the editor uses. Lines and characters count from 0. */

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface Diagnostic {
  readonly range: Range;
  /** 1 error, 2 warning, 3 information, 4 hint. */
  readonly severity?: number;
  readonly code?: string | number;
  readonly message: string;
  /** 1 unnecessary, 2 deprecated. */
  readonly tags?: readonly number[];
}

export interface Markup {
  readonly kind: 'plaintext' | 'markdown';
  readonly value: string;
}

export interface CompletionItem {
  readonly label: string;
  readonly kind?: number;
  readonly detail?: string;
  readonly documentation?: string | Markup;
  readonly sortText?: string;
  readonly filterText?: string;
  readonly insertText?: string;
  readonly additionalTextEdits?: readonly { readonly range: Range; readonly newText: string }[];
}

export interface CompletionList {
  readonly isIncomplete: boolean;
  readonly items: readonly CompletionItem[];
}

export interface Hover {
  readonly contents: Markup;
  readonly range?: Range;
}

export interface SignatureHelp {
  readonly signatures: readonly {
    readonly label: string;
    readonly documentation?: string | Markup;
    readonly parameters?: readonly { readonly label: string | readonly [number, number] }[];
    readonly activeParameter?: number;
  }[];
  readonly activeSignature?: number;
  readonly activeParameter?: number;
}

export interface Location {
  readonly uri: string;
  readonly range: Range;
}
