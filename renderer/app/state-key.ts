/** What to call the state that a source is in: a connection's, or how far a file is read. */

import type { SourceSummary } from '../../shared/contract/source-records.ts';

/** A key of the shell's texts. */
export function stateKey({ file, state }: SourceSummary): `state.${typeof state}` | `file.state.${FileState}` {
  return file === undefined ? `state.${state}` : `file.state.${file.state}`;
}

type FileState = NonNullable<SourceSummary['file']>['state'];
