/** Files that the user picks and saves: credentials and exports. */

import { toBase64 } from '../../../shared/payload/payload-encoding.ts';

/** No certificate, key or PKCS#12 file is larger; as the contract's schema. */
export const LARGEST_CREDENTIAL = 1_000_000;

export function readFileText(file: File): Promise<string> {
  return file.text();
}

/** The file's bytes as base64, for PKCS#12. */
export async function readFileBase64(file: File): Promise<string> {
  return toBase64(new Uint8Array(await file.arrayBuffer()));
}
