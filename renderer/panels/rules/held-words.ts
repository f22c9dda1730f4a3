/** What is said of a packet that waits. */

import type { HeldPacket } from '../../../shared/contract/rules.ts';
import { formatBytes, formatDuration } from '../../model/format.ts';
import { rulesText as t } from './strings/text.ts';

/** Whole seconds below a minute: what ticks once a second shows no fractions. */
export function waitedWords({ arrivedUs }: HeldPacket, nowUs: number): string {
  const seconds = Math.max(0, Math.floor((nowUs - arrivedUs) / 1_000_000));
  return seconds < 60 ? t('held.seconds', { seconds }) : formatDuration(seconds * 1_000_000);
}

/** Topic, packet identifier, or both; empty where the packet has neither. */
export function aboutWords({ topic, packetId }: HeldPacket): string {
  return [topic ?? '', packetId === undefined || packetId === 0 ? '' : `#${packetId}`]
    .filter((part) => part !== '')
    .join(' · ');
}

/** Empty where nothing waits behind it. */
export function behindWords({ behind, behindBytes }: HeldPacket): string {
  return behind === 0 && behindBytes === 0 ? '' : t('held.behind', { count: behind, bytes: formatBytes(behindBytes) });
}
