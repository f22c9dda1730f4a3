/** Identifiers of rules, of their own kind in every page: two that add a rule at once do not clash. */

import { toHex } from '../../shared/payload/payload-encoding.ts';

export function newRuleId(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(8)), '');
}
