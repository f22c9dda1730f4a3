/** Comparisons through the service: begun, told of, read, stepped through, closed. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { type DrivenPage, plainProfile, type StartedService, startService } from './drive-page.ts';

let broker: Mosquitto;
let started: StartedService;
let page: DrivenPage;

beforeAll(async () => {
  broker = await startMosquitto();
  started = await startService();
  page = started.attach();
});

afterAll(async () => {
  page[Symbol.dispose]();
  await started[Symbol.asyncDispose]();
  await broker.stop();
});

const records = () => page.frames.findLast(({ comparisons }) => comparisons !== undefined)?.comparisons ?? [];

async function published(texts: readonly string[]): Promise<number> {
  const source = await page.open(plainProfile(broker.port));
  for (const text of texts) {
    const [topic = '', payload = ''] = text.split(' ');
    await page.call('publish', { source, topic, payload: new TextEncoder().encode(payload), qos: 1, retain: false });
  }
  await page.until(
    'settled',
    () => page.stats.get(source)?.openFlows === 0 && (page.stats.get(source)?.packets ?? 0) > texts.length * 2,
  );
  return source;
}

it('tells what differs between two sources', async () => {
  const a = await published(['x 1', 'x 2', 'y 1']);
  const b = await published(['x 1', 'x two', 'y 1', 'z 1']);
  const { comparison } = await page.call('startComparison', {
    a: { source: a, filter: 'type:publish' },
    b: { source: b, filter: 'type:publish' },
  });
  await page.until('done', () => records().some((one) => one.comparison === comparison && one.state === 'done'));
  expect(records().find((one) => one.comparison === comparison)).toMatchObject({
    total: 4,
    differing: 2,
    progress: 1,
    counts: { same: 2, changed: 1, onlyB: 1, onlyA: 0 },
  });
  const rows = await page.call('readComparison', { comparison, from: 0, count: 10, only: 'differences' });
  expect(rows.topic).toEqual(['x', 'z']);
  expect([...rows.row]).toEqual([1, 3]);
  expect(await page.call('nextDifference', { comparison, row: -1 })).toEqual({ row: 1 });
  expect(await page.call('nextDifference', { comparison, row: 3, back: true })).toEqual({ row: 1 });
  expect(await page.call('comparedFields', { comparison, row: 1 })).toEqual([]);
  await page.call('closeSource', { source: b });
  await page.until('forgotten', () => records().every((one) => one.comparison !== comparison));
  expect((await page.failure('readComparison', { comparison, from: 0, count: 1, only: 'all' })).code).toBe(
    'no-such-comparison',
  );
});

it('compares two exchanges step by step', async () => {
  const source = await published(['x 1', 'y 1']);
  const flows = [];
  for (let flow = 0; flow < 10; flow += 1) {
    const detail = await page.call('getFlow', { source, flow }).catch(() => undefined);
    if (detail?.kind === 'publish1') flows.push(flow);
  }
  const [first = 0, second = 0] = flows;
  const { comparison } = await page.call('startComparison', {
    a: { source, flow: first },
    b: { source, flow: second },
  });
  await page.until('done', () => records().some((one) => one.comparison === comparison && one.state === 'done'));
  const rows = await page.call('readComparison', { comparison, from: 0, count: 10, only: 'all' });
  expect([...rows.header].map((header) => header >> 4)).toEqual([3, 4]);
  expect(await page.call('comparedFields', { comparison, row: 0 })).toEqual([{ name: 'topic', a: 'x', b: 'y' }]);
  expect((await page.failure('startComparison', { a: { source, flow: 999 }, b: { source } })).code).toBe(
    'no-such-flow',
  );
  expect((await page.failure('startComparison', { a: { source, filter: 'x:y:z' }, b: { source } })).code).toBe(
    'bad-filter',
  );
});
