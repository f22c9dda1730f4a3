/** Topic filters over raw bytes: `+`, `#` and the rule that keeps `$` topics from wildcards. */

const SLASH = 0x2f;
const PLUS = 0x2b;
const HASH = 0x23;
const DOLLAR = 0x24;

/** The levels of a filter, as views into it. */
export function splitFilter(filter: Uint8Array): Uint8Array[] {
  const levels: Uint8Array[] = [];
  let from = 0;
  for (let at = 0; at <= filter.length; at++) {
    if (at < filter.length && filter[at] !== SLASH) continue;
    levels.push(filter.subarray(from, at));
    from = at + 1;
  }
  return levels;
}

/**
 * Whether a topic name matches a filter, byte for byte; `sport/#` also matches `sport`. A `#` that is not the last level, which no
 * valid filter has, is taken as if it were.
 * @mqtt MQTT-4.7.1-2 MQTT-4.7.2-1 MQTT-4.7.3-4
 */
export function matchesTopicFilter(filter: Uint8Array, topic: Uint8Array): boolean {
  if (topic[0] === DOLLAR && filter[0] !== DOLLAR) return false;
  const filterEnd = filter.length;
  const topicEnd = topic.length;
  let at = 0;
  let from = 0;
  while (from < filterEnd) {
    const wanted = filter[from];
    if (wanted === HASH && isLevel(filter, from)) return true;
    if (wanted === PLUS && isLevel(filter, from)) {
      while (at < topicEnd && topic[at] !== SLASH) at++;
      from++;
      continue;
    }
    if (at === topicEnd) return wanted === SLASH && filter[from + 1] === HASH && isLevel(filter, from + 1);
    if (topic[at] !== wanted) return false;
    at++;
    from++;
  }
  return at === topicEnd;
}

/** Whether the byte at `at` is a whole level of the filter. */
function isLevel(filter: Uint8Array, at: number): boolean {
  return (at === 0 || filter[at - 1] === SLASH) && (at + 1 === filter.length || filter[at + 1] === SLASH);
}
