/** What the page asks of topics beside the tree: completion, and retained messages to count and clear. */

import { DOLLAR_ROOT, NO_NODE, ROOT } from '../engine/topics/topic-nodes.ts';
import type { LiveSession } from './live-session.ts';
import type { LiveSource } from './live-source.ts';
import { sessionFailure } from './session-failure.ts';

/** Topics that one completion looks at; the most active of these are answered. */
const LOOKED_AT = 50_000;

const utf8 = new TextEncoder();

/** Names that contain `text` in any case of letters, most messages first. */
export function completeTopic(live: LiveSource, text: string, limit: number): readonly string[] {
  const { table, stats } = live.recording.topics;
  const wanted = text.toLowerCase();
  const found: { topic: number; messages: number }[] = [];
  const size = Math.min(table.size, LOOKED_AT);
  for (let topic = 0; topic < size; topic += 1) {
    if (stats.isNoted(topic) && table.text(topic).toLowerCase().includes(wanted)) {
      found.push({ topic, messages: stats.messagesOf(topic) });
    }
  }
  return found
    .toSorted((left, right) => right.messages - left.messages)
    .slice(0, limit)
    .map(({ topic }) => table.text(topic));
}

/** Topics at `topic`, and below it with `subtree`, that the broker is known to hold a retained message for. */
function retainedTopics(live: LiveSource, topic: string, subtree: boolean): readonly number[] {
  const { topics } = live.recording;
  if (subtree && topic === '') return [...topics.retainedUnder(ROOT), ...topics.retainedUnder(DOLLAR_ROOT)];
  const name = utf8.encode(topic);
  if (subtree) {
    const node = topics.nodes.find(name);
    return node === NO_NODE ? [] : topics.retainedUnder(node);
  }
  const id = topics.table.find(name);
  return id >= 0 && id < topics.table.size && topics.stats.isRetained(id) ? [id] : [];
}

export function countRetained(live: LiveSource, topic: string, subtree: boolean): number {
  return retainedTopics(live, topic, subtree).length;
}

/**
 * Publishes an empty retained message to each, which makes the broker forget the retained one [MQTT-3.3.1-6].
 * Answers how many; throws `refused` or `wrong-state` at the first that the session does not take.
 */
export function clearRetained(live: LiveSession, topic: string, subtree: boolean): number {
  const { table } = live.recording.topics;
  const found = retainedTopics(live, topic, subtree);
  for (const id of found) {
    const outcome = live.session.publish({ topic: table.text(id), payload: new Uint8Array(0), qos: 0, retain: true });
    if (outcome.outcome === 'refused') throw sessionFailure(live, outcome);
  }
  return found.length;
}
