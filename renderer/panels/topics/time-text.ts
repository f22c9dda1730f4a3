/** Times of single messages, where there is no first row for the relative form to count from. */

import { formatTime, type TimeFormat } from '../../model/format.ts';

export function messageTime(timeUs: number, format: TimeFormat): string {
  return formatTime(timeUs, format === 'relative' ? 'clock' : format, 0);
}
