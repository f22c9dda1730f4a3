/** Numbers behind names, read from bytes: what `JSON.parse` reads, or nothing. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Capture } from '../../main/engine/capture/capture.ts';
import { numberBehind } from '../../main/engine/capture/json-number.ts';
import { PacketView } from '../../main/engine/capture/packet-view.ts';
import { encodePacket } from '../../main/engine/codec/encode.ts';
import { TopicTable } from '../../main/engine/topics/topic-table.ts';
import { parseFilter } from '../../shared/filter/filter-parse.ts';

const SMALL = { byteBudget: 16_777_216, segmentBytes: 262_144, recordsPerBlock: 4096 };
const utf8 = new TextEncoder();

function behind(text: string, name = 'v'): number {
  const bytes = utf8.encode(text);
  const at = text.indexOf(name);
  return numberBehind(bytes, at, name.length, bytes.length);
}

describe('a number behind a name', () => {
  it('is what JSON.parse reads', () => {
    const decimal = fc.tuple(fc.integer({ min: -9_999_999, max: 9_999_999 }), fc.nat(8)).map(([digits, places]) => {
      const text = String(Math.abs(digits)).padStart(places + 1, '0');
      const whole = text.slice(0, text.length - places).replace(/^0+(?=\d)/, '');
      return `${digits < 0 ? '-' : ''}${whole}${places === 0 ? '' : `.${text.slice(text.length - places)}`}`;
    });
    const space = fc.constantFrom('', ' ', '\n\t', '\r ');
    fc.assert(
      fc.property(decimal, space, space, space, (number, one, two, three) => {
        expect(behind(`{"v"${one}:${two}${number}${three}}`)).toBe(JSON.parse(number));
      }),
      { numRuns: 3000 },
    );
  });

  it.each(['01', '-', '.5', '1.', '1e3', '1.5e3', '--1', '1x', '"1"', 'true', '12345678901234567', '1.2.3', '1 2', ''])(
    'is left to the parser: %s',
    (text) => {
      const read = behind(`{"v":${text}}`);
      if (text === '1 2') expect(read).toBe(1);
      else expect(read).toBeNaN();
    },
  );

  it('is none where the name is no member’s', () => {
    expect(behind('{"x":"v","y":1}')).toBeNaN();
    expect(behind('{"vv":1}')).toBeNaN();
    expect(behind('v:1')).toBeNaN();
    expect(behind('{"v":1')).toBeNaN();
  });
});

describe('a filter of a value inside of JSON', () => {
  const scalar = fc.oneof(
    fc.integer({ min: -20, max: 20 }),
    fc.double(),
    fc.constantFrom('5', 'v', null, true, '{"v":9}'),
  );
  const { document } = fc.letrec<{ document: unknown }>((tie) => ({
    document: fc.dictionary(
      fc.constantFrom('v', 'w', 'vv', 'a'),
      fc.oneof({ maxDepth: 3 }, scalar, fc.array(scalar, { maxLength: 3 }), tie('document')),
      { maxKeys: 4 },
    ),
  }));

  it('finds what the whole document says, however it is written', () => {
    fc.assert(
      fc.property(fc.array(document, { minLength: 1, maxLength: 8 }), fc.constantFrom(0, 1, 2), (documents, indent) => {
        const capture = new Capture({ ...SMALL, topics: new TopicTable({ a: 1, b: 2 }) });
        const connection = capture.openConnection(0, 4);
        for (const one of documents) {
          const payload = utf8.encode(JSON.stringify(one, undefined, indent));
          const packet = { type: 'publish', dup: false, qos: 0, retain: false, topic: 't', payload } as const;
          capture.append(connection, 'client-to-server', encodePacket(packet, 4), 0);
        }
        const wanted = documents.flatMap((one, index) => {
          const v = (JSON.parse(JSON.stringify(one)) as { v?: unknown }).v;
          const number = typeof v === 'string' ? Number(v) : v;
          return typeof number === 'number' && number > 3 ? [index] : [];
        });
        const view = new PacketView(capture, parseFilter('payload.v:>3').filter);
        while (!view.advance(() => false).done);
        expect([...view.rows(0, 100)]).toEqual(wanted);
      }),
      { numRuns: 600 },
    );
  });
});
