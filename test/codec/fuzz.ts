/** Frames that nobody wrote, by the million: random, and legal ones with a few bytes changed. Shared by the tests and the benchmark. */

import { isDeepStrictEqual } from 'node:util';
import { decodePacket } from '../../main/engine/codec/decode.ts';
import { encodePacket } from '../../main/engine/codec/encode.ts';
import { fieldMap } from '../../main/engine/codec/fields.ts';
import { scanFrame } from '../../main/engine/codec/frame.ts';
import type { Direction, ProtocolVersion } from '../../shared/mqtt/packet.ts';
import { bytesOf, hexOf } from '../vectors/notation.ts';
import { PACKET_VECTORS } from '../vectors/packets.ts';
import { coverageFaults, leavesOf } from './coverage.ts';

export interface FuzzCounts {
  readonly frames: number;
  readonly legal: number;
  readonly malformed: number;
  /** How many different statements were broken. */
  readonly rules: number;
}

const VERSIONS = [3, 4, 5] as const satisfies readonly ProtocolVersion[];
const DIRECTIONS: readonly (Direction | undefined)[] = [undefined, 'client-to-server', 'server-to-client'];

/** Room around each frame: what lies there must make no difference. */
const MARGIN = 16;

/** Xorshift, so that a seed repeats a run. */
function randomSource(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/**
 * Checks {@link checkFrame} on `frames` frames.
 * @param mapEvery field maps are checked on every n-th frame only: they cost the most.
 * Throws an Error that names seed and frame where a property does not hold.
 */
export function fuzzFrames(frames: number, seed: number, mapEvery = 1): FuzzCounts {
  const random = randomSource(seed);
  const models = PACKET_VECTORS.map(({ bytes }) => bytesOf(bytes)).filter(({ length }) => length < 300);
  const rules = new Set<string>();
  let legal = 0;
  for (let i = 0; i < frames; i += 1) {
    const frame =
      i % 4 === 0 ? randomFrame(random) : mutated(models[random(models.length)] ?? new Uint8Array(2), random);
    const version = VERSIONS[random(3)] ?? 5;
    const direction = DIRECTIONS[random(3)];
    const rule = checkFrame(frame, version, direction, i % mapEvery === 0);
    if (rule === undefined) legal += 1;
    else rules.add(rule);
  }
  return { frames, legal, malformed: frames - legal, rules: rules.size };
}

/**
 * Holds one frame to what is promised of all: decoding and mapping do not throw, do not depend on what lies around the frame, do not change
 * it, agree with each other, and what decodes encodes to the same bytes where these are the shortest form.
 * @returns the broken rule, or undefined where the frame is legal.
 */
export function checkFrame(
  frame: Uint8Array,
  version: ProtocolVersion,
  direction: Direction | undefined,
  withMap = true,
): string | undefined {
  const fail = (what: string): never => {
    throw new Error(`${what}: level ${version}, ${direction ?? 'either direction'}, ${hexOf(frame)}`);
  };
  const zeros = surrounded(frame, 0x00);
  const result = decodePacket(zeros, version, direction);
  const other = decodePacket(surrounded(frame, 0xff), version, direction);
  if (!isDeepStrictEqual(result, other)) fail('decoding reads beyond the frame');
  if (!intact(zeros, 0x00) || !isDeepStrictEqual([...zeros], [...frame])) fail('decoding writes');
  if (result.malformed !== undefined) {
    const { offset } = result.malformed;
    if (offset < 0 || offset > frame.length) fail(`offset ${offset} lies outside`);
  }
  if (withMap) checkMap(frame, version, direction, result.malformed?.rule, fail);
  if (result.packet === undefined) return result.malformed.rule;
  if (scanFrame(frame, 0, frame.length) !== frame.length) fail('the splitter disagrees about the length');
  const encoded = encodePacket(result.packet, version);
  if (!isDeepStrictEqual(decodePacket(encoded, version, direction).packet, result.packet)) fail('does not mirror');
  if (encoded.length > frame.length) fail('encodes to more bytes');
  if (encoded.length === frame.length && hexOf(encoded) !== hexOf(frame) && !mayDiffer(frame, version)) {
    fail(`encodes to other bytes, ${hexOf(encoded)}`);
  }
  return undefined;
}

function checkMap(
  frame: Uint8Array,
  version: ProtocolVersion,
  direction: Direction | undefined,
  rule: string | undefined,
  fail: (what: string) => never,
): void {
  const fields = fieldMap(surrounded(frame, 0xff), version, direction);
  const [fault] = coverageFaults(frame, fields);
  if (fault !== undefined) fail(fault);
  const marked = JSON.stringify(fields).includes('"malformed"');
  if (marked !== (rule !== undefined)) fail('map and decoder disagree about faults');
}

/**
 * Bytes of the same length that say the same: repeatable properties that stand apart are gathered; 3.1 lets the sender of
 * PUBREL, SUBSCRIBE and UNSUBSCRIBE set DUP, which says nothing to a receiver, and lets a CONNECT announce names that it has not.
 */
function mayDiffer(frame: Uint8Array, version: ProtocolVersion): boolean {
  if (version === 3 && [0x6a, 0x8a, 0xaa].includes(frame[0] ?? 0)) return true;
  if (frame[0] === 0x10 && frame[3] === 6) return true;
  const names = leavesOf(fieldMap(frame, version)).filter(({ name }) => name === 'identifier');
  const identifiers = names.map(({ value }) => value);
  return identifiers.some((value, index) => identifiers.indexOf(value) < index && identifiers[index - 1] !== value);
}

function randomFrame(random: (below: number) => number): Uint8Array {
  const frame = new Uint8Array(random(40));
  for (let i = 0; i < frame.length; i += 1) frame[i] = random(256);
  if (random(4) > 0 && frame.length > 1) frame[1] = frame.length - 2;
  return frame;
}

function mutated(model: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes = [...model];
  for (let changes = random(4); changes > 0; changes -= 1) {
    const at = random(bytes.length + 1);
    const kind = random(5);
    if (kind === 0) bytes[Math.min(at, bytes.length - 1)] = random(256);
    else if (kind === 1) bytes[Math.min(at, bytes.length - 1)] = (bytes[at] ?? 0) ^ (1 << random(8));
    else if (kind === 2) bytes.splice(at, 1 + random(3));
    else if (kind === 3) bytes.splice(at, 0, random(256));
    else bytes = [...bytes.slice(0, at), ...bytes.slice(random(at + 1))];
    if (bytes.length < 2) break;
  }
  if (random(3) > 0 && bytes.length > 1 && bytes.length < 130) bytes[1] = bytes.length - 2;
  return Uint8Array.from(bytes);
}

/** A view of the same bytes inside a larger buffer of `filler`. */
function surrounded(frame: Uint8Array, filler: number): Uint8Array {
  const larger = new Uint8Array(frame.length + 2 * MARGIN).fill(filler);
  larger.set(frame, MARGIN);
  return larger.subarray(MARGIN, MARGIN + frame.length);
}

function intact(view: Uint8Array, filler: number): boolean {
  const larger = new Uint8Array(view.buffer);
  return larger.every((byte, at) => (at >= MARGIN && at < MARGIN + view.length) || byte === filler);
}
