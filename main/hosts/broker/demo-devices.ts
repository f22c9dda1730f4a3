/** The demo's devices: what each publishes and how often. assets/demo/README.md describes them to the user. */

import { crc32, deflateSync } from 'node:zlib';
import type { QoS } from '../../../shared/mqtt/packet.ts';
import type { Publication } from './broker.ts';
import { bursts, rounded, swing } from './demo-series.ts';

export interface DemoDevice {
  readonly everyMs: number;
  /** What is published at the device's `turn`-th turn, `seconds` after the start. */
  publish(turn: number, seconds: number): readonly Publication[];
}

function message(topic: string, payload: Uint8Array | string | object, qos: QoS = 0, retain = false): Publication {
  const isRaw = typeof payload === 'string' || payload instanceof Uint8Array;
  return { topic, payload: isRaw ? payload : JSON.stringify(payload), qos, retain };
}

const press: DemoDevice = {
  everyMs: 200,
  publish: (turn, seconds) => [
    message('demo/line-1/press/temperature', {
      value: rounded(swing(seconds, 64, 9, 45), 2),
      unit: '°C',
      sensor: { id: 'PT100-3', ok: true },
      sequence: turn,
    }),
    message('demo/line-1/press/vibration', bursts(seconds, 0.4, 6, 12).toFixed(3)),
    ...(turn % 25 === 0
      ? [message('demo/line-1/press/state', (turn / 25) % 4 === 3 ? 'maintenance' : 'running', 1, true)]
      : []),
  ],
};

/** Six joint angles as little-endian 32-bit floats behind a two-byte sequence number. */
function jointFrame(turn: number, seconds: number): Uint8Array {
  const frame = new DataView(new ArrayBuffer(26));
  frame.setUint16(0, turn & 0xffff, true);
  for (let joint = 0; joint < 6; joint += 1)
    frame.setFloat32(2 + joint * 4, swing(seconds + joint, 0, 90 - joint * 12, 8 + joint), true);
  return new Uint8Array(frame.buffer);
}

const robot: DemoDevice = {
  everyMs: 250,
  publish: (turn, seconds) => [message('demo/line-1/robot/joints', jointFrame(turn, seconds))],
};

const line2: DemoDevice = {
  everyMs: 1_000,
  publish: (turn, seconds) => [
    message(
      'demo/工厂/二号线/温度',
      { 温度: rounded(swing(seconds, 22, 3, 60), 1), 单位: '摄氏度', 序号: turn },
      1,
      true,
    ),
    ...(turn % 8 === 0 ? [message('demo/工厂/二号线/状态', turn % 16 === 0 ? '运行中' : '待机', 1, true)] : []),
  ],
};

const ARTICLES = ['bracket', 'hinge', 'gearbox', 'valve'] as const;

const orders: DemoDevice = {
  everyMs: 1_500,
  publish(turn, seconds) {
    const order = 1000 + turn;
    const created = message(
      'demo/orders/created',
      { order, article: ARTICLES[turn % ARTICLES.length], quantity: 1 + (turn % 5), at: rounded(seconds, 3) },
      2,
    );
    return turn < 2
      ? [created]
      : [created, message(`demo/orders/dock-${1 + (turn % 4)}/completed`, { order: order - 2 }, 2)];
  },
};

const greenhouse: DemoDevice = {
  everyMs: 500,
  publish(turn, seconds) {
    const bed = 1 + (turn % 8);
    const moisture = swing(seconds + bed * 5, 41, 6, 90).toFixed(1);
    return [
      message(`demo/greenhouse/bed-${bed}/moisture`, moisture, 0, true),
      ...(turn % 10 === 0 ? [message('demo/greenhouse/camera/thumbnail', thumbnail(turn), 1, true)] : []),
      // A valve is opened and closed; the empty retained message takes its topic out of the broker again.
      ...(turn % 20 === 8 ? [message('demo/greenhouse/valve/open', 'true', 1, true)] : []),
      ...(turn % 20 === 18 ? [message('demo/greenhouse/valve/open', '', 1, true)] : []),
    ];
  },
};

/** A PNG of 32 × 32 pixels whose colours move with `turn`. */
export function thumbnail(turn: number): Uint8Array {
  const side = 32;
  const rows = Buffer.alloc(side * (1 + side * 3));
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const at = y * (1 + side * 3) + 1 + x * 3;
      rows[at] = (x * 8 + turn * 5) & 0xff;
      rows[at + 1] = 120 + ((y * 4) & 0x7f);
      rows[at + 2] = ((x ^ y) * 4 + turn) & 0xff;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const framed = Buffer.alloc(body.length + 8);
    framed.writeUInt32BE(data.length, 0);
    framed.set(body, 4);
    framed.writeUInt32BE(crc32(body), body.length + 4);
    return framed;
  };
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** Topics that a careless tool shows wrongly: an empty level, spaces, text that is not UTF-8. */
const oddities: DemoDevice = {
  everyMs: 3_000,
  publish: (turn) => [
    message('demo/odd//empty level', `turn ${turn}`),
    message('demo/odd/latin-1', Buffer.from(`Gr\u00fc\u00dfe ${turn}`, 'latin1')),
    message('demo/odd/large', { readings: Array.from({ length: 400 }, (_, at) => at * turn) }, turn % 2 === 0 ? 0 : 1),
  ],
};

export const DEMO_DEVICES: readonly DemoDevice[] = [press, robot, line2, orders, greenhouse, oddities];
