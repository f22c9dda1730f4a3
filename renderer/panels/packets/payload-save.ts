/** Hands a payload to the browser as a file. */

import type { PayloadKind } from '../../../shared/payload/payload-kind.ts';

const ENDINGS = { json: 'json', text: 'txt', binary: 'bin', empty: 'bin' } as const satisfies Record<
  PayloadKind,
  string
>;
/** How long the browser has to take the bytes over. */
const KEEP_MS = 60_000;

/** @param number of the packet, as shown */
export function savePayload(bytes: Uint8Array, number: number, kind: PayloadKind): void {
  const url = URL.createObjectURL(new Blob([bytes.slice()], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `packet-${number}.${ENDINGS[kind]}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEEP_MS);
}
