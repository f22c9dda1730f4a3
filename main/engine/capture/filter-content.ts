/** Conditions on what packets hold: payloads, values inside of JSON, properties. They read bytes, and so come after all others. */

import type { JsonComparison, PropertyComparison, ValueTest } from '../../../shared/filter/filter-ast.ts';
import { type Packet, type Properties, TYPE } from '../../../shared/mqtt/packet.ts';
import { decodePacket } from '../codec/decode.ts';
import { byteSearch, type FindBytes } from './byte-search.ts';
import type { Capture } from './capture.ts';
import type { Predicate } from './filter-predicate.ts';
import { type Value, ValueMatcher } from './filter-values.ts';
import { numberBehind } from './json-number.ts';
import { payloadStart } from './publish-payload.ts';
import { FLAG, type RecordBlock } from './record-block.ts';

/** Records without a whole packet behind them. */
const NO_PACKET = FLAG.event | FLAG.undecodable | FLAG.truncated | FLAG.refused;

/** A condition that looks into each packet of some types, one by one. */
abstract class ContentPredicate implements Predicate {
  abstract readonly cost: number;
  readonly readsBytes = true;
  readonly #typeMask: number;

  /** `typeMask` has the bit of every packet type that can match. */
  constructor(typeMask: number) {
    this.#typeMask = typeMask;
  }

  prepare(): boolean {
    return true;
  }

  mayMatch(block: RecordBlock): boolean {
    return (block.typeMask & this.#typeMask) !== 0;
  }

  mayFail(): boolean {
    return true;
  }

  narrow(block: RecordBlock, rows: Int32Array, count: number): number {
    let kept = 0;
    for (let index = 0; index < count; index++) {
      const row = rows[index] ?? 0;
      const type = (block.first[row] ?? 0) >> 4;
      if (((this.#typeMask >>> type) & 1) === 0 || (block.flag(row) & NO_PACKET) !== 0) continue;
      if (this.matches(block, row)) rows[kept++] = row;
    }
    return kept;
  }

  protected abstract matches(block: RecordBlock, row: number): boolean;
}

export class PayloadPredicate extends ContentPredicate {
  readonly cost = 150;
  readonly #capture: Capture;
  readonly #matcher: ValueMatcher;

  constructor(capture: Capture, tests: readonly ValueTest[]) {
    super(1 << TYPE.publish);
    this.#capture = capture;
    this.#matcher = new ValueMatcher(tests);
  }

  protected matches(block: RecordBlock, row: number): boolean {
    const bytes = this.#capture.bytesOf(block, row);
    const { version } = this.#capture.protocolVersion(block.connection(row));
    return this.#matcher.bytes(bytes, payloadStart(bytes, version), bytes.length);
  }
}

/**
 * Parses only payloads that have every name of the path in them, and not those where the last one leads to nothing but numbers that do not
 * pass, which its bytes tell.
 */
export class JsonPredicate extends ContentPredicate {
  readonly cost = 1000;
  readonly #capture: Capture;
  readonly #path: JsonComparison['path'];
  readonly #names: readonly FindBytes[];
  /** Bytes of the path's last step, where it is a plain name. */
  readonly #lastName: number;
  readonly #matcher: ValueMatcher;

  constructor(capture: Capture, { path, values }: JsonComparison) {
    super(1 << TYPE.publish);
    this.#capture = capture;
    this.#path = path;
    // A name of other than plain letters may be written with escapes.
    const plain = path.filter((step) => typeof step === 'string' && /^[\w $-]+$/.test(step));
    this.#names = plain.map((name) => byteSearch(new TextEncoder().encode(`${name}`)));
    const last = path.at(-1);
    this.#lastName = typeof last === 'string' && last === plain.at(-1) ? last.length : 0;
    this.#matcher = new ValueMatcher(values);
  }

  protected matches(block: RecordBlock, row: number): boolean {
    const bytes = this.#capture.bytesOf(block, row);
    const { version } = this.#capture.protocolVersion(block.connection(row));
    const from = payloadStart(bytes, version);
    if (!this.#names.every((find) => find(bytes, from, bytes.length) >= 0)) return false;
    if (this.#lastName > 0 && !this.#mayPass(bytes, from)) return false;
    let document: unknown;
    try {
      document = JSON.parse(decoder.decode(bytes.subarray(from)));
    } catch {
      return false;
    }
    return someAt(document, this.#path, 0, (value) => this.#matcher.value(value));
  }

  /** False where each place of the last name is a member whose value is a number that does not pass. */
  #mayPass(bytes: Uint8Array, from: number): boolean {
    const find = this.#names.at(-1);
    if (find === undefined) return true;
    for (let at = find(bytes, from, bytes.length); at >= 0; at = find(bytes, at + this.#lastName, bytes.length)) {
      const number = numberBehind(bytes, at, this.#lastName, bytes.length);
      if (Number.isNaN(number) || this.#matcher.value(number)) return true;
    }
    return false;
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Whether some value that the path leads to passes; objects and arrays pass as their JSON text. */
function someAt(
  value: unknown,
  path: readonly (string | number)[],
  step: number,
  test: (value: Value) => boolean,
): boolean {
  const name = path[step];
  if (name === undefined) return test(isScalar(value) ? value : JSON.stringify(value));
  if (typeof value !== 'object' || value === null) return false;
  if (name === '*') return Object.values(value).some((inner) => someAt(inner, path, step + 1, test));
  if (typeof name === 'number' && !Array.isArray(value)) return false;
  if (!Object.hasOwn(value, name)) return false;
  return someAt((value as Readonly<Record<string | number, unknown>>)[name], path, step + 1, test);
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || typeof value !== 'object';
}

/** Every type but PINGREQ and PINGRESP has properties in MQTT 5.0. */
const WITH_PROPERTIES = 0b1100_1111_1111_1110;

export class PropertyPredicate extends ContentPredicate {
  readonly cost = 800;
  readonly #capture: Capture;
  readonly #wanted: PropertyComparison;
  readonly #matcher: ValueMatcher;

  constructor(capture: Capture, wanted: PropertyComparison) {
    super(WITH_PROPERTIES);
    this.#capture = capture;
    this.#wanted = wanted;
    this.#matcher = new ValueMatcher(wanted.values);
  }

  protected matches(block: RecordBlock, row: number): boolean {
    const { version } = this.#capture.protocolVersion(block.connection(row));
    if (version !== 5 || block.isInline(row)) return false;
    const { packet } = decodePacket(this.#capture.bytesOf(block, row), version);
    return packet !== undefined && propertiesOf(packet).some((properties) => this.#has(properties));
  }

  #has(properties: Properties): boolean {
    const { name, key } = this.#wanted;
    const value = properties[name];
    if (value === undefined) return false;
    if (typeof value !== 'object' || value instanceof Uint8Array) return this.#matcher.value(value);
    return value.some((entry) => {
      if (typeof entry === 'number') return this.#matcher.value(entry);
      const [entryKey, entryValue] = entry;
      if (key !== undefined) return entryKey === key && this.#matcher.value(entryValue);
      return this.#matcher.value(entryKey) || this.#matcher.value(entryValue);
    });
  }
}

/** The packet's own, and the will's. */
function propertiesOf(packet: Packet): readonly Properties[] {
  const own = 'properties' in packet && packet.properties !== undefined ? [packet.properties] : [];
  const will = packet.type === 'connect' ? packet.will?.properties : undefined;
  return will === undefined ? own : [...own, will];
}
