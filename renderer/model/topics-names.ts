/** How a topic is written in a packet filter. */

/** A value of a filter term in double quotes, so that spaces, quotes and operators in a topic stay themselves. */
export function quoteTerm(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Packet filter for the PUBLISH packets on exactly this topic; a topic name holds no wildcard, so it matches only itself. */
export function historyFilter(topic: string): string {
  return `type:publish topic:${quoteTerm(topic)}`;
}

/** Topic filter of a path and all below it; `/#` matches the parent level too (MQTT 5.0 §4.7.1.2). */
export function subtreeTopicFilter(path: string): string {
  return `${path}/#`;
}

/** Packet filter for a path and all below it. */
export function subtreeFilter(path: string): string {
  return `topic:${quoteTerm(subtreeTopicFilter(path))}`;
}

/**
 * A level as it is drawn: blanks at its ends as `␣`; control characters, and letters that have no width or turn the direction of
 * the line, as `\u{…}`, so that two different levels never look the same for their sake.
 */
export function visibleLevel(level: string): string {
  return level
    .replaceAll(/^ +| +$/g, (blanks) => '\u2423'.repeat(blanks.length))
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00a0]/gu, (letter) => `\\u{${(letter.codePointAt(0) ?? 0).toString(16)}}`);
}
