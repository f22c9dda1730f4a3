/** A service with a made-up list of flows, of any length: each is made when it is asked for. */

import { InspectorError } from '../../../shared/contract/errors.ts';
import type { FlowViewPush } from '../../../shared/contract/pushes.ts';
import {
  FLOW_KINDS,
  FLOW_STATES,
  type FlowDetail,
  type FlowGauges,
  type FlowRows,
  type FlowStep,
} from '../../../shared/contract/flow-records.ts';
import { TYPE } from '../../../shared/mqtt/packet.ts';
import { type FakeOptions, FakeService } from '../support/fake-service.ts';

export const GAUGES: FlowGauges = {
  outInFlight: 18,
  outLimit: 20,
  inInFlight: 2,
  inLimit: 65_535,
  packetIdsInUse: 21,
  queued: 10_000,
  queueLimit: 10_000,
  open: 4,
  stalled: 1,
  failed: 3,
};

export type StepFact = Partial<FlowStep> & Pick<FlowStep, 'type' | 'direction'> & { readonly atUs: number };

/** A flow from its steps; times count from `startUs`. */
export function flowOf(
  facts: Omit<Partial<FlowDetail>, 'steps'> & Pick<FlowDetail, 'kind' | 'state'>,
  startUs: number,
  steps: readonly StepFact[],
): FlowDetail {
  return {
    source: 1,
    flow: 0,
    direction: steps[0]?.direction ?? 'client-to-server',
    packetId: 4711,
    topic: 'site/b2/temp',
    startUs,
    durationUs: steps.at(-1)?.atUs ?? 0,
    retries: steps.filter((step) => step.dup === true).length,
    steps: steps.map(({ atUs, ...step }, index) => ({
      seq: 100 + index,
      dup: false,
      reasonCode: 0,
      connection: 0,
      stored: true,
      ...step,
      timeUs: startUs + atUs,
    })),
    ...facts,
  };
}

const OUT = 'client-to-server';
const IN = 'server-to-client';

/** One of each kind that a ladder must draw. */
export function exampleFlows(nowUs: number): readonly FlowDetail[] {
  const ago = (us: number): number => nowUs - us;
  const flows: FlowDetail[] = [
    flowOf({ kind: 'connect', state: 'complete', packetId: 0, topic: '' }, ago(61_000_000), [
      { type: 'connect', direction: OUT, atUs: 0 },
      { type: 'connack', direction: IN, atUs: 2140 },
    ]),
    flowOf({ kind: 'subscribe', state: 'complete', packetId: 1, topic: 'site/#' }, ago(60_900_000), [
      { type: 'subscribe', direction: OUT, atUs: 0 },
      { type: 'suback', direction: IN, atUs: 1911, reasonCode: 1 },
    ]),
    flowOf({ kind: 'publish2', state: 'complete' }, ago(50_000_000), [
      { type: 'publish', direction: OUT, atUs: 0 },
      { type: 'pubrec', direction: IN, atUs: 1920 },
      { type: 'pubrel', direction: OUT, atUs: 1971 },
      { type: 'pubcomp', direction: IN, atUs: 3842 },
    ]),
    flowOf({ kind: 'publish2', state: 'complete', packetId: 88, topic: 'site/c3/数据/温度' }, ago(45_000_000), [
      { type: 'publish', direction: IN, atUs: 0 },
      { type: 'pubrec', direction: OUT, atUs: 21 },
      { type: 'pubrel', direction: IN, atUs: 812 },
      { type: 'pubcomp', direction: OUT, atUs: 830 },
    ]),
    flowOf({ kind: 'publish2', state: 'complete', packetId: 9, topic: 'actuator/7/set' }, ago(40_000_000), [
      { type: 'publish', direction: OUT, atUs: 0, stored: false },
      { type: 'publish', direction: OUT, atUs: 2_104_000, dup: true, connection: 1 },
      { type: 'pubrec', direction: IN, atUs: 2_106_200, connection: 1 },
      { type: 'pubrel', direction: OUT, atUs: 2_106_260, connection: 1 },
      { type: 'pubcomp', direction: IN, atUs: 2_108_900, connection: 1 },
    ]),
    flowOf({ kind: 'publish1', state: 'failed', packetId: 10, topic: 'secret/a' }, ago(30_000_000), [
      { type: 'publish', direction: OUT, atUs: 0 },
      { type: 'puback', direction: IN, atUs: 1200, reasonCode: 0x87 },
    ]),
    flowOf(
      { kind: 'orphan', state: 'protocolError', packetId: 77, topic: '', rule: 'MQTT-4.3.3-13' },
      ago(20_000_000),
      [{ type: 'pubcomp', direction: IN, atUs: 0, rule: 'MQTT-4.3.3-13' }],
    ),
    flowOf({ kind: 'ping', state: 'complete', packetId: 0, topic: '' }, ago(10_000_000), [
      { type: 'pingreq', direction: OUT, atUs: 0 },
      { type: 'pingresp', direction: IN, atUs: 1187 },
    ]),
    flowOf(
      { kind: 'publish2', state: 'stalled', packetId: 11, topic: 'actuator/7/set', awaits: 'pubcomp' },
      ago(7_400_000),
      [
        { type: 'publish', direction: OUT, atUs: 0 },
        { type: 'pubrec', direction: IN, atUs: 2200 },
        { type: 'pubrel', direction: OUT, atUs: 2260 },
      ],
    ),
    flowOf({ kind: 'publish1', state: 'open', packetId: 12, topic: 'site/a1/temp', awaits: 'puback' }, ago(800_000), [
      { type: 'publish', direction: OUT, atUs: 0 },
    ]),
  ];
  return flows.map((flow, index) => ({ ...flow, flow: index }));
}

export function flowRowsOf(flows: readonly FlowDetail[], first: number): FlowRows {
  return {
    first,
    flow: Float64Array.from(flows, (flow) => flow.flow),
    kind: Uint8Array.from(flows, (flow) => FLOW_KINDS.indexOf(flow.kind)),
    state: Uint8Array.from(flows, (flow) => FLOW_STATES.indexOf(flow.state)),
    direction: Uint8Array.from(flows, (flow) => (flow.direction === OUT ? 0 : 1)),
    packetId: Uint16Array.from(flows, (flow) => flow.packetId),
    connection: new Uint32Array(flows.length),
    startUs: Float64Array.from(flows, (flow) => flow.startUs),
    durationUs: Float64Array.from(flows, (flow) => flow.durationUs),
    retries: Uint16Array.from(flows, (flow) => flow.retries),
    steps: Uint16Array.from(flows, (flow) => flow.steps.length),
    awaits: Uint8Array.from(flows, (flow) => (flow.awaits === undefined ? 0 : TYPE[flow.awaits])),
    reasonCode: new Uint8Array(flows.length),
    topic: flows.map((flow) => flow.topic),
  };
}

export interface FakeFlowsOptions extends FakeOptions {
  readonly flows?: readonly FlowDetail[];
  readonly gauges?: Partial<FlowGauges>;
  /** Repeats the flows up to so many rows. */
  readonly endless?: number;
}

export class FakeFlows {
  readonly service: FakeService;
  flows: readonly FlowDetail[];
  readonly #options: FakeFlowsOptions;
  #evicted = 0;

  constructor(options: FakeFlowsOptions = {}) {
    this.#options = options;
    this.flows = options.flows ?? exampleFlows(Date.now() * 1000);
    this.service = new FakeService({
      ...options,
      push: (view) => {
        if (view.kind !== 'flows' || !view.changed) return undefined;
        return this.#push(view.id, view.from, view.count, view.follow, view.filter);
      },
      handlers: {
        getFlow: ({ flow }) => {
          const found = this.#at(flow);
          if (found === undefined) throw new InspectorError('no-such-flow', { flow });
          return found;
        },
        revealFlow: ({ flow }) => ({ row: flow, exact: true }),
        ...options.handlers,
      },
    });
  }

  /** The flows are others now. */
  set(flows: readonly FlowDetail[]): void {
    this.flows = flows;
    for (const view of this.service.views.values()) view.changed = true;
  }

  /** Drops the oldest of endless flows, as a full capture does: windows that do not follow move along. */
  evict(flows: number): void {
    this.#evicted += flows;
    for (const view of this.service.views.values()) {
      if (!view.follow) view.from = Math.max(0, view.from - flows);
      view.changed = true;
    }
  }

  #at(flow: number): FlowDetail | undefined {
    const { endless } = this.#options;
    if (endless === undefined) return this.flows.find((candidate) => candidate.flow === flow);
    const model = this.flows[flow % this.flows.length];
    return model === undefined ? undefined : { ...model, flow };
  }

  #push(view: number, from: number, count: number, follow: boolean, filter: string): FlowViewPush {
    const { endless } = this.#options;
    const states = /flow\.state:(\S+)/.exec(filter)?.[1]?.split(',');
    const kinds = /flow\.kind:(\S+)/.exec(filter)?.[1]?.split(',');
    const shown = this.flows.filter(
      (flow) => (states?.includes(flow.state) ?? true) && (kinds?.includes(flow.kind) ?? true),
    );
    const total = endless === undefined ? shown.length : endless - this.#evicted;
    const first = follow ? Math.max(0, total - count) : Math.min(from, total);
    const rows = Array.from({ length: Math.min(count, total - first) }, (_, i) =>
      endless === undefined ? shown[first + i] : this.#at(this.#evicted + first + i),
    ).filter((flow) => flow !== undefined);
    return {
      kind: 'flows',
      view,
      total,
      all: endless ?? this.flows.length,
      evicted: this.#evicted,
      moved: -this.#evicted,
      gauges: { ...GAUGES, ...this.#options.gauges },
      rows: flowRowsOf(rows, first),
    };
  }
}
