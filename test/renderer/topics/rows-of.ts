/** Makes topic rows as the service sends them, for tests. */

import { TOPIC_FLAG, type TopicRows } from '../../../shared/contract/topic-records.ts';

export interface TestNode {
  readonly node: number;
  readonly depth: number;
  readonly level: string;
  readonly path: string;
  readonly isTopic: boolean;
  readonly value?: string | Uint8Array;
  readonly retained?: boolean;
  readonly expanded?: boolean;
  readonly hasChildren?: boolean;
  readonly matched?: boolean;
  readonly messages?: number;
  readonly subtreeMessages?: number;
  readonly subtreeTopics?: number;
  readonly rate?: number;
  readonly qos?: number;
  readonly lastSeq?: number;
  readonly lastTimeUs?: number;
  readonly spark?: readonly number[];
}

/** Columns of `nodes` as rows `first`… of a view. A node has children where a deeper one follows, unless it says so itself. */
export function rowsOf(nodes: readonly TestNode[], first = 0): TopicRows {
  const preview = new Uint8Array(nodes.length * 48);
  const previewLength = new Uint8Array(nodes.length);
  const payloadLength = new Uint32Array(nodes.length);
  const sparkline = new Float32Array(nodes.length * 16);
  for (const [i, node] of nodes.entries()) {
    const bytes =
      typeof node.value === 'string' ? new TextEncoder().encode(node.value) : (node.value ?? new Uint8Array(0));
    preview.set(bytes.subarray(0, 48), i * 48);
    previewLength[i] = Math.min(48, bytes.length);
    payloadLength[i] = bytes.length;
    sparkline.set(node.spark ?? [], i * 16);
  }
  const flags = nodes.map((node, i) => {
    const children = node.hasChildren ?? (nodes[i + 1]?.depth ?? 0) > node.depth;
    return (
      (children ? TOPIC_FLAG.hasChildren : 0) |
      ((node.expanded ?? children) ? TOPIC_FLAG.expanded : 0) |
      (node.isTopic ? TOPIC_FLAG.isTopic : 0) |
      (node.retained === true ? TOPIC_FLAG.retained : 0) |
      (node.matched === true ? TOPIC_FLAG.matched : 0) |
      (node.path.startsWith('$') ? TOPIC_FLAG.system : 0)
    );
  });
  return {
    first,
    node: Uint32Array.from(nodes, (node) => node.node),
    depth: Uint16Array.from(nodes, (node) => node.depth),
    flags: Uint8Array.from(flags),
    messages: Float64Array.from(nodes, (node) => node.messages ?? (node.isTopic ? 1 : 0)),
    subtreeMessages: Float64Array.from(nodes, (node) => node.subtreeMessages ?? node.messages ?? 1),
    subtreeTopics: Uint32Array.from(nodes, (node) => node.subtreeTopics ?? 0),
    bytes: Float64Array.from(payloadLength),
    rate: Float32Array.from(nodes, (node) => node.rate ?? 0),
    lastTimeUs: Float64Array.from(nodes, (node) => node.lastTimeUs ?? 0),
    lastSeq: Float64Array.from(nodes, (node) => node.lastSeq ?? (node.isTopic ? node.node : -1)),
    qos: Uint8Array.from(nodes, (node) => node.qos ?? 0),
    level: nodes.map((node) => node.level),
    topic: nodes.map((node) => node.path),
    preview,
    previewLength,
    payloadLength,
    sparkline,
  };
}
