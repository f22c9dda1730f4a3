/** The page in headless Chromium while a flood arrives: it measures its own frames, the engine its event loop. */

import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type CDPSession, chromium, type Page } from 'playwright-core';
import { ensurePage } from '../../../main/hosts/launch/build.ts';
import type { FrameMeter, FrameReport } from '../../../renderer/model/frame-meter.ts';
import { findChromium } from '../../support/tools.ts';
import { nextMessage, startScript, stopChild } from '../children.ts';
import type { Flood } from '../flood-broker.ts';
import type { HostReport, HostRequest } from '../peers/page-host.ts';
import { atMost, type Row, type Section } from '../report.ts';
import { median } from '../statistics.ts';
import type { PartOptions } from './part.ts';

const PACE = 100_000;
const TOPICS = 10_000;
/** Fewer on the screen and the panel has not shown what it is measured for. */
const ENOUGH_ROWS = 10;
const FOREVER_MS = 3_600_000;
const TITLE = 'The page while 100 000 messages a second arrive on 10 000 topics';

interface Panel {
  readonly id: 'topics' | 'packets' | 'flows';
  readonly name: string;
  readonly qos: 0 | 1;
}

/** QoS 0 has no handshakes to show: the Flows panel gets QoS 1. */
const PANELS: readonly Panel[] = [
  { id: 'topics', name: 'Topics, all expanded', qos: 0 },
  { id: 'packets', name: 'Packets, following', qos: 0 },
  { id: 'flows', name: 'Flows, QoS 1', qos: 1 },
];

interface Window {
  readonly page: FrameReport;
  readonly framesPerSecond: number;
  /** Part of one core that the page's main thread used: tells the page's own cost where other processes take the cores. */
  readonly mainThread: number;
  readonly host: HostReport;
}

async function ask<T>(host: ChildProcess, request: HostRequest, answer: string): Promise<T> {
  const answered = nextMessage(host, answer, 30_000) as Promise<T>;
  host.send(request);
  return await answered;
}

/** Processor seconds of the page's main thread so far. */
async function mainThreadSeconds(devtools: CDPSession): Promise<number> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
}

async function measureWindow(
  page: Page,
  devtools: CDPSession,
  host: ChildProcess,
  milliseconds: number,
): Promise<Window> {
  const busyBefore = await mainThreadSeconds(devtools);
  await ask(host, { ask: 'start' }, 'measuring');
  const measured = await page.evaluate(async (length) => {
    const { frameMeter } = globalThis as never as { frameMeter: FrameMeter };
    const from = performance.now();
    frameMeter.start();
    await new Promise((resolve) => setTimeout(resolve, length));
    const report = frameMeter.stop();
    return { report, seconds: (performance.now() - from) / 1000 };
  }, milliseconds);
  return {
    page: measured.report,
    framesPerSecond: measured.report.frames / measured.seconds,
    mainThread: ((await mainThreadSeconds(devtools)) - busyBefore) / measured.seconds,
    host: await ask<HostReport>(host, { ask: 'stop' }, 'stopped'),
  };
}

async function startFlood(host: ChildProcess, qos: 0 | 1): Promise<ChildProcess> {
  const flood: Flood = {
    payloadBytes: 100,
    topics: TOPICS,
    qos,
    window: 20_000,
    warmUpMs: 0,
    warmUpBytes: 0,
    measureMs: FOREVER_MS,
    pace: PACE,
  };
  const broker = startScript('flood-broker.ts', [JSON.stringify(flood)]);
  const port = (await nextMessage(broker, 'port', 10_000)) as number;
  const started = nextMessage(broker, 'started', 10_000) as Promise<boolean>;
  await ask(host, { ask: 'open', port, qos }, 'opened');
  await started;
  return broker;
}

async function showPanel(page: Page, panel: Panel): Promise<void> {
  await page.click(`#panel-tab-${panel.id}`);
  const rows = page.locator(`#panel-panel-${panel.id} [role="row"]`);
  await rows
    .nth(1)
    .waitFor({ timeout: 10_000 })
    .catch(() => undefined);
  if (panel.id === 'topics') {
    const bench = rows.filter({ hasText: 'bench' }).first();
    // The key acts on the row under the cursor, which a busy page may know a frame later than the click.
    for (let attempt = 0; attempt < 5 && (await rows.count()) < ENOUGH_ROWS; attempt += 1) {
      await bench.click({ position: { x: 60, y: 8 } });
      await pause(300);
      await page.locator('[role="treegrid"]').focus();
      await page.keyboard.press('*');
      await pause(700);
    }
  }
}

export async function measurePage({ repetitions, quick }: PartOptions): Promise<Section> {
  const executablePath = findChromium();
  if (executablePath === '') return { title: TITLE, rows: [], remarks: ['Missing on this machine: Chromium.'] };
  const root = await ensurePage((line) => void process.stderr.write(`${line}\n`));
  const data = mkdtempSync(join(tmpdir(), 'inspector-bench-'));
  const host = startScript('peers/page-host.ts', [data, root]);
  const browser = await chromium.launch({
    executablePath,
    // Chromium refuses to run as root with its sandbox, and containers often run as root.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    const url = new URL((await nextMessage(host, 'url', 20_000)) as string);
    url.search = '?bench';
    const opened = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const faults: string[] = [];
    opened.on('pageerror', ({ message }) => faults.push(`The page failed: ${message}`));
    await opened.goto(url.href);
    await opened.waitForSelector('#panel-tab-topics');
    return await measurePanels(opened, host, repetitions, quick ? 1500 : 3000, faults);
  } finally {
    await browser.close();
    await stopChild(host);
    rmSync(data, { recursive: true, force: true });
  }
}

async function measurePanels(
  page: Page,
  host: ChildProcess,
  repetitions: number,
  milliseconds: number,
  remarks: string[],
): Promise<Section> {
  const rows: Row[] = [];
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  await pause(1000);
  const idle: Window[] = [];
  for (let repetition = 0; repetition < repetitions; repetition += 1)
    idle.push(await measureWindow(page, devtools, host, milliseconds / 2));
  for (const panel of PANELS) {
    const broker = await startFlood(host, panel.qos);
    await pause(500);
    await showPanel(page, panel);
    await pause(500);
    const windows: Window[] = [];
    for (let repetition = 0; repetition < repetitions; repetition += 1)
      windows.push(await measureWindow(page, devtools, host, milliseconds));
    rows.push(...panelRows(panel, windows, idle));
    const shown = await page.locator(`#panel-panel-${panel.id} [role="row"]`).count();
    const { topics } = windows.at(-1)?.host ?? { topics: 0 };
    if (shown < ENOUGH_ROWS) remarks.push(`${panel.name}: only ${shown} rows were on the screen.`);
    if (topics !== TOPICS) remarks.push(`${panel.name}: the tree held ${topics} topics.`);
    await stopChild(broker);
  }
  return {
    title: TITLE,
    rows,
    remarks: [
      ...remarks,
      'Headless Chromium draws by software and shares the cores with the engine and the flood; its frames are timed in the page, 1400 × 900. The peer is the same page with nothing to show.',
    ],
  };
}

function panelRows({ name }: Panel, windows: readonly Window[], idle: readonly Window[]): Row[] {
  const of = (list: readonly Window[], figure: (window: Window) => number): number => median(list.map(figure));
  const arrived = of(windows, ({ host }) => host.perSecond);
  const p95 = of(windows, (each) => each.page.p95);
  const idleP95 = of(idle, (each) => each.page.p95);
  const peer = 'idle page';
  return [
    {
      what: `${name}: frame time, p95`,
      ours: p95,
      unit: 'ms',
      note: `p50 ${of(windows, (each) => each.page.p50).toFixed(1)}, longest ${Math.max(...windows.map((each) => each.page.longest)).toFixed(0)} ms, ${of(windows, (each) => each.framesPerSecond).toFixed(0)} frames/s, main thread ${(100 * of(windows, (each) => each.mainThread)).toFixed(0)} % of a core, ${(arrived / 1000).toFixed(0)} k msg/s arrived`,
      peer,
      theirs: idleP95,
      ratio: idleP95 / p95,
      bars: [atMost(20)],
    },
    {
      what: `${name}: engine's event-loop delay, p99`,
      ours: of(windows, ({ host }) => host.delayP99Ms),
      unit: 'ms',
      note: `p50 ${of(windows, ({ host }) => host.delayP50Ms).toFixed(1)}, longest ${Math.max(...windows.map(({ host }) => host.longestDelayMs)).toFixed(0)} ms, ${(100 * of(windows, ({ host }) => host.cores)).toFixed(0)} % of a core`,
      peer,
      theirs: of(idle, ({ host }) => host.delayP99Ms),
      bars: [atMost(10)],
    },
  ];
}
