/** Two ends for one encoding walk: the first counts bytes, the second writes them into a buffer of just that size. */

import { MAX_REMAINING_LENGTH, type Malformed } from '../../../shared/mqtt/packet.ts';
import { variableByteLength, writeVariableByte } from './frame.ts';
import { utf8Length, writeUtf8 } from './text.ts';

/** A value that has no place on the wire: a mistake of the caller's, or a form's input that nobody checked. */
export class EncodeError extends Error {
  override readonly name = 'EncodeError';
  /** Path of the value inside the packet, e.g. `properties.userProperties[2]`. */
  readonly field: string;
  /** Statement or section that leaves no room for it. */
  readonly rule: string;

  constructor(field: string, rule: string, message: string) {
    super(`${field}: ${message}`);
    this.field = field;
    this.rule = rule;
  }

  /** The same as a value, at offset 0: there are no bytes that it could point into. */
  toMalformed(): Malformed {
    return { offset: 0, rule: this.rule, message: this.message };
  }
}

/** Takes the fields of a packet in wire order. `field` names the value in errors. */
export interface ByteSink {
  byte(field: string, value: number): void;
  twoByte(field: string, value: number): void;
  fourByte(field: string, value: number): void;
  variableByte(field: string, value: number): void;
  /** With its two-byte length in front. */
  text(field: string, value: string): void;
  /** With its two-byte length in front. */
  binary(field: string, value: Uint8Array): void;
  /** As it is. */
  raw(value: Uint8Array): void;
}

const MAX_TEXT_BYTES = 65_535;

/** Counts, and throws an {@link EncodeError} at what cannot be written; {@link ByteWriter} then needs no checks. */
export class ByteCounter implements ByteSink {
  length = 0;

  byte(field: string, value: number): void {
    this.integer(field, value, 0xff, 1);
  }

  twoByte(field: string, value: number): void {
    this.integer(field, value, 0xffff, 2);
  }

  fourByte(field: string, value: number): void {
    this.integer(field, value, 0xffff_ffff, 4);
  }

  variableByte(field: string, value: number): void {
    this.integer(field, value, MAX_REMAINING_LENGTH, variableByteLength(value));
  }

  /**
   * @mqtt MQTT-1.5.4-1
   * @mqtt MQTT-1.5.4-2
   * @mqtt MQTT-4.7.3-3
   */
  text(field: string, value: string): void {
    const length = utf8Length(value);
    if (length < 0) throw new EncodeError(field, 'MQTT-1.5.4-1', 'the text holds half of a surrogate pair');
    if (length > MAX_TEXT_BYTES) throw tooLong(field, length);
    if (value.includes('\0')) throw new EncodeError(field, 'MQTT-1.5.4-2', 'the text holds the null character');
    this.length += 2 + length;
  }

  binary(field: string, value: Uint8Array): void {
    if (value.length > MAX_TEXT_BYTES) throw tooLong(field, value.length);
    this.length += 2 + value.length;
  }

  raw(value: Uint8Array): void {
    this.length += value.length;
  }

  private integer(field: string, value: number, greatest: number, length: number): void {
    if (!Number.isInteger(value) || value < 0 || value > greatest) {
      throw new EncodeError(field, 'MQTT5 §1.5', `${value} is no whole number from 0 to ${greatest}`);
    }
    this.length += length;
  }
}

function tooLong(field: string, length: number): EncodeError {
  return new EncodeError(field, 'MQTT-4.7.3-3', `${length} bytes are too long, the limit is ${MAX_TEXT_BYTES}`);
}

/** Writes into `target`, which has room for everything that {@link ByteCounter} counted. */
export class ByteWriter implements ByteSink {
  readonly target: Uint8Array;
  offset: number;

  constructor(target: Uint8Array, offset: number) {
    this.target = target;
    this.offset = offset;
  }

  byte(_field: string, value: number): void {
    this.target[this.offset] = value;
    this.offset += 1;
  }

  twoByte(_field: string, value: number): void {
    this.target[this.offset] = value >>> 8;
    this.target[this.offset + 1] = value;
    this.offset += 2;
  }

  fourByte(field: string, value: number): void {
    this.twoByte(field, Math.floor(value / 0x1_0000));
    this.twoByte(field, value % 0x1_0000);
  }

  variableByte(_field: string, value: number): void {
    this.offset = writeVariableByte(this.target, this.offset, value);
  }

  text(field: string, value: string): void {
    const length = utf8Length(value);
    this.twoByte(field, length);
    writeUtf8(this.target, this.offset, value, length);
    this.offset += length;
  }

  binary(field: string, value: Uint8Array): void {
    this.twoByte(field, value.length);
    this.raw(value);
  }

  raw(value: Uint8Array): void {
    this.target.set(value, this.offset);
    this.offset += value.length;
  }
}
