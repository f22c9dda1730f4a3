/** Topic names and topic filters: what is legal, and what matches what (MQTT 5.0 §4.7, §4.8.2). */

/** Why a topic name or filter is illegal. */
export interface TopicFault {
  /** Normative statement of MQTT 5.0. */
  readonly rule: string;
  /** English, one sentence. */
  readonly message: string;
  /** Index of the UTF-16 unit at fault. */
  readonly at: number;
}

export interface SharedFilter {
  readonly shareName: string;
  /** What follows the share name: an ordinary filter. */
  readonly topicFilter: string;
}

const SLASH = 0x2f;
const PLUS = 0x2b;
const HASH = 0x23;
const DOLLAR = 0x24;
const SHARE_PREFIX = '$share/';
const MAX_TEXT_BYTES = 65_535;

/**
 * What makes `name` no legal Topic Name, or undefined. An empty name is at fault here; a PUBLISH with a Topic Alias may still have one.
 * @mqtt MQTT-4.7.0-1
 * @mqtt MQTT-3.3.2-2
 * @mqtt MQTT-4.7.3-1
 */
export function checkTopicName(name: string): TopicFault | undefined {
  const fault = checkText(name);
  if (fault !== undefined) return fault;
  const at = name.search(/[+#]/);
  if (at < 0) return undefined;
  return { rule: 'MQTT-3.3.2-2', message: `A Topic Name cannot contain the wildcard "${name.charAt(at)}".`, at };
}

/**
 * What makes `filter` no legal Topic Filter, or undefined. `shared` tells whether `$share/` has its meaning (5.0);
 * 3.1.1 reads such a filter like any other.
 * @mqtt MQTT-4.7.1-1
 * @mqtt MQTT-4.7.1-2
 * @mqtt MQTT-4.8.2-1
 * @mqtt MQTT-4.8.2-2
 */
export function checkTopicFilter(filter: string, shared = true): TopicFault | undefined {
  const fault = checkText(filter);
  if (fault !== undefined) return fault;
  if (!shared || !isSharedFilter(filter)) return checkWildcards(filter, 0);
  const shareEnd = filter.indexOf('/', SHARE_PREFIX.length);
  const shareName = filter.slice(SHARE_PREFIX.length, shareEnd < 0 ? undefined : shareEnd);
  if (shareName === '') {
    const message = 'A Shared Subscription needs a ShareName of at least one character.';
    return { rule: 'MQTT-4.8.2-1', message, at: SHARE_PREFIX.length };
  }
  const wildcard = shareName.search(/[+#]/);
  if (wildcard >= 0) {
    const message = `A ShareName cannot contain "${shareName.charAt(wildcard)}".`;
    return { rule: 'MQTT-4.8.2-2', message, at: SHARE_PREFIX.length + wildcard };
  }
  if (shareEnd < 0 || shareEnd + 1 === filter.length) {
    const message = 'A ShareName must be followed by "/" and a Topic Filter.';
    return { rule: 'MQTT-4.8.2-2', message, at: filter.length };
  }
  return checkWildcards(filter, shareEnd + 1);
}

/** Whether `filter` asks for a Shared Subscription. */
export function isSharedFilter(filter: string): boolean {
  return filter.startsWith(SHARE_PREFIX);
}

/** The parts of a shared filter; undefined where `filter` is not shared or not well-formed. */
export function parseSharedFilter(filter: string): SharedFilter | undefined {
  if (!isSharedFilter(filter)) return undefined;
  const shareEnd = filter.indexOf('/', SHARE_PREFIX.length);
  if (shareEnd <= SHARE_PREFIX.length || shareEnd + 1 === filter.length) return undefined;
  return { shareName: filter.slice(SHARE_PREFIX.length, shareEnd), topicFilter: filter.slice(shareEnd + 1) };
}

/** Whether `filter` has a wildcard and so can match more than one topic. */
export function hasWildcard(filter: string): boolean {
  return /[+#]/.test(filter);
}

/**
 * Whether a message on `topic` goes to a subscription to `filter`. Both are taken to be legal; a shared filter matches by its last part.
 * Characters are compared as they are, without normalization.
 * @mqtt MQTT-4.7.2-1
 * @mqtt MQTT-4.7.3-4
 */
export function topicMatches(filter: string, topic: string): boolean {
  const shared = parseSharedFilter(filter);
  const pattern = shared === undefined ? filter : shared.topicFilter;
  const first = pattern.charCodeAt(0);
  if (topic.charCodeAt(0) === DOLLAR && (first === HASH || first === PLUS)) return false;
  let at = 0;
  for (let i = 0; i < pattern.length; i += 1) {
    const unit = pattern.charCodeAt(i);
    if (unit === HASH) return true;
    if (unit === PLUS) {
      while (at < topic.length && topic.charCodeAt(at) !== SLASH) at += 1;
    } else if (at < topic.length) {
      if (topic.charCodeAt(at) !== unit) return false;
      at += 1;
    } else {
      // "sport/#" also matches its parent "sport".
      return unit === SLASH && i + 2 === pattern.length && pattern.charCodeAt(i + 1) === HASH;
    }
  }
  return at === topic.length;
}

/**
 * @mqtt MQTT-4.7.3-1
 * @mqtt MQTT-4.7.3-2
 * @mqtt MQTT-4.7.3-3
 */
function checkText(text: string): TopicFault | undefined {
  if (text === '') return { rule: 'MQTT-4.7.3-1', message: 'A topic is at least one character long.', at: 0 };
  const nul = text.indexOf('\0');
  if (nul >= 0) return { rule: 'MQTT-4.7.3-2', message: 'A topic cannot contain the null character.', at: nul };
  let bytes = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.codePointAt(at) ?? 0;
    if (unit >= 0xd800 && unit <= 0xdfff) {
      return { rule: 'MQTT-1.5.4-1', message: 'A topic cannot contain half of a surrogate pair.', at };
    }
    bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : unit < 0x10000 ? 3 : 4;
    if (bytes > MAX_TEXT_BYTES) {
      return { rule: 'MQTT-4.7.3-3', message: 'A topic is at most 65,535 bytes long in UTF-8.', at };
    }
    if (unit > 0xffff) at += 1;
  }
  return undefined;
}

function checkWildcards(filter: string, from: number): TopicFault | undefined {
  for (let at = from; at < filter.length; at += 1) {
    const unit = filter.charCodeAt(at);
    if (unit !== HASH && unit !== PLUS) continue;
    const startsLevel = at === from || filter.charCodeAt(at - 1) === SLASH;
    if (unit === HASH) {
      if (!startsLevel) return { rule: 'MQTT-4.7.1-1', message: '"#" must stand alone or follow a "/".', at };
      if (at + 1 < filter.length) {
        return { rule: 'MQTT-4.7.1-1', message: '"#" must be the last character of a Topic Filter.', at };
      }
    } else if (!startsLevel || (at + 1 < filter.length && filter.charCodeAt(at + 1) !== SLASH)) {
      return { rule: 'MQTT-4.7.1-2', message: '"+" must occupy a whole level of a Topic Filter.', at };
    }
  }
  return undefined;
}
