/** What a topic view looks for: a piece of text in the topic's name, in its last value, or in either; or whatever a test says of both. */

import type { TopicNodes } from './topic-nodes.ts';

export interface TopicSearch {
  readonly text: string;
  readonly in: 'name' | 'value' | 'both';
  /** Off by default: ASCII letters match in either case; others always match exactly. */
  readonly caseSensitive?: boolean;
}

/** A test of topics, for searches that ask for more than a text. */
export interface TopicTest {
  /** Whether its answer may change with the topic's last message. */
  readonly inValue: boolean;
  /** `value` answers the payload of the last message, undefined where it is not known. */
  matches(topic: number, value: () => Uint8Array | undefined): boolean;
}

const SLASH = 0x2f;
const fold = (byte: number): number => (byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte);

/** A search made ready to run over bytes. */
export class TopicNeedle {
  readonly #bytes: Uint8Array;
  readonly #folds: boolean;
  readonly #inName: boolean;
  /** True where values have to be looked at. */
  readonly inValue: boolean;

  constructor(search: TopicSearch) {
    const bytes = new TextEncoder().encode(search.text);
    this.#folds = search.caseSensitive !== true;
    this.#bytes = this.#folds ? bytes.map(fold) : bytes;
    this.#inName = search.in !== 'value';
    this.inValue = search.in !== 'name';
  }

  /** Whether the text occurs in the node's path so that it touches the node's own level; `kitchen/` touches what is below `kitchen`. */
  matchesName(nodes: TopicNodes, node: number): boolean {
    if (!this.#inName) return false;
    const level = nodes.levelOffset(node);
    const reach = this.#bytes.length - (this.#bytes[this.#bytes.length - 1] === SLASH ? 0 : 1);
    const from = level - Math.min(nodes.levelStart(node), reach);
    return this.#occurs(nodes.levelView(node), from, level + nodes.levelLength(node));
  }

  matchesValue(value: Uint8Array): boolean {
    return this.#occurs(new DataView(value.buffer, value.byteOffset, value.byteLength), 0, value.length);
  }

  #occurs(view: DataView, from: number, to: number): boolean {
    const needle = this.#bytes;
    const first = needle[0] ?? 0;
    const other = this.#folds && first >= 0x61 && first <= 0x7a ? first - 32 : first;
    for (let at = from; at <= to - needle.length; at++) {
      const byte = view.getUint8(at);
      if (byte !== first && byte !== other) continue;
      let index = 1;
      while (index < needle.length) {
        const next = view.getUint8(at + index);
        if ((this.#folds ? fold(next) : next) !== needle[index]) break;
        index++;
      }
      if (index === needle.length) return true;
    }
    return false;
  }
}
