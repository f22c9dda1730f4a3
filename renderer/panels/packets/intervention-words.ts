/** What was done to a packet, in one sentence, and where the bytes that passed differ from its own. */

import type { Seq } from '../../../shared/contract/identifiers.ts';
import type { Intervention } from '../../../shared/contract/rules.ts';
import { formatDuration, formatInteger } from '../../model/format.ts';
import { packetsText as t } from './strings/text.ts';

/** Number of the row as lists show it. */
export function causeNumber(cause: Seq): string {
  return formatInteger(cause + 1);
}

/** What a user's word can be as well as a rule: only the user's follows a wait. */
const EITHERS: ReadonlySet<Intervention['what']> = new Set(['drop', 'duplicate', 'close', 'reset']);

/** `Rule “lose acks” dropped it.`, `You forwarded it. It had waited 3.21 s at “look”.` */
export function interventionWords({ what, rule, waitedUs, copies = 1, cause, fault }: Intervention): string {
  if (fault !== undefined) return t('intervention.fault', { rule, fault });
  const isUsers = waitedUs !== undefined && EITHERS.has(what);
  const words = t.of(`intervention.${what}`, {
    who: isUsers ? t('intervention.you') : t('intervention.rule', { rule }),
    count: copies,
    number: cause === undefined ? '' : causeNumber(cause),
    time: formatDuration(waitedUs ?? 0),
  });
  // A delay says its time itself.
  if (waitedUs === undefined || what === 'delay') return words;
  const time = formatDuration(waitedUs);
  return `${words} ${rule === '' ? t('intervention.waited', { time }) : t('intervention.waited-at', { time, rule })}`;
}

/**
 * Bytes of `now` between what both begin with and what both end with, a Remaining Length left aside that only follows from the rest;
 * `to` equals `from` where something was only taken away. Undefined where they are the same.
 */
export function differingBytes(
  before: Uint8Array,
  now: Uint8Array,
): { readonly from: number; readonly to: number } | undefined {
  const shorter = Math.min(before.length, now.length);
  const header = headerLength(before);
  let from = before[0] === now[0] && header === headerLength(now) ? Math.min(header, shorter) : 0;
  while (from < shorter && before[from] === now[from]) from++;
  if (from === shorter && before.length === now.length)
    return before.every((byte, at) => byte === now[at]) ? undefined : { from: 1, to: header };
  let tail = 0;
  while (tail < shorter - from && before[before.length - 1 - tail] === now[now.length - 1 - tail]) tail++;
  return { from, to: now.length - tail };
}

/** Of the fixed header: its first byte and the Remaining Length. */
function headerLength(bytes: Uint8Array): number {
  let length = 1;
  while (length < 5 && (bytes[length] ?? 0) >= 0x80) length++;
  return length + 1;
}
