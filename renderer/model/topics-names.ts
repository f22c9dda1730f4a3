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
