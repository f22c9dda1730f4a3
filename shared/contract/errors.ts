/** Every way a procedure can fail: a closed set of codes with their data. Wording is made in the page and in the command line. */

/** Codes that say it all. */
interface NoData {
  readonly [name: string]: never;
}

export interface ErrorData {
  /** The input did not fit the procedure's schema; `issues` name the path and what was expected. */
  'invalid-input': {
    readonly procedure: string;
    readonly issues: readonly { readonly path: string; readonly message: string }[];
  };
  'unknown-procedure': { readonly procedure: string };
  'no-such-source': { readonly source: number };
  'no-such-view': { readonly view: number };
  'no-such-profile': { readonly profile: string };
  /** The packet is not (or no longer) in the capture; `firstSeq` is the oldest that is. */
  'no-such-packet': { readonly seq: number; readonly firstSeq: number };
  'no-such-flow': { readonly flow: number };
  'no-such-repeat': { readonly repeat: number };
  /** A filter expression with its fault located: `at` and `length` count UTF-16 units of the text. */
  'bad-filter': {
    readonly text: string;
    readonly at: number;
    readonly length: number;
    /** A `FilterErrorCode`. */
    readonly reason: string;
    readonly word: string;
    readonly field?: string;
    /** What would have been understood, where that is a short list. */
    readonly expected?: readonly string[];
  };
  /** A topic name or filter that MQTT forbids. */
  'bad-topic': { readonly topic: string; readonly rule: string; readonly reason: string };
  /** The source cannot do that in its present state. */
  'wrong-state': { readonly source: number; readonly state: string; readonly needs: string };
  /** The session refused a PUBLISH, SUBSCRIBE or AUTH before it went out; `reason` is the session's closed set. */
  refused: { readonly reason: string; readonly limit?: number; readonly actual?: number };
  unencodable: { readonly field: string; readonly reason: string };
  /** A profile, settings or document file on disk that cannot be read; it was kept aside as `keptAs`. */
  'damaged-file': { readonly file: string; readonly reason: string; readonly keptAs?: string };
  'disk-full': { readonly file: string };
  'disk-failed': { readonly file: string; readonly reason: string };
  'vault-locked': { readonly profile?: string };
  'vault-wrong-passphrase': NoData;
  'secrets-unavailable': { readonly reason: string };
  'bad-import': { readonly reason: string; readonly at?: string };
  'port-taken': { readonly port: number };
  'port-forbidden': { readonly port: number };
  'too-large': { readonly what: string; readonly limit: number; readonly actual: number };
  cancelled: NoData;
  /** A fault of ours; `message` is for a bug report. */
  internal: { readonly message: string };
}

export type ErrorCode = keyof ErrorData;

export type Failure = { readonly [C in ErrorCode]: { readonly code: C; readonly data: ErrorData[C] } }[ErrorCode];

/** How a {@link Failure} travels inside one process, where throwing reads better than returning. */
export class InspectorError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly data: ErrorData[C];

  constructor(code: C, data: ErrorData[C]) {
    super(`${code} ${JSON.stringify(data)}`);
    this.name = 'InspectorError';
    this.code = code;
    this.data = data;
  }
}
