import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCompact,
  formatDelta,
  formatDuration,
  formatInteger,
  formatTime,
} from '../../../renderer/model/format.ts';

const plain = (text: string) => text.replaceAll('\u202f', '_');

describe('numbers', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1_203_991, '1_203_991'],
    [-1234, '−1_234'],
    [Number.NaN, '–'],
  ])('%d is written %s', (value, text) => expect(plain(formatInteger(value))).toBe(text));

  it.each([
    [10_204, '10_204'],
    [999_999, '999_k'],
    [1_203_991, '1.2_M'],
    [9_990_000, '9.9_M'],
    [12_345_678, '12_M'],
  ])('%d is shortened to %s', (value, text) => expect(plain(formatCompact(value))).toBe(text));

  it.each([
    [0, '0_B'],
    [1023, '1_023_B'],
    [1536, '1.5_KiB'],
    [432_013_312, '412_MiB'],
    [1_073_741_824, '1_GiB'],
  ])('%d bytes are %s', (value, text) => expect(plain(formatBytes(value))).toBe(text));
});

describe('times', () => {
  it.each([
    [15, '15_µs'],
    [3841, '3.84_ms'],
    [64_000, '64.0_ms'],
    [999_400, '999_ms'],
    [999_600, '1.00_s'],
    [61_000_000, '1_min 1_s'],
    [Number.NaN, ''],
  ])('%d µs are %s', (us, text) => expect(plain(formatDuration(us))).toBe(text));

  it.each([
    [20, '+0.02_ms'],
    [64_000, '+64_ms'],
    [2_100_000, '+2.10_s'],
  ])('a gap of %d µs is %s', (us, text) => expect(plain(formatDelta(us))).toBe(text));

  it('writes points in time to the microsecond in each format', () => {
    const timeUs = Date.UTC(2026, 10, 20, 12, 4, 7) * 1000 + 101_220;
    expect(formatTime(timeUs, 'iso', 0)).toBe('2026-11-20T12:04:07.101220Z');
    expect(plain(formatTime(timeUs, 'clock', 0))).toMatch(/^\d\d:\d\d:07\.101_220$/);
    expect(plain(formatTime(timeUs, 'relative', timeUs - 1_500_000))).toBe('1.500_000');
    expect(formatTime(timeUs + 1_000_000, 'iso', 0)).toBe('2026-11-20T12:04:08.101220Z');
  });
});
