/** Flows against transcripts: who sends what, and what became of each exchange. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FLOW_KINDS, FLOW_STATES } from '../../../shared/contract/flow-records.ts';
import { type Direction, type Packet, PACKET_TYPES, type ProtocolVersion, TYPE } from '../../../shared/mqtt/packet.ts';
import { NO_FLOW } from '../../../main/engine/capture/capture-observer.ts';
import { moveOf } from '../../../main/engine/capture/flows/flow-moves.ts';
import { FLOW_RULES, FLOW_STATEMENTS, type FlowMoves } from '../../../main/engine/capture/flows/flow-rules.ts';
import { FLOW_BYTES, KIND, STATE } from '../../../main/engine/capture/flows/flow-store.ts';
import { FlowTable } from '../../../main/engine/capture/flows/flow-table.ts';
import { flowDetail, type FlowFilter, FlowView } from '../../../main/engine/capture/flows/flow-view.ts';
import { NO_TOPIC } from '../../../main/engine/topics/topic-table.ts';

const ARROWS = { '>': 'client-to-server', '<': 'server-to-client' } as const satisfies Record<string, Direction>;

interface ConnectOptions {
  readonly clean?: boolean;
  readonly clientId?: string;
  readonly version?: ProtocolVersion;
  readonly expiry?: number;
  readonly present?: boolean;
  readonly receiveMaximum?: number;
  readonly code?: number;
}

/** Plays lines such as `> publish #7 q2 dup` or `< pubrec #7 x80`; a millisecond passes with each. */
class Wire {
  readonly links = new Map<number, number>();
  readonly table: FlowTable;
  seq = 0;
  nowUs = 1_000_000;
  connection = 0;

  constructor(limit?: number) {
    this.table = new FlowTable(limit);
  }

  open(): this {
    this.nowUs += 1000;
    this.table.connectionOpened(++this.connection, this.nowUs);
    return this;
  }

  close(): this {
    this.nowUs += 1000;
    this.table.connectionClosed(this.connection, this.nowUs);
    return this;
  }

  connect({
    clean = true,
    clientId = 'dev',
    version = 4,
    expiry = 0,
    present = false,
    receiveMaximum = 0,
    code = 0,
  }: ConnectOptions = {}): this {
    const properties = {
      ...(expiry > 0 ? { sessionExpiryInterval: expiry } : {}),
      ...(receiveMaximum > 0 ? { receiveMaximum } : {}),
    };
    this.open();
    this.packet('>', {
      type: 'connect',
      protocolName: 'MQTT',
      protocolVersion: version,
      cleanStart: clean,
      keepAlive: 0,
      clientId,
      properties,
    });
    this.packet('<', {
      type: 'connack',
      sessionPresent: present,
      reasonCode: code,
      properties: receiveMaximum > 0 ? { receiveMaximum: receiveMaximum + 1 } : {},
    });
    return this;
  }

  #linked(flow: number): number {
    if (flow !== NO_FLOW) this.links.set(this.seq, flow);
    this.seq += 1;
    return flow;
  }

  packet(arrow: '>' | '<', packet: Packet): number {
    this.nowUs += 1000;
    this.table.begin(this.connection, ARROWS[arrow], this.nowUs);
    return this.#linked(this.table.packet(this.seq, packet));
  }

  /** Topic 1 unless `tN` says another. */
  play(...lines: readonly string[]): this {
    for (const line of lines) {
      const [arrow = '', type = '', ...words] = line.split(' ');
      const direction = arrow === '>' ? ARROWS['>'] : ARROWS['<'];
      const packetId = Number(words.find((word) => word.startsWith('#'))?.slice(1) ?? 0);
      const reasonCode = Number.parseInt(words.find((word) => word.startsWith('x'))?.slice(1) ?? '0', 16);
      const number = PACKET_TYPES.findIndex((each) => each === type);
      if (type === 'publish') {
        const qos = Number(words.find((word) => word.startsWith('q'))?.slice(1) ?? 1);
        const topic = Number(words.find((word) => word.startsWith('t'))?.slice(1) ?? 1);
        const firstByte = 0x30 | (qos << 1) | (words.includes('dup') ? 8 : 0);
        this.nowUs += 1000;
        this.table.begin(this.connection, direction, this.nowUs);
        this.#linked(this.table.publish(this.seq, firstByte, packetId, topic));
      } else if (number >= TYPE.puback && number <= TYPE.pubcomp) {
        this.nowUs += 1000;
        this.table.begin(this.connection, direction, this.nowUs);
        this.#linked(this.table.acknowledgement(this.seq, number, packetId, reasonCode));
      } else if (type === 'subscribe')
        this.packet('>', { type, packetId, subscriptions: [{ topicFilter: 'a', qos: 0 }] });
      else if (type === 'unsubscribe') this.packet('>', { type, packetId, topicFilters: ['a'] });
      else if (type === 'suback' || type === 'unsuback')
        this.packet('<', { type, packetId, reasonCodes: [0, reasonCode] });
      else if (type === 'pingreq' || type === 'pingresp') this.packet(arrow === '>' ? '>' : '<', { type });
      else if (type === 'auth' || type === 'disconnect') this.packet(arrow === '>' ? '>' : '<', { type, reasonCode });
      else throw new Error(`cannot play ${line}`);
    }
    return this;
  }

  /** `kind state steps retries [awaits] [statement]` of each flow; CONNECT flows are left out unless asked for. */
  flows(withConnect = false): string[] {
    const { store } = this.table;
    const lines: string[] = [];
    for (let flow = store.first; flow < store.end; flow++) {
      if (!withConnect && store.kind(flow) === KIND.connect) continue;
      const parts = [
        FLOW_KINDS[store.kind(flow)],
        FLOW_STATES[store.state(flow)],
        `${store.stepCount(flow)} steps`,
        ...(store.retries(flow) > 0 ? [`${store.retries(flow)} retries`] : []),
        ...(store.awaits(flow) > 0 ? [`awaits ${PACKET_TYPES[store.awaits(flow)]}`] : []),
        ...(store.statement(flow) > 0 ? [FLOW_STATEMENTS[store.statement(flow) - 1]] : []),
      ];
      lines.push(parts.join(', '));
    }
    return lines;
  }
}

describe('rules', () => {
  it('name only statements that the column can hold, and lead only to states that have rules', () => {
    for (const [kind, table] of Object.entries<{ readonly [awaits: string]: FlowMoves }>(FLOW_RULES)) {
      for (const moves of Object.values(table)) {
        for (const move of Object.values(moves)) {
          expect('breaks' in move ? FLOW_STATEMENTS : [kind]).toContain('breaks' in move ? move.breaks : kind);
          expect(Object.keys(table)).toEqual(expect.arrayContaining('awaits' in move ? [move.awaits] : []));
        }
      }
    }
  });

  it('are laid out as they are written', () => {
    expect(moveOf(KIND.publish2, TYPE.pubrec, TYPE.pubrec, true)).toEqual({
      awaits: 0,
      state: STATE.failed,
      repeats: false,
      statement: 0,
    });
    expect(moveOf(KIND.publish2, TYPE.pubrec, TYPE.pubrec, false)?.awaits).toBe(TYPE.pubrel);
    expect(moveOf(KIND.ping, TYPE.pingresp, TYPE.puback, false)).toBeUndefined();
  });
});

describe('exchanges in one connection', () => {
  it.each<[string, string[], string[]]>([
    ['QoS 0 is none', ['> publish q0'], []],
    ['QoS 1', ['> publish #1', '< puback #1'], ['publish1, complete, 2 steps']],
    ['QoS 1 under way', ['> publish #1'], ['publish1, open, 1 steps, awaits puback']],
    ['QoS 1 refused', ['> publish #1', '< puback #1 x97'], ['publish1, failed, 2 steps']],
    ['QoS 1, nobody there', ['> publish #1', '< puback #1 x10'], ['publish1, complete, 2 steps']],
    ['QoS 2', ['> publish #1 q2', '< pubrec #1', '> pubrel #1', '< pubcomp #1'], ['publish2, complete, 4 steps']],
    [
      'QoS 2 to the client',
      ['< publish #1 q2', '> pubrec #1', '< pubrel #1', '> pubcomp #1'],
      ['publish2, complete, 4 steps'],
    ],
    ['QoS 2 refused', ['> publish #1 q2', '< pubrec #1 x83'], ['publish2, failed, 2 steps']],
    [
      'QoS 2, PUBREL unknown',
      ['> publish #1 q2', '< pubrec #1', '> pubrel #1', '< pubcomp #1 x92'],
      ['publish2, failed, 4 steps'],
    ],
    ['QoS 2 waiting for PUBREL', ['> publish #1 q2', '< pubrec #1'], ['publish2, open, 2 steps, awaits pubrel']],
    [
      'the same identifier both ways',
      ['> publish #1 q2', '< publish #1', '< pubrec #1', '> puback #1', '> pubrel #1', '< pubcomp #1'],
      ['publish2, complete, 4 steps', 'publish1, complete, 2 steps'],
    ],
    [
      'an identifier used again after its exchange',
      ['> publish #1', '< puback #1', '> publish #1', '< puback #1'],
      ['publish1, complete, 2 steps', 'publish1, complete, 2 steps'],
    ],
    [
      'an identifier used again too early, by the client',
      ['> publish #1', '> publish #1 t2', '< puback #1'],
      ['publish1, protocolError, 1 steps, MQTT-2.2.1-3', 'publish1, complete, 2 steps'],
    ],
    [
      'an identifier used again too early, by the server',
      ['< publish #1', '< publish #1'],
      ['publish1, protocolError, 1 steps, MQTT-2.2.1-4', 'publish1, open, 1 steps, awaits puback'],
    ],
    [
      'a subscription takes identifiers from the same space',
      ['> publish #1', '> subscribe #1'],
      ['publish1, protocolError, 1 steps, MQTT-2.2.1-3', 'subscribe, open, 1 steps, awaits suback'],
    ],
    ['DUP joins', ['> publish #1', '> publish #1 dup', '< puback #1'], ['publish1, complete, 3 steps, 1 retries']],
    [
      'two sent, two acknowledged',
      ['> publish #1', '> publish #1 dup', '< puback #1', '< puback #1'],
      ['publish1, complete, 4 steps, 1 retries'],
    ],
    ['DUP without an original', ['< publish #9 dup', '> puback #9'], ['publish1, complete, 2 steps']],
    ['PUBACK for QoS 2', ['> publish #1 q2', '< puback #1'], ['publish2, protocolError, 2 steps, MQTT-4.3.3-8']],
    ['PUBREC for QoS 1', ['> publish #1', '< pubrec #1'], ['publish1, protocolError, 2 steps, MQTT-4.3.2-4']],
    [
      'PUBCOMP before PUBREL',
      ['> publish #1 q2', '< pubrec #1', '< pubcomp #1'],
      ['publish2, protocolError, 3 steps, MQTT-4.3.3-11'],
    ],
    ['PUBREL before PUBREC', ['> publish #1 q2', '> pubrel #1'], ['publish2, protocolError, 2 steps, MQTT-4.3.3-4']],
    [
      'PUBLISH again after PUBREL',
      ['> publish #1 q2', '< pubrec #1', '> pubrel #1', '> publish #1 q2 dup'],
      ['publish2, protocolError, 4 steps, MQTT-4.3.3-6'],
    ],
    [
      'PUBREL again after PUBCOMP',
      ['> publish #1 q2', '< pubrec #1', '> pubrel #1', '< pubcomp #1', '> pubrel #1', '< pubcomp #1'],
      ['publish2, complete, 6 steps, 1 retries'],
    ],
    ['PUBACK for nothing', ['< puback #5'], ['orphan, protocolError, 1 steps, MQTT-2.2.1-5']],
    [
      'PUBACK twice',
      ['> publish #1', '< puback #1', '< puback #1'],
      ['publish1, complete, 2 steps', 'orphan, protocolError, 1 steps, MQTT-2.2.1-5'],
    ],
    ['PUBREL for nothing', ['< pubrel #5'], ['orphan, protocolError, 1 steps, MQTT-2.2.1-5']],
    ['SUBACK', ['> subscribe #3', '< suback #3 x2'], ['subscribe, complete, 2 steps']],
    ['SUBACK with a refusal', ['> subscribe #3', '< suback #3 x80'], ['subscribe, failed, 2 steps']],
    ['SUBACK for nothing', ['< suback #3'], ['orphan, protocolError, 1 steps, MQTT-2.2.1-6']],
    ['UNSUBACK', ['> unsubscribe #4', '< unsuback #4'], ['unsubscribe, complete, 2 steps']],
    [
      'UNSUBACK for SUBSCRIBE',
      ['> subscribe #4', '< unsuback #4'],
      ['subscribe, protocolError, 2 steps, MQTT-3.8.4-1'],
    ],
    [
      'pings in turn',
      ['> pingreq', '> pingreq', '< pingresp', '< pingresp'],
      ['ping, complete, 2 steps', 'ping, complete, 2 steps'],
    ],
    ['PINGRESP for nothing', ['< pingresp'], ['orphan, protocolError, 1 steps, MQTT-3.12.4-1']],
    ['re-authentication', ['> auth x19', '< auth x18', '> auth x18', '< auth x0'], ['auth, complete, 4 steps']],
    ['re-authentication refused', ['> auth x19', '< disconnect x87'], ['auth, failed, 2 steps']],
    ['AUTH from a server unasked', ['< auth x18'], ['orphan, protocolError, 1 steps, MQTT-4.12.0-6']],
    ['DISCONNECT is no exchange', ['> disconnect'], []],
  ])('%s', (_, lines, wanted) => {
    expect(
      new Wire()
        .connect({ version: 5 })
        .play(...lines)
        .flows(),
    ).toEqual(wanted);
  });

  it('links every packet to its flow', () => {
    const wire = new Wire()
      .connect()
      .play('> publish #1 q2', '< publish #1', '< pubrec #1', '> pubrel #1', '> puback #1', '< pubcomp #1');
    expect([...wire.links]).toEqual([
      [0, 0],
      [1, 0],
      [2, 1],
      [3, 2],
      [4, 1],
      [5, 1],
      [6, 2],
      [7, 1],
    ]);
  });

  it('follows CONNECT through AUTH to CONNACK', () => {
    const wire = new Wire().open();
    wire.packet('>', {
      type: 'connect',
      protocolName: 'MQTT',
      protocolVersion: 5,
      cleanStart: true,
      keepAlive: 0,
      clientId: 'x',
    });
    wire.play('< auth x18', '> auth x18');
    expect(wire.flows(true)).toEqual(['connect, open, 3 steps, awaits connack']);
    wire.packet('<', { type: 'connack', sessionPresent: false, reasonCode: 0 });
    expect(wire.flows(true)).toEqual(['connect, complete, 4 steps']);
    wire.packet('>', {
      type: 'connect',
      protocolName: 'MQTT',
      protocolVersion: 5,
      cleanStart: true,
      keepAlive: 0,
      clientId: 'x',
    });
    expect(wire.flows(true)[1]).toBe('connect, protocolError, 1 steps, MQTT-3.1.0-2');
  });

  it('takes any return code but 0 of 3.1.1 for a refusal', () => {
    expect(new Wire().connect({ code: 5 }).flows(true)).toEqual(['connect, failed, 2 steps']);
    expect(new Wire().connect({ code: 0x87, version: 5 }).flows(true)).toEqual(['connect, failed, 2 steps']);
  });

  it('makes no accusation where the beginning was not seen', () => {
    const wire = new Wire()
      .open()
      .play('< puback #1', '> pubrel #2', '< pubcomp #2', '< pingresp', '< suback #3', '> puback #4 x80');
    expect(wire.flows()).toEqual([
      'orphan, complete, 1 steps',
      'orphan, complete, 2 steps',
      'orphan, complete, 1 steps',
      'orphan, complete, 1 steps',
      'orphan, failed, 1 steps',
    ]);
  });
});

describe('exchanges across connections', () => {
  const persistent = { clean: false, present: true };

  it('goes on with a PUBLISH that is sent again', () => {
    const wire = new Wire().connect({ clean: false }).play('> publish #1', '> publish #2 q2').close();
    expect(wire.flows()).toEqual(['publish1, open, 1 steps, awaits puback', 'publish2, open, 1 steps, awaits pubrec']);
    wire
      .connect(persistent)
      .play('> publish #1 dup', '> publish #2 q2 dup', '< puback #1', '< pubrec #2', '> pubrel #2', '< pubcomp #2');
    expect(wire.flows()).toEqual(['publish1, complete, 3 steps, 1 retries', 'publish2, complete, 5 steps, 1 retries']);
  });

  it('goes on with a PUBREL that is sent again, in both directions', () => {
    const wire = new Wire()
      .connect({ clean: false })
      .play('> publish #1 q2', '< pubrec #1', '> pubrel #1', '< publish #1 q2', '> pubrec #1', '< pubrel #1')
      .close();
    wire.connect(persistent).play('> pubrel #1', '< pubrel #1', '> pubcomp #1', '< pubcomp #1');
    expect(wire.flows()).toEqual(['publish2, complete, 5 steps, 1 retries', 'publish2, complete, 5 steps, 1 retries']);
  });

  it('takes up an exchange whose last packet was captured but lost on the way', () => {
    const wire = new Wire()
      .connect({ clean: false })
      .play('< publish #1', '> puback #1', '< publish #2 q2', '> pubrec #2', '< pubrel #2', '> pubcomp #2')
      .close();
    wire.connect(persistent).play('< publish #1 dup', '> puback #1', '< pubrel #2', '> pubcomp #2');
    expect(wire.flows()).toEqual(['publish1, complete, 4 steps, 1 retries', 'publish2, complete, 6 steps, 1 retries']);
  });

  it('joins a message sent again without DUP by the newer connection', () => {
    const wire = new Wire()
      .connect({ clean: false })
      .play('> publish #1')
      .close()
      .connect(persistent)
      .play('> publish #1', '< puback #1');
    expect(wire.flows()).toEqual(['publish1, complete, 3 steps, 1 retries']);
  });

  it('abandons what was open where the server lost the session', () => {
    const wire = new Wire()
      .connect({ clean: false })
      .play('> publish #1', '< publish #1')
      .close()
      .connect({ clean: false, present: false });
    expect(wire.flows()).toEqual(['publish1, abandoned, 1 steps', 'publish1, abandoned, 1 steps']);
    expect(wire.play('< puback #1').flows()[2]).toBe('orphan, protocolError, 1 steps, MQTT-2.2.1-5');
  });

  it('abandons what was open when a clean session closes, and what never outlives a connection', () => {
    expect(new Wire().connect().play('> publish #1').close().flows()).toEqual(['publish1, abandoned, 1 steps']);
    expect(new Wire().connect({ version: 5, clean: false }).play('> publish #1').close().flows()).toEqual([
      'publish1, abandoned, 1 steps',
    ]);
    const kept = new Wire()
      .connect({ version: 5, expiry: 60 })
      .play('> publish #1', '> subscribe #2', '> pingreq', '> auth x19')
      .close();
    expect(kept.flows()).toEqual([
      'publish1, open, 1 steps, awaits puback',
      'subscribe, abandoned, 1 steps',
      'ping, abandoned, 1 steps',
      'auth, abandoned, 1 steps',
    ]);
  });

  it('starts over with Clean Start, and keeps clients apart', () => {
    const wire = new Wire().connect({ clean: false, clientId: 'a' }).play('> publish #1').close();
    wire.connect({ clean: false, clientId: 'b' }).play('< puback #1').close();
    expect(wire.flows()).toEqual([
      'publish1, open, 1 steps, awaits puback',
      'orphan, protocolError, 1 steps, MQTT-2.2.1-5',
    ]);
    wire.connect({ clean: true, clientId: 'a' });
    expect(wire.flows()[0]).toBe('publish1, abandoned, 1 steps');
  });

  it('does not give up a session for a connection that was refused', () => {
    const wire = new Wire()
      .connect({ clean: false })
      .play('> publish #1')
      .close()
      .connect({ clean: true, code: 5 })
      .close();
    expect(wire.flows()).toEqual(['publish1, open, 1 steps, awaits puback']);
  });
});

describe('limits', () => {
  it('drops the oldest flows with their rows, counts rightly, and accuses nobody of what it forgot', () => {
    const wire = new Wire().connect();
    for (let index = 0; index < 20_000; index++) wire.play(`> publish #${(index % 60_000) + 1}`);
    const { store } = wire.table;
    expect(wire.table.evicted(10_000)).toBe(8192);
    expect([store.first, store.counts[STATE.open]]).toEqual([8192, 20_001 - 8192]);
    wire.play('< puback #1', '< puback #20000');
    expect(wire.flows().at(-1)).toBe('orphan, complete, 1 steps');
    expect(wire.flows().at(-2)).toBe('publish1, complete, 2 steps');
    expect(store.reservedBytes / (store.end - store.first)).toBeLessThan(FLOW_BYTES * 2);
    expect(FLOW_BYTES).toBe(48);
  });

  it('keeps no more flows than the limit, and finds the later ones right', () => {
    const wire = new Wire(10_000).connect();
    for (let index = 1; index <= 30_000; index++) wire.play(`> publish #${index} t${index}`);
    const { store } = wire.table;
    expect(store.end - store.first).toBeLessThanOrEqual(10_000);
    expect([store.topic(store.end - 1), store.topic(store.first)]).toEqual([30_000, store.first]);
    expect(() => store.kind(store.first - 1)).toThrow(RangeError);
  });

  it('keeps any number of steps', () => {
    const wire = new Wire()
      .connect()
      .play('> publish #1', ...Array.from({ length: 300 }, () => '> publish #1 dup'), '< puback #1');
    expect(wire.flows()).toEqual(['publish1, complete, 302 steps, 255 retries']);
    expect(wire.table.store.steps(1)).toEqual(Array.from({ length: 302 }, (_, index) => index + 2));
  });

  it('forgets on clear, but not the connections', () => {
    const wire = new Wire().connect().play('> publish #1');
    wire.table.clear();
    wire.play('< puback #1', '> publish #1', '< puback #1');
    expect(wire.flows()).toEqual(['orphan, complete, 1 steps', 'publish1, complete, 2 steps']);
  });
});

describe('gauges', () => {
  it('shows what is in flight against what the peers allow', () => {
    const wire = new Wire()
      .connect({ version: 5, receiveMaximum: 10 })
      .play('> publish #1', '> publish #2 q2', '< pubrec #2', '< publish #1', '> subscribe #3');
    const gauges = wire.table.gauges(wire.connection);
    expect(gauges).toMatchObject({ outInFlight: 2, outLimit: 11, inInFlight: 1, inLimit: 10, packetIdsInUse: 4 });
    wire.play('< puback #1', '> pubrel #2', '< pubcomp #2', '> puback #1', '< suback #3');
    expect(wire.table.gauges(wire.connection)).toMatchObject({
      outInFlight: 0,
      inInFlight: 0,
      packetIdsInUse: 0,
      rttUs: 5000,
    });
    wire.play('> pingreq', '< pingresp');
    expect(wire.table.gauges(wire.connection).rttUs).toBe(1000);
    expect(new Wire().table.gauges(9)).toMatchObject({ outLimit: 65_535, inLimit: 65_535 });
  });
});

describe('a random sender and receiver that keep the rules', () => {
  it('end every exchange complete, whatever is lost with connections', () => {
    const event = fc.record({
      what: fc.nat(9),
      pick: fc.nat(1000),
      qos: fc.constantFrom(1, 2),
      toClient: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 200 }), (events) => {
        const wire = new Wire().connect({ clean: false });
        const started: number[] = [];
        /** By sender: what each identifier waits for, and its message. */
        const sides = [
          new Map<number, { qos: number; topic: number; awaits: string }>(),
          new Map<number, { qos: number; topic: number; awaits: string }>(),
        ];
        const advance = (side: number, id: number): void => {
          const [out, back] = side === 0 ? ['>', '<'] : ['<', '>'];
          const message = sides[side]?.get(id);
          if (message === undefined) return;
          if (message.awaits === 'puback' || message.awaits === 'pubcomp') {
            wire.play(`${back} ${message.awaits} #${id}`);
            sides[side]?.delete(id);
          } else if (message.awaits === 'pubrec') {
            wire.play(`${back} pubrec #${id}`);
            message.awaits = 'pubrel';
          } else {
            wire.play(`${out} pubrel #${id}`);
            message.awaits = 'pubcomp';
          }
        };
        let topic = 0;
        for (const { what, pick, qos, toClient } of events) {
          const side = toClient ? 1 : 0;
          const open = [...(sides[side]?.keys() ?? [])];
          const id = (pick % 12) + 1;
          if (what < 4 && sides[side]?.has(id) === false) {
            topic++;
            wire.play(`${toClient ? '<' : '>'} publish #${id} q${qos} t${topic}`);
            started.push(topic);
            sides[side]?.set(id, { qos, topic, awaits: qos === 1 ? 'puback' : 'pubrec' });
          } else if (what < 9 && open.length > 0) {
            advance(side, open[pick % open.length] ?? 0);
          } else if (what === 9) {
            wire.close().connect({ clean: false, present: true });
            for (const [index, messages] of sides.entries()) {
              const out = index === 0 ? '>' : '<';
              for (const [open_, message] of messages) {
                if (message.awaits === 'pubcomp') wire.play(`${out} pubrel #${open_}`);
                else wire.play(`${out} publish #${open_} q${message.qos} t${message.topic} dup`);
              }
            }
          }
        }
        for (const side of [0, 1])
          for (const id of [...(sides[side]?.keys() ?? [])]) while (sides[side]?.has(id) === true) advance(side, id);
        const { store } = wire.table;
        const topics: number[] = [];
        for (let flow = store.first; flow < store.end; flow++)
          if (store.kind(flow) !== KIND.connect) topics.push(store.topic(flow));
        expect(topics).toEqual(started);
        expect(wire.flows().filter((line) => !line.includes('complete'))).toEqual([]);
        const counted = [...store.counts].reduce((sum, count) => sum + count, 0);
        expect([counted, store.counts[STATE.complete]]).toEqual([store.end, store.end]);
        expect(wire.links.size).toBe(wire.seq);
      }),
      { numRuns: 150 },
    );
  });
});

describe('FlowView', () => {
  const sources = { topicText: (topic: number): string => `t${topic}` };

  it('filters, keeps up with new flows and with changes of state, and turns round', () => {
    const filter = fc.record(
      {
        kinds: fc.constantFrom(new Set(['publish1'] as const), new Set(['publish2', 'ping'] as const)),
        states: fc.constantFrom(
          new Set(['open'] as const),
          new Set(['complete', 'failed'] as const),
          new Set(['stalled'] as const),
        ),
        direction: fc.constantFrom('client-to-server' as const, 'server-to-client' as const),
        packetId: fc.constantFrom(1, 2),
        connection: fc.constantFrom(1, 2),
        topic: fc.constant((topic: number) => topic % 2 === 0),
      },
      { requiredKeys: [] },
    );
    const line = fc.constantFrom(
      '> publish #1 t2',
      '< publish #2 t3',
      '> publish #1 q2 t4',
      '< puback #1',
      '> puback #2',
      '< pubrec #1',
      '> pubrel #1',
      '< pubcomp #1',
      '> pingreq',
      '< pingresp',
      'reconnect',
      'wait',
    );
    fc.assert(
      fc.property(filter, fc.array(line, { maxLength: 60 }), fc.boolean(), (wanted: FlowFilter, lines, newestFirst) => {
        const wire = new Wire().connect();
        const view = new FlowView(wire.table.store, sources);
        view.setFilter(Object.keys(wanted).length === 0 ? undefined : wanted);
        view.setNewestFirst(newestFirst);
        for (const each of lines) {
          if (each === 'reconnect') wire.close().connect();
          else if (each === 'wait') wire.nowUs += 6_000_000;
          else wire.play(each);
          view.advance(wire.nowUs);
          const matching: number[] = [];
          for (let flow = 0; flow < wire.table.store.end; flow++) if (view.matches(flow)) matching.push(flow);
          if (newestFirst) matching.reverse();
          expect([...view.window(0, 1000).flow]).toEqual(matching);
          expect(matching.map((flow) => view.indexOf(flow))).toEqual(matching.map((_, row) => ({ row, exact: true })));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('fills rows and tells all about one flow, stored or not', () => {
    const wire = new Wire().connect().play('> publish #7 q2 t5', '< pubrec #7', '> publish #8 t9');
    const view = new FlowView(wire.table.store, sources);
    view.advance(wire.nowUs + 10_000_000);
    const rows = view.window(1, 10);
    expect({ ...rows, flow: [...rows.flow], state: [...rows.state] }).toMatchObject({
      first: 1,
      flow: [1, 2],
      state: [STATE.stalled, STATE.stalled],
      topic: ['t5', 't9'],
    });
    expect([[...rows.packetId], [...rows.steps], [...rows.awaits], [...rows.durationUs]]).toEqual([
      [7, 8],
      [2, 1],
      [TYPE.pubrel, TYPE.puback],
      [1000, 0],
    ]);
    const detail = flowDetail(wire.table.store, 1, {
      source: 3,
      nowUs: wire.nowUs,
      topicText: sources.topicText,
      facts: (seq) =>
        seq === 2
          ? undefined
          : { timeUs: 1, direction: 'server-to-client', type: 'pubrec', dup: false, reasonCode: 16, connection: 1 },
    });
    expect(detail).toMatchObject({
      flow: 1,
      kind: 'publish2',
      state: 'open',
      awaits: 'pubrel',
      packetId: 7,
      topic: 't5',
      retries: 0,
    });
    expect(detail?.steps.map(({ type, stored, reasonCode }) => [type, stored, reasonCode])).toEqual([
      ['publish', false, 0],
      ['pubrec', true, 16],
    ]);
    expect(
      flowDetail(wire.table.store, 99, { source: 3, nowUs: 0, topicText: sources.topicText, facts: () => undefined }),
    ).toBeUndefined();
    expect(wire.table.store.topic(0)).toBe(NO_TOPIC);
  });
});
