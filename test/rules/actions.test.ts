/** Every action of a rule between a device of MQTT.js and mosquitto: what each side then sees, and what is said of the packet. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RULE_ACTIONS, RuleActionSchema } from '../../shared/contract/rules.ts';
import { Bench, rule } from './drive-rules.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.start();
});
afterEach(() => bench[Symbol.asyncDispose]());

describe('a rule', () => {
  it('drops every nth packet that its filter finds, and counts', async () => {
    const lossy = rule('type:publish topic:n/#', { kind: 'drop' }, { every: 3, name: 'lossy' });
    await bench.rules(lossy);
    const device = await bench.device();
    for (let count = 1; count <= 7; count += 1) device.publish('n/x', `${count}`);
    device.publish('end', '');
    expect(await bench.heard(6)).toEqual(['0 0 n/x 1', '0 0 n/x 2', '0 0 n/x 4', '0 0 n/x 5', '0 0 n/x 7', '0 0 end ']);
    await bench.page.until('the counts', () => bench.record?.counts[0]?.acted === 2);
    expect(bench.record?.counts).toEqual([{ id: lossy.id, found: 7, acted: 2 }]);
    const packets = await bench.packets('type:publish topic:n/#');
    expect(packets.map(({ interventions }) => interventions?.map(({ what, rule: by }) => `${what} by ${by}`))).toEqual(
      [3, 6].reduce<(string[] | undefined)[]>(
        (all, nth) => all.with(nth - 1, ['drop by lossy']),
        Array.from({ length: 7 }),
      ),
    );
    await bench.page.call('resetRuleCounts', {});
    await bench.page.until('no counts', () => bench.record?.counts[0]?.found === 0);
  });

  it('that loses a PUBACK makes the device send again', async () => {
    await bench.rules(rule('type:puback', { kind: 'drop' }));
    const device = await bench.device({ protocolVersion: 4, clean: false, reconnectPeriod: 50 });
    let acknowledged = false;
    device.publish('lost/ack', 'x', { qos: 1 }, () => {
      acknowledged = true;
    });
    await bench.heard(1);
    await bench.page.until('the drop', () => bench.record?.counts[0]?.acted === 1);
    expect(acknowledged).toBe(false);
    await bench.rules();
    device.stream.destroy();
    await bench.page.until('the acknowledgement', () => acknowledged);
    expect((await bench.packets('type:publish', bench.source().id)).length).toBe(1);
    expect((await bench.heard(2)).every((line) => line === '1 0 lost/ack x')).toBe(true);
  });

  it('delays: what came together passes together, in its order', async () => {
    await bench.rules(rule('type:publish', { kind: 'delay', ms: 400 }));
    const device = await bench.device();
    const startedMs = performance.now();
    for (const payload of ['1', '2', '3']) device.publish('slow', payload);
    expect(await bench.heard(3)).toEqual(['0 0 slow 1', '0 0 slow 2', '0 0 slow 3']);
    const tookMs = performance.now() - startedMs;
    expect(tookMs).toBeGreaterThan(395);
    const [first] = await bench.packets('type:publish');
    expect(first?.interventions).toMatchObject([{ what: 'delay' }]);
    expect(first?.interventions?.[0]?.waitedUs).toBeGreaterThan(395_000);
  });

  it('duplicates', async () => {
    await bench.rules(rule('type:publish', { kind: 'duplicate', copies: 2 }));
    const device = await bench.device();
    device.publish('thrice', 'x');
    device.publish('end', '');
    expect((await bench.heard(6)).filter((line) => line === '0 0 thrice x').length).toBe(3);
  });

  it('turns bits over, at a place from the end or the beginning, or by chance', async () => {
    await bench.rules(rule('type:publish topic:c', { kind: 'corrupt', offset: -1, mask: 0x20 }));
    const device = await bench.device();
    device.publish('c', 'OK');
    expect(await bench.heard(1)).toEqual(['0 0 c Ok']);
    // Fixed header of two bytes, length of the topic of two.
    await bench.rules(
      rule('type:publish topic:c', { kind: 'corrupt', offset: 4, mask: 0x01 }),
      rule('type:publish', { kind: 'corrupt', offset: 10_000, mask: 0x01 }),
    );
    device.publish('c', 'OK');
    expect((await bench.heard(2))[1]).toBe('0 0 b OK');
    await bench.page.until('the counts', () => bench.record?.counts.map(({ found }) => found).join() === '1,0');
    await bench.rules(rule('type:publish', { kind: 'corrupt', mask: 0xff }));
    device.publish('d', 'OK');
    const last = await bench.page.until('the packet', async () => (await bench.packets('type:publish topic:d'))[0]);
    const [{ what, sent, sentLength } = { what: '' }] = last.interventions ?? [];
    expect({ what, sentLength }).toEqual({ what: 'corrupt', sentLength: last.length });
    const changed = [...last.bytes].filter((byte, at) => byte !== sent?.[at]);
    expect(changed.length).toBe(1);
  });

  it('rewrites topic, payload and retain, in the order of the rules', async () => {
    await bench.rules(
      rule('topic:old/#', { kind: 'rewrite', topic: 'new/place', payload: { as: 'hex', text: '68 69' }, retain: true }),
      rule('topic:old/#', { kind: 'rewrite', payload: { as: 'text', text: 'höher' } }),
      rule('type:pingreq', { kind: 'drop' }, { enabled: false }),
    );
    const device = await bench.device();
    await device.publishAsync('old/place', 'x', { qos: 1, properties: { contentType: 'text/plain' } });
    expect(await bench.heard(1)).toEqual(['1 0 new/place höher']);
    expect(bench.broker.log()).toMatch(/PUBLISH from device \(d0, q1, r1, m\d+, 'new\/place'/);
    const [packet] = await bench.packets('type:publish');
    expect(packet?.topic).toBe('old/place');
    expect(packet?.interventions?.map(({ what }) => what)).toEqual(['rewrite', 'rewrite']);
    expect(new TextDecoder().decode(packet?.interventions?.[1]?.sent)).toContain('text/plain');
  });

  const pairs = ([0, 1, 2] as const).flatMap((from) => ([0, 1, 2] as const).map((to) => [from, to] as const));
  it.each(pairs)('rewrites QoS %i to %i: each side has a whole exchange of its own', async (from, to) => {
    await bench.rules(rule('type:publish dir:out', { kind: 'rewrite', qos: to }));
    const device = await bench.device();
    await Promise.all(['1', '2', '3'].map((payload) => device.publishAsync('q', payload, { qos: from })));
    expect([...(await bench.heard(3))].toSorted()).toEqual(['1', '2', '3'].map((payload) => `${to} 0 q ${payload}`));
    const awaited =
      to === 2
        ? 'Sending PUBCOMP to device'
        : to === 1
          ? 'Sending PUBACK to device'
          : 'Received PUBLISH from device (d0, q0, r0';
    await bench.page.until('the end at the broker', () => bench.broker.log().split(awaited).length === 4);
    // A packet identifier is free again: the device could not do this otherwise.
    await bench.rules();
    await device.publishAsync('q', 'after', { qos: 2 });
    expect((await bench.heard(4)).at(-1)).toBe('2 0 q after');
    expect(device.connected).toBe(true);
  });

  it('answers in the stead of the broker, which never hears of it', async () => {
    await bench.rules(
      rule('type:subscribe secret', { kind: 'answer', reasonCode: 0x87 }),
      rule('type:subscribe', { kind: 'answer', reasonCode: 0 }, { enabled: false }),
      rule('type:publish topic:full', { kind: 'answer', reasonCode: 0x97 }),
      rule('type:publish topic:fine', { kind: 'answer', reasonCode: 0 }),
      rule('type:unsubscribe', { kind: 'answer', reasonCode: 0 }),
      rule('type:pingreq', { kind: 'answer', reasonCode: 0 }),
    );
    const device = await bench.device({ keepalive: 1 });
    await expect(device.subscribeAsync('secret')).rejects.toThrow(/135|0x87|not authorized/i);
    await expect(device.publishAsync('full', 'x', { qos: 1 })).rejects.toThrow(/Quota exceeded/i);
    await device.publishAsync('fine', 'x', { qos: 1 });
    await device.publishAsync('fine', 'x', { qos: 2 });
    await device.unsubscribeAsync('secret');
    await bench.page.until('a PINGREQ', () => bench.record?.counts[5]?.acted);
    expect(bench.broker.log()).not.toMatch(/Received (SUBSCRIBE|UNSUBSCRIBE|PUBLISH|PINGREQ|PUBREL) from device/);
    const own = await bench.packets('dir:in -type:connack');
    expect(own.map(({ type }) => type).slice(0, 6)).toEqual([
      'suback',
      'puback',
      'puback',
      'pubrec',
      'pubcomp',
      'unsuback',
    ]);
    expect(own.every(({ interventions }) => interventions?.[0]?.what === 'sent-in-stead')).toBe(true);
    const [asked] = await bench.packets('type:subscribe');
    expect(own[0]?.interventions?.[0]?.cause).toBe(asked?.seq);
  });

  it('answers CONNECT: the device is told that it may not', async () => {
    await bench.rules(rule('type:connect', { kind: 'answer', reasonCode: 0x87 }));
    await expect(bench.device()).rejects.toThrow(/Not authorized/i);
    expect(bench.broker.log()).not.toContain('as device');
  });

  it.each(['close', 'reset'] as const)('ends the connection: %s', async (kind) => {
    await bench.rules(rule('type:publish topic:bomb', { kind }));
    const device = await bench.device();
    const gone = new Promise((resolve) => device.once('close', () => resolve('gone')));
    const errors: string[] = [];
    device.stream.on('error', (error) => errors.push((error as NodeJS.ErrnoException).code ?? ''));
    device.publish('before', 'x');
    device.publish('bomb', 'x');
    device.publish('after', 'x');
    expect(await gone).toBe('gone');
    expect(errors).toEqual(kind === 'reset' ? ['ECONNRESET'] : []);
    expect(await bench.heard(1)).toEqual(['0 0 before x']);
    await bench.page.until('the end', () => bench.source().state === 'closed');
    expect(bench.source().failure).toMatchObject({ code: 'closed-by-rule' });
    const packets = await bench.packets('type:publish');
    const done = packets.map(({ topic, interventions }) => [topic, interventions?.map(({ what }) => what)]);
    expect(done).toEqual([
      ['before', undefined],
      ['bomb', [kind]],
      ['after', ['lost']],
    ]);
    expect(bench.listener.lines.length).toBe(1);
  });

  it('leaves a receiver no alias that it was never told', async () => {
    await bench.rules(
      rule('topic:dropped -payload:later', { kind: 'drop' }),
      rule('topic:moved payload:first', { kind: 'rewrite', topic: 'elsewhere' }),
    );
    const device = await bench.device();
    const alias = (topicAlias: number) => ({ properties: { topicAlias } });
    device.publish('dropped', 'first', alias(1));
    device.publish('', 'later', alias(1));
    device.publish('', 'later still', alias(1));
    device.publish('moved', 'first', alias(2));
    device.publish('', 'second', alias(2));
    await device.publishAsync('end', '', { qos: 1 });
    expect(await bench.heard(5)).toEqual([
      '0 0 dropped later',
      '0 0 dropped later still',
      '0 0 elsewhere first',
      '0 0 moved second',
      '1 0 end ',
    ]);
  });

  it('is refused where its filter does not read or its topic is none, and nothing changes', async () => {
    const good = rule('type:publish', { kind: 'drop' });
    await bench.rules(good);
    const bad = rule('type:publish colour:red', { kind: 'drop' }, { name: 'odd' });
    expect(await bench.page.failure('setRules', { rules: [bad] })).toMatchObject({
      code: 'bad-rule',
      data: { rule: bad.id, name: 'odd', fault: { at: 13, reason: 'unknown-field', word: 'colour' } },
    });
    const wild = rule('', { kind: 'rewrite', topic: 'a/#' });
    expect(await bench.page.failure('setRules', { rules: [wild] })).toMatchObject({ code: 'bad-topic' });
    expect(await bench.page.failure('setRules', { rules: [good, good] })).toMatchObject({ code: 'invalid-input' });
    await bench.page.until('the rules', () => bench.record?.book.rules[0]?.id === good.id);
  });
});

describe('the names of the actions', () => {
  it('are those of their schemas', () => {
    expect(RuleActionSchema.options.map(({ entries }) => entries.kind.literal)).toEqual(RULE_ACTIONS);
  });
});
