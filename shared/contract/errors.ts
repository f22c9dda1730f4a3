/** Every way a procedure can fail: a closed set of codes with their data. Wording is made in the page and in the command line. */

import type { SecretName, SecretStorage } from './profiles.ts';

/** Codes that say it all. */
interface NoData {
  readonly [name: string]: never;
}

/** Why secrets can be neither stored nor read. */
export type SecretsFault =
  | { readonly reason: 'no-vault' | 'not-encrypted' }
  | { readonly reason: 'storage-not-here'; readonly storage: SecretStorage }
  /** What is stored does not open: the system's key is another one, or the bytes are damaged. */
  | { readonly reason: 'not-decrypted' | 'damaged'; readonly secret: SecretName };

/** Why a text is no export of profiles. Lines and columns count from 1, columns in UTF-16 units. */
export type ImportFault =
  | { readonly reason: 'not-json'; readonly line: number; readonly column: number }
  /** JSON that ends before it is complete, or nothing at all. */
  | { readonly reason: 'cut-off' }
  | { readonly reason: 'not-an-export' | 'no-version' | 'no-profiles' }
  | { readonly reason: 'newer-version'; readonly version: number; readonly newest: number }
  /** A member that the schema refuses, by its path, e.g. `profiles[3].port`; `expected` and `received` in the schema's notation. */
  | { readonly reason: 'bad-member'; readonly path: string; readonly expected: string; readonly received: string };

export interface ErrorData {
  /** The input did not fit the procedure's schema; `issues` name the path and what was expected. */
  'invalid-input': {
    readonly procedure: string;
    readonly issues: readonly { readonly path: string; readonly message: string }[];
  };
  'unknown-procedure': { readonly procedure: string };
  'no-such-source': { readonly source: number };
  /** The source is a script's client: its code alone decides what is sent. */
  'driven-by-script': { readonly source: number };
  /** The source is a device's connection through a tap: the device alone decides what is sent. */
  'driven-by-device': { readonly source: number };
  /** The source was read from a file: nothing can be sent on it. */
  'read-from-file': { readonly source: number };
  'no-such-tap': { readonly tap: number };
  /** A tap cannot listen there; `reason` is the system's error code. */
  'cannot-listen': { readonly host: string; readonly port: number; readonly reason: string };
  /** What the tap passes on would come in again where it listens. */
  'tap-to-itself': { readonly host: string; readonly port: number };
  /** The certificate and key that devices shall be shown are of no use. */
  'bad-tap-certificate': { readonly reason: string };
  /** Devices that a tap turned away because as many as it may have are connected. */
  'too-many-devices': { readonly tap: string; readonly limit: number; readonly count: number };
  /** Closed connections of taps that went to make room. */
  'tap-sources-dropped': { readonly kept: number; readonly count: number };
  /** Clients of a script that were turned away because its run has as many as it may. */
  'too-many-script-sources': { readonly run: string; readonly limit: number; readonly count: number };
  /** Closed clients of earlier runs that went to make room. */
  'script-sources-dropped': { readonly kept: number; readonly count: number };
  'no-such-view': { readonly view: number };
  'no-such-export': { readonly export: number };
  'no-such-profile': { readonly profile: string };
  /** The packet is not (or no longer) in the capture; `firstSeq` is the oldest that is. */
  'no-such-packet': { readonly seq: number; readonly firstSeq: number };
  'no-such-flow': { readonly flow: number };
  'no-such-repeat': { readonly repeat: number };
  'no-such-replay': { readonly replay: number };
  'no-such-comparison': { readonly comparison: number };
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
  /** A rule whose filter does not read: `fault` is that of `bad-filter`. */
  'bad-rule': { readonly rule: string; readonly name: string; readonly fault: ErrorData['bad-filter'] };
  /** The packet was forwarded, dropped or lost with its connection. */
  'no-such-held-packet': { readonly held: number };
  /** Fields of a packet that waits, as they were edited, make no packet; `rule` and `reason` as of `malformed` packets. */
  'bad-edit': { readonly rule: string; readonly reason: string };
  /** A topic name or filter that MQTT forbids. */
  'bad-topic': { readonly topic: string; readonly rule: string; readonly reason: string };
  /** The source cannot do that in its present state. */
  'wrong-state': { readonly source: number; readonly state: string; readonly needs: string };
  /** The session refused a PUBLISH, SUBSCRIBE or AUTH before it went out; `reason` is the session's closed set. */
  refused: { readonly reason: string; readonly limit?: number; readonly actual?: number };
  /** A secret that is bytes, and whose text is not the base64 of any. */
  'not-base64': { readonly secret: SecretName };
  /** A profile, settings or document file on disk that cannot be read; it was kept aside as `keptAs`. */
  'damaged-file': { readonly file: string; readonly reason: string; readonly keptAs?: string };
  'disk-full': { readonly file: string };
  'disk-failed': { readonly file: string; readonly reason: string };
  'vault-locked': { readonly profile?: string };
  'vault-wrong-passphrase': NoData;
  'secrets-unavailable': SecretsFault;
  'bad-import': ImportFault;
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
