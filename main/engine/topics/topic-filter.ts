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
  let at = 0;
  let from = 0;
  for (;;) {
    const end = levelEnd(filter, from);
    if (end - from === 1 && filter[from] === HASH) return true;
    const topicEnd = levelEnd(topic, at);
    if (!(end - from === 1 && filter[from] === PLUS) && !sameBytes(filter, from, end, topic, at, topicEnd))
      return false;
    const filterOver = end === filter.length;
    const topicOver = topicEnd === topic.length;
    if (filterOver || topicOver) {
      if (filterOver && topicOver) return true;
      return topicOver && filter[end + 1] === HASH && levelEnd(filter, end + 1) === end + 2;
    }
    from = end + 1;
    at = topicEnd + 1;
  }
}

function levelEnd(bytes: Uint8Array, from: number): number {
  const slash = bytes.indexOf(SLASH, from);
  return slash < 0 ? bytes.length : slash;
}

function sameBytes(left: Uint8Array, from: number, to: number, right: Uint8Array, at: number, end: number): boolean {
  if (to - from !== end - at) return false;
  for (let index = 0; index < to - from; index++) if (left[from + index] !== right[at + index]) return false;
  return true;
}
