/** Python in Monaco: completion, hover, signatures, definitions and problems of the scripts, by a language server. */

import * as monaco from 'monaco-editor/editor';
import type { CompletionItem, Diagnostic, Markup, Position, Range } from './protocol.ts';
import { type PythonServer, type Question, startPythonServer } from './python-server.ts';

const OWNER = 'python';
/** Between a key and the news of it, milliseconds: nobody needs the problems of every letter. */
const QUIET_MS = 150;

/** One problem of a script, as a list shows it. Lines count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly severity: 'error' | 'warning' | 'information';
  readonly message: string;
}

const SEVERITIES = [
  monaco.MarkerSeverity.Error,
  monaco.MarkerSeverity.Error,
  monaco.MarkerSeverity.Warning,
  monaco.MarkerSeverity.Info,
  monaco.MarkerSeverity.Hint,
];

/** Kinds of the protocol, which begin at 1, as Monaco's. */
const { CompletionItemKind: Kind } = monaco.languages;
const KINDS = [
  Kind.Text,
  Kind.Text,
  Kind.Method,
  Kind.Function,
  Kind.Constructor,
  Kind.Field,
  Kind.Variable,
  Kind.Class,
  Kind.Interface,
  Kind.Module,
  Kind.Property,
  Kind.Unit,
  Kind.Value,
  Kind.Enum,
  Kind.Keyword,
  Kind.Snippet,
  Kind.Color,
  Kind.File,
  Kind.Reference,
  Kind.Folder,
  Kind.EnumMember,
  Kind.Constant,
  Kind.Struct,
  Kind.Event,
  Kind.Operator,
  Kind.TypeParameter,
]; // prettier-ignore

/** Starts to serve every Python model of the page; rejects where the server cannot start. `problems` hears of every change. */
export async function servePython(problems: (found: readonly Problem[]) => void): Promise<Disposable> {
  const parts = new DisposableStack();
  const server = parts.use(
    await startPythonServer((uri, diagnostics) => {
      const model = monaco.editor.getModel(monaco.Uri.parse(uri));
      if (model !== null) monaco.editor.setModelMarkers(model, OWNER, diagnostics.map(marker));
    }),
  );
  const own = (disposable: monaco.IDisposable): void => parts.defer(() => disposable.dispose());
  for (const model of monaco.editor.getModels()) follow(server, model, own);
  own(monaco.editor.onDidCreateModel((model) => follow(server, model, own)));
  own(monaco.editor.onDidChangeMarkers(() => problems(allProblems())));
  for (const provider of providers(server)) own(provider);
  parts.defer(() => monaco.editor.removeAllMarkers(OWNER));
  return parts;
}

/** Tells the server what becomes of a model. */
function follow(server: PythonServer, model: monaco.editor.ITextModel, own: (part: monaco.IDisposable) => void): void {
  if (model.getLanguageId() !== 'python') return;
  const uri = model.uri.toString();
  let timer: ReturnType<typeof setTimeout> | undefined;
  server.open(uri, model.getValue());
  const flush = (): void => {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    server.change(uri, model.getVersionId(), model.getValue());
  };
  flushes.set(uri, flush);
  own(
    model.onDidChangeContent(() => {
      clearTimeout(timer);
      timer = setTimeout(flush, QUIET_MS);
    }),
  );
  own(
    model.onWillDispose(() => {
      clearTimeout(timer);
      flushes.delete(uri);
      server.close(uri);
    }),
  );
}

/** What has not been told yet, by address: whoever asks wants an answer for what is on screen. */
const flushes = new Map<string, () => void>();

function providers(server: PythonServer): monaco.IDisposable[] {
  const { languages } = monaco;
  /** Asks about a place; nothing where the question is given up, or the server is gone. */
  const asking = async <T>(
    model: monaco.editor.ITextModel,
    position: monaco.Position,
    token: monaco.CancellationToken,
    ask: Question<T>,
  ): Promise<T | undefined> => {
    const uri = model.uri.toString();
    flushes.get(uri)?.();
    try {
      return (await ask(uri, toServer(position), aborted(token))) ?? undefined;
    } catch {
      return undefined;
    }
  };
  return [
    languages.registerCompletionItemProvider('python', {
      triggerCharacters: ['.', '[', '"', "'"],
      async provideCompletionItems(model, position, _context, token) {
        const list = await asking(model, position, token, server.complete);
        const word = model.getWordUntilPosition(position);
        const range = new monaco.Range(position.lineNumber, word.startColumn, position.lineNumber, word.endColumn);
        const suggestions = (list?.items ?? []).map((item) => suggestion(item, range));
        return { suggestions, incomplete: list?.isIncomplete ?? false };
      },
      async resolveCompletionItem(shown, token) {
        const { item } = shown as ServedItem;
        const whole = await server.resolve(item, aborted(token)).catch(() => item);
        return { ...shown, ...documented(whole.documentation) };
      },
    }),
    languages.registerHoverProvider('python', {
      async provideHover(model, position, token) {
        const hover = await asking(model, position, token, server.hover);
        if (hover === undefined) return undefined;
        const range = hover.range === undefined ? {} : { range: fromServer(hover.range) };
        return { contents: [{ value: hover.contents.value }], ...range };
      },
    }),
    languages.registerSignatureHelpProvider('python', {
      signatureHelpTriggerCharacters: ['(', ','],
      signatureHelpRetriggerCharacters: [')'],
      async provideSignatureHelp(model, position, token) {
        const help = await asking(model, position, token, server.signature);
        if (help === undefined) return undefined;
        const signatures = help.signatures.map((signature) => ({
          label: signature.label,
          ...documented(signature.documentation),
          parameters: (signature.parameters ?? []).map(({ label }) => ({
            label: typeof label === 'string' ? label : ([label[0], label[1]] as [number, number]),
          })),
          ...(signature.activeParameter === undefined ? {} : { activeParameter: signature.activeParameter }),
        }));
        const value = {
          signatures,
          activeSignature: help.activeSignature ?? 0,
          activeParameter: help.activeParameter ?? 0,
        };
        return { value, dispose: () => undefined };
      },
    }),
    languages.registerDefinitionProvider('python', {
      async provideDefinition(model, position, token) {
        const found = (await asking(model, position, token, server.definition)) ?? [];
        return found
          .map(({ uri, range }) => ({ uri: monaco.Uri.parse(uri), range: fromServer(range) }))
          .filter(({ uri }) => monaco.editor.getModel(uri) !== null);
      },
    }),
  ];
}

/** A suggestion with what the server sent, for the question about its documentation. */
type ServedItem = monaco.languages.CompletionItem & { readonly item: CompletionItem };

function suggestion(item: CompletionItem, range: monaco.Range): ServedItem {
  return {
    item,
    range,
    label: item.label,
    kind: KINDS[item.kind ?? 1] ?? Kind.Text,
    insertText: item.insertText ?? item.label,
    ...(item.detail === undefined ? {} : { detail: item.detail }),
    ...(item.sortText === undefined ? {} : { sortText: item.sortText }),
    ...(item.filterText === undefined ? {} : { filterText: item.filterText }),
    ...documented(item.documentation),
  };
}

function documented(text: string | Markup | undefined): { documentation?: string | monaco.IMarkdownString } {
  if (text === undefined) return {};
  if (typeof text === 'string') return { documentation: text };
  return { documentation: text.kind === 'markdown' ? { value: text.value } : text.value };
}

function marker({ range, severity = 1, code, message, tags }: Diagnostic): monaco.editor.IMarkerData {
  const place = fromServer(range);
  return {
    ...place,
    message,
    severity: SEVERITIES[severity] ?? monaco.MarkerSeverity.Error,
    ...(code === undefined ? {} : { code: String(code) }),
    ...(tags === undefined ? {} : { tags: [...tags] }),
  };
}

function allProblems(): Problem[] {
  return monaco.editor
    .getModelMarkers({ owner: OWNER })
    .filter(({ severity }) => severity !== monaco.MarkerSeverity.Hint)
    .map(({ resource, startLineNumber, severity, message }) => ({
      file: resource.path.slice(resource.path.lastIndexOf('/') + 1),
      line: startLineNumber,
      severity:
        severity === monaco.MarkerSeverity.Error
          ? 'error'
          : severity === monaco.MarkerSeverity.Warning
            ? 'warning'
            : 'information',
      message,
    }));
}

const toServer = ({ lineNumber, column }: monaco.Position): Position => ({
  line: lineNumber - 1,
  character: column - 1,
});

const fromServer = ({ start, end }: Range): monaco.IRange => ({
  startLineNumber: start.line + 1,
  startColumn: start.character + 1,
  endLineNumber: end.line + 1,
  endColumn: end.character + 1,
});

function aborted(token: monaco.CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
