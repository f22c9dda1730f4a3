/** Conditions on what packets hold: payloads, values inside of JSON, properties. They read bytes, and so come after all others. */

import type { JsonComparison, PropertyComparison, ValueTest } from '../../../shared/filter/filter-ast.ts';
import { type Packet, type Properties, TYPE } from '../../../shared/mqtt/packet.ts';
import { decodePacket } from '../codec/decode.ts';
import type { Capture } from './capture.ts';
import type { Predicate } from './filter-predicate.ts';
import { ValueMatcher } from './filter-values.ts';
import { JsonTest } from './json-test.ts';
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

export class JsonPredicate extends ContentPredicate {
  readonly cost = 1000;
  readonly #capture: Capture;
  readonly #test: JsonTest;

  constructor(capture: Capture, comparison: JsonComparison) {
    super(1 << TYPE.publish);
    this.#capture = capture;
    this.#test = new JsonTest(comparison);
  }

  protected matches(block: RecordBlock, row: number): boolean {
    const bytes = this.#capture.bytesOf(block, row);
    const { version } = this.#capture.protocolVersion(block.connection(row));
    return this.#test.matches(bytes, payloadStart(bytes, version));
  }
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
