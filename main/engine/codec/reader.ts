/** Reads a frame field by field. Never throws and never looks past the frame: faults are kept, and reading goes on where it can. */

import type { Direction, Field, Malformed, ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import { checkTopicFilter, checkTopicName } from '../../../shared/mqtt/topics.ts';
import type { FieldTrace } from './field-trace.ts';
import { decodeText, illFormedAt, scanText, TEXT_BEYOND_ASCII, TEXT_NUL, TEXT_WILDCARD } from './text.ts';

const NO_BYTES = new Uint8Array(0);

/** Where MQTT 5.0 says that a packet ends with its Remaining Length. */
const REMAINING_LENGTH = 'MQTT5 §2.1.4';

/**
 * Two kinds of trouble. A *violation* is noted and reading goes on, since the layout is still known. A *stop* ends the innermost
 * {@link enter block}: every further read there yields an empty value, and {@link leave} goes on after the block.
 * The first fault of either kind is {@link fault}. Offsets count from the frame's first byte.
 */
export class FrameReader {
  readonly frame: Uint8Array;
  readonly direction: Direction | undefined;
  readonly trace: FieldTrace | undefined;
  /** A CONNECT sets it from its own Protocol Level. */
  version: ProtocolVersion;
  position = 0;
  fault: Malformed | undefined = undefined;
  /** True after a stop, until the block is left. */
  stopped = false;
  /** Exclusive limit of the block that is being read. A stop moves the position there. */
  private end: number;

  constructor(
    frame: Uint8Array,
    version: ProtocolVersion,
    direction: Direction | undefined,
    trace: FieldTrace | undefined,
  ) {
    this.frame = frame;
    this.version = version;
    this.direction = direction;
    this.trace = trace;
    this.end = frame.length;
  }

  /** Bytes left in the block. */
  get remaining(): number {
    return this.end - this.position;
  }

  /** Notes that `rule` is broken at `offset` and goes on. `field` names the one at fault where several share the byte. */
  violate(rule: string, message: string, offset: number, field?: string): void {
    const malformed = { offset, rule, message };
    this.fault ??= malformed;
    this.trace?.fault(malformed, field);
  }

  /** Notes that field `name` cannot be read from here on and ends the block. */
  stop(name: string, rule: string, message: string): void {
    if (this.stopped) return;
    const malformed = { offset: this.position, rule, message };
    this.fault ??= malformed;
    this.trace?.broken(name, this.position, this.end, malformed);
    this.stopped = true;
    this.position = this.end;
  }

  /**
   * Narrows reading to the next `length` bytes, or to what is there.
   * @returns the outer limit, for {@link leave}.
   */
  enter(length: number): number {
    const outer = this.end;
    this.end = Math.min(outer, this.position + length);
    return outer;
  }

  /** Ends the block that began with {@link enter} and had `length` bytes from `from`; whatever was not read of it is passed over. */
  leave(from: number, length: number, outer: number): void {
    const to = Math.min(outer, from + length);
    this.position = to;
    this.end = outer;
    this.stopped = false;
  }

  begin(group: string): void {
    if (this.trace !== undefined) this.trace.begin(group, this.position);
  }

  close(value?: string | number | boolean): void {
    if (this.trace !== undefined) this.trace.end(this.position, value);
  }

  byte(name: string, kind?: Field['kind']): number {
    const at = this.position;
    if (at >= this.end) return this.missing(name, 1);
    const value = this.frame[at] ?? 0;
    this.position = at + 1;
    if (this.trace !== undefined) this.trace.leaf(name, at, at + 1, value, kind);
    return value;
  }

  /** A byte whose bits are fields of their own: the caller records them through {@link trace}. */
  flags(name: string): number {
    const at = this.position;
    if (at >= this.end) return this.missing(name, 1);
    this.position = at + 1;
    return this.frame[at] ?? 0;
  }

  twoByte(name: string): number {
    const at = this.position;
    if (at + 2 > this.end) return this.missing(name, 2);
    const value = ((this.frame[at] ?? 0) << 8) | (this.frame[at + 1] ?? 0);
    this.position = at + 2;
    if (this.trace !== undefined) this.trace.leaf(name, at, at + 2, value);
    return value;
  }

  fourByte(name: string): number {
    const at = this.position;
    if (at + 4 > this.end) return this.missing(name, 4);
    const { frame } = this;
    const high = ((frame[at] ?? 0) << 8) | (frame[at + 1] ?? 0);
    const value = high * 0x1_0000 + (((frame[at + 2] ?? 0) << 8) | (frame[at + 3] ?? 0));
    this.position = at + 4;
    if (this.trace !== undefined) this.trace.leaf(name, at, at + 4, value);
    return value;
  }

  /**
   * A Variable Byte Integer, 0 to 268,435,455.
   * @mqtt MQTT-1.5.5-1
   */
  variableByte(name: string): number {
    const from = this.position;
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const at = this.position + shift / 7;
      if (at >= this.end) return this.missing(name, at + 1 - from);
      const byte = this.frame[at] ?? 0;
      value += (byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      this.position = at + 1;
      if (this.trace !== undefined) this.trace.leaf(name, from, at + 1, value);
      if (byte === 0 && at > from && this.version === 5) {
        this.violate('MQTT-1.5.5-1', `${name} ${value} is encoded in more bytes than it needs.`, from);
      }
      return value;
    }
    this.stop(name, 'MQTT5 §1.5.5', `${name} runs on past its fourth byte.`);
    return 0;
  }

  /**
   * A UTF-8 Encoded String.
   * @mqtt MQTT-1.5.4-1
   * @mqtt MQTT-1.5.4-2
   */
  text(name: string): string {
    const from = this.position;
    const to = this.prefixed(name);
    if (to < 0) return '';
    const found = scanText(this.frame, from + 2, to);
    const text = decodeText(this.frame, from + 2, to, found);
    if (this.trace !== undefined) this.traceText(name, from, to, text);
    if ((found & (TEXT_NUL | TEXT_BEYOND_ASCII)) !== 0) this.checkText(name, from + 2, to, found);
    return text;
  }

  /**
   * A UTF-8 Encoded String that names a topic; an empty one is left to the caller.
   * `rule` numbers the ban on wildcards, which differs by field.
   * @mqtt MQTT-3.3.2-2
   * @mqtt MQTT-3.3.2-14
   * @mqtt MQTT-4.7.0-1
   */
  topicName(name: string, rule: string): string {
    const from = this.position;
    const to = this.prefixed(name);
    if (to < 0) return '';
    const found = scanText(this.frame, from + 2, to);
    const text = decodeText(this.frame, from + 2, to, found);
    if (this.trace !== undefined) this.traceText(name, from, to, text);
    if (found !== 0) {
      this.checkText(name, from + 2, to, found);
      if ((found & TEXT_WILDCARD) !== 0) {
        const fault = checkTopicName(text);
        if (fault !== undefined && fault.rule === 'MQTT-3.3.2-2') this.violate(rule, fault.message, from);
      }
    }
    return text;
  }

  /**
   * A UTF-8 Encoded String that filters topics.
   * @mqtt MQTT-3.8.3-1
   * @mqtt MQTT-3.10.3-1
   * @mqtt MQTT-4.7.1-1
   * @mqtt MQTT-4.7.1-2
   * @mqtt MQTT-4.7.3-1
   * @mqtt MQTT-4.8.2-1
   * @mqtt MQTT-4.8.2-2
   */
  topicFilter(name: string): string {
    const from = this.position;
    const faultBefore = this.fault;
    const text = this.text(name);
    if (this.stopped || this.fault !== faultBefore) return text;
    const fault = checkTopicFilter(text, this.version === 5);
    if (fault !== undefined) this.violate(fault.rule, fault.message, from);
    return text;
  }

  /** Binary Data with its length in front: a view into the frame. */
  binary(name: string): Uint8Array {
    const from = this.position;
    const to = this.prefixed(name);
    if (to < 0) return NO_BYTES;
    if (this.trace !== undefined) {
      this.trace.begin(name, from);
      this.trace.leaf('length', from, from + 2, to - from - 2);
      if (to > from + 2) this.trace.leaf('bytes', from + 2, to, undefined, 'bytes');
      this.trace.end(to, undefined, 'bytes');
    }
    return this.frame.subarray(from + 2, to);
  }

  /** All that is left of the block: a view into the frame. */
  rest(name: string): Uint8Array {
    const from = this.position;
    if (this.stopped) return NO_BYTES;
    this.position = this.end;
    if (this.trace !== undefined && from < this.end) this.trace.leaf(name, from, this.end, undefined, 'bytes');
    return this.frame.subarray(from, this.end);
  }

  /** Notes that the block should have ended here, if it goes on. */
  expectEnd(rule: string, message: string): void {
    if (this.position < this.end) this.stop('surplus', rule, message);
  }

  private prefixed(name: string): number {
    const from = this.position;
    if (from + 2 > this.end) return this.missing(name, 2) - 1;
    const to = from + 2 + (((this.frame[from] ?? 0) << 8) | (this.frame[from + 1] ?? 0));
    if (to > this.end) return this.missing(name, to - from) - 1;
    this.position = to;
    return to;
  }

  /** The field needs more bytes than the block has. */
  private missing(name: string, needed: number): 0 {
    if (!this.stopped) {
      this.stop(
        name,
        REMAINING_LENGTH,
        `${name} needs ${needed} byte${needed === 1 ? '' : 's'}, ${this.remaining} left.`,
      );
    }
    return 0;
  }

  private traceText(name: string, from: number, to: number, text: string): void {
    this.trace?.begin(name, from);
    this.trace?.leaf('length', from, from + 2, to - from - 2);
    if (to > from + 2) this.trace?.leaf('characters', from + 2, to, text, 'text');
    this.trace?.end(to, text, 'text');
  }

  private checkText(name: string, from: number, to: number, found: number): void {
    if ((found & TEXT_BEYOND_ASCII) !== 0) {
      const at = illFormedAt(this.frame, from, to);
      if (at >= 0) this.violate('MQTT-1.5.4-1', `${name} is not well-formed UTF-8.`, at);
    }
    if ((found & TEXT_NUL) !== 0) {
      const at = this.frame.indexOf(0, from);
      this.violate('MQTT-1.5.4-2', `${name} contains the null character.`, at);
    }
  }
}
