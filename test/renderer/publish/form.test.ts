/** Payloads in their formats, messages through the form, and the kept messages. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBase64, parseHex } from '../../../renderer/model/publish-bytes.ts';
import {
  checkMessage,
  EMPTY_MESSAGE,
  jsonFault,
  LARGEST_EDITED,
  payloadBytes,
  prettyJson,
  type PublishForm,
  withFormat,
  withMessage,
  withPayload,
} from '../../../renderer/model/publish-form.ts';
import { readKept, writeKept } from '../../../renderer/model/publish-history.ts';
import { toBase64, toHex } from '../../../shared/payload/payload-encoding.ts';

const bytesOf = (form: PublishForm): number[] => {
  const parsed = payloadBytes(form);
  return 'bytes' in parsed ? [...parsed.bytes] : [];
};

describe('hex and base64', () => {
  it('read what was written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(parseHex(toHex(bytes))).toEqual({ bytes });
        expect(parseHex(toHex(bytes, '').toUpperCase())).toEqual({ bytes });
        expect(parseBase64(toBase64(bytes))).toEqual({ bytes });
        expect(parseBase64(toBase64(bytes).replaceAll('=', ''))).toEqual({ bytes });
        expect(parseBase64(Buffer.from(bytes).toString('base64url'))).toEqual({ bytes });
      }),
    );
  });

  it('take the forms people paste', () => {
    expect(parseHex('0x0A, 0xff:00-01\n7f')).toEqual({ bytes: Uint8Array.of(10, 255, 0, 1, 127) });
  });

  it('say what is wrong and where', () => {
    expect(parseHex('0a fg')).toEqual({ fault: 'not-hex', at: 4 });
    expect(parseHex('0a f')).toMatchObject({ fault: 'half-byte' });
    expect(parseBase64('AA*A')).toEqual({ fault: 'not-base64', at: 2 });
    expect(parseBase64('AAAAA')).toMatchObject({ fault: 'bad-length' });
    expect(parseBase64('AA=A')).toMatchObject({ fault: 'not-base64' });
  });
});

describe('payload formats', () => {
  it('keep the bytes over every change of format', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100 }),
        fc.array(fc.constantFrom('text', 'json', 'hex', 'base64' as const)),
        (bytes, formats) => {
          let form = withPayload(EMPTY_MESSAGE, bytes);
          for (const format of formats) form = withFormat(form, format) ?? form;
          expect(bytesOf(form)).toEqual([...bytes]);
        },
      ),
    );
  });

  it('refuse to show bytes as text that are none', () => {
    const form = withPayload(EMPTY_MESSAGE, Uint8Array.of(0xff, 0xfe));
    expect(form.format).toBe('hex');
    expect(withFormat(form, 'text')).toBeUndefined();
  });

  it('leave a payload that cannot be read as it was typed', () => {
    const form = { ...EMPTY_MESSAGE, format: 'hex', payload: 'zz' } as const;
    expect(withFormat(form, 'base64')?.payload).toBe('zz');
  });

  it('attach what is too large to edit', () => {
    const bytes = new Uint8Array(LARGEST_EDITED + 1);
    const form = withPayload(EMPTY_MESSAGE, bytes);
    expect(form.attached).toBe(bytes);
    expect(checkMessage({ ...form, topic: 'a' }, 5)).toMatchObject({ message: { payload: bytes } });
  });

  it('find where JSON stops to be JSON, and lay it out without touching a digit', () => {
    expect(jsonFault({ ...EMPTY_MESSAGE, format: 'json', payload: '{"a":1,}' })?.at).toBe(7);
    expect(prettyJson('{"a":[1.50,2e3,{}],"b\\n":"x","c":9007199254740993}')).toBe(
      '{\n  "a": [\n    1.50,\n    2e3,\n    {}\n  ],\n  "b\\n": "x",\n  "c": 9007199254740993\n}',
    );
    expect(prettyJson('{"a":')).toBe('{"a":');
  });
});

describe('messages', () => {
  const message = {
    topic: 'a/b',
    payload: Uint8Array.of(1, 200),
    qos: 1,
    retain: true,
    properties: {
      payloadFormatIndicator: 0,
      messageExpiryInterval: 0,
      contentType: 'x',
      responseTopic: 'r',
      correlationData: Uint8Array.of(1, 0xff),
      userProperties: [
        ['k', 'v'],
        ['k', ''],
      ] as [string, string][],
    },
  } as const;

  it('go through the form unchanged, but for the topic alias', () => {
    const form = withMessage(EMPTY_MESSAGE, { ...message, properties: { ...message.properties, topicAlias: 3 } });
    expect(checkMessage(form, 5)).toEqual({ message });
  });

  it('have no properties before MQTT 5', () => {
    const { properties: _, ...plain } = message;
    expect(checkMessage(withMessage(EMPTY_MESSAGE, message), 4)).toEqual({ message: plain });
  });

  it('are refused with every fault', () => {
    const checked = checkMessage(
      {
        ...EMPTY_MESSAGE,
        topic: 'a/+',
        format: 'hex',
        payload: 'x',
        messageExpiryInterval: '4294967296',
        topicAlias: '0',
        responseTopic: '#',
        correlationFormat: 'hex',
        correlationData: 'a',
      },
      5,
    );
    expect('faults' in checked && [...checked.faults.keys()].toSorted()).toEqual([
      'correlationData',
      'messageExpiryInterval',
      'payload',
      'responseTopic',
      'topic',
      'topicAlias',
    ]);
  });

  it('are kept and read again', () => {
    const kept = { ...message, name: 'n', atMs: 5 };
    expect(readKept(writeKept([kept]))).toEqual([kept]);
    expect(readKept('nonsense')).toEqual([]);
    expect(readKept('[{"topic":1},null,{"topic":"a","payload":"*","qos":0}]')).toEqual([]);
    expect(readKept(null)).toEqual([]);
  });

  it('are cut to what a document holds, newest kept', () => {
    const large = Array.from({ length: 100 }, (_, index) => ({
      ...message,
      name: String(index),
      atMs: 0,
      payload: new Uint8Array(65_536),
    }));
    const text = writeKept(large);
    expect(text.length).toBeLessThan(4_000_000);
    const back = readKept(text);
    expect(back.length).toBeGreaterThan(20);
    expect(back[0]?.name).toBe('0');
  });
});
