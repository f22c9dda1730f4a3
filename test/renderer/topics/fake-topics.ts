/** A service with a topic tree: expansion, search, sort and histories over a list of made-up messages. */

import { InspectorError } from '../../../shared/contract/errors.ts';
import type { ConnectionViewPush, PacketViewPush, TopicViewPush, ViewPush } from '../../../shared/contract/pushes.ts';
import type { ConnectionReport, SubscriptionRecord } from '../../../shared/contract/connection-records.ts';
import type { PacketDetail, PacketRows } from '../../../shared/contract/packet-records.ts';
import type { Handlers } from '../../../shared/contract/rpc.ts';
import { encodePacket } from '../../../main/engine/codec/encode.ts';
import { fieldMap } from '../../../main/engine/codec/fields.ts';
import type { PublishPacket } from '../../../shared/mqtt/packet.ts';
import { type FakeOptions, FakeService, type FakeView } from '../support/fake-service.ts';
import { rowsOf, type TestNode } from './rows-of.ts';

export interface FakeMessage {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly qos?: 0 | 1 | 2;
  readonly retain?: boolean;
  readonly properties?: PublishPacket['properties'];
  /** Microseconds before now. */
  readonly agoUs?: number;
}

interface Node {
  readonly id: number;
  readonly level: string;
  readonly path: string;
  readonly depth: number;
  readonly children: Node[];
  messages: number[];
}

interface Sight {
  readonly expanded: Set<number>;
  search: string;
  searchIn: 'name' | 'value' | 'both';
  hideSystem: boolean;
  sort: string;
  descending: boolean;
}

export interface FakeTopicsOptions extends FakeOptions {
  readonly messages: readonly FakeMessage[];
  readonly subscriptions?: readonly SubscriptionRecord[];
  readonly retained?: number;
  /** Instead of the tree: so many rows, each made when asked for. */
  readonly endless?: number;
}

export class FakeTopics {
  readonly service: FakeService;
  readonly messages: FakeMessage[] = [];
  subscriptions: readonly SubscriptionRecord[];
  readonly #roots: Node[] = [];
  readonly #byPath = new Map<string, Node>();
  readonly #sights = new Map<number, Sight>();
  /** Rows of each packet view. */
  readonly #histories = new Map<number, () => readonly number[]>();
  #nextHistory = 10_000;
  readonly #options: FakeTopicsOptions;
  readonly #nowUs = Date.now() * 1000;
  #dirty = true;

  constructor(options: FakeTopicsOptions) {
    this.#options = options;
    this.subscriptions = options.subscriptions ?? [{ topicFilter: 'site/#', qos: 1, reasonCode: 1 }];
    for (const message of options.messages) this.#add(message);
    const service = new FakeService({
      ...options,
      stats: { topics: this.#byPath.size, ...options.stats },
      push: (view) => this.#push(view),
      handlers: { ...this.#handlers(), ...options.handlers },
    });
    this.service = service;
    service.packets = this.messages.length;
  }

  /** A message arrives. */
  publish(message: FakeMessage): void {
    this.#add(message);
    this.service.packets = this.messages.length;
    this.#dirty = true;
    for (const view of this.service.views.values()) view.changed = true;
  }

  changed(): void {
    for (const view of this.service.views.values()) view.changed = true;
  }

  #add(message: FakeMessage): void {
    const seq = this.messages.push(message) - 1;
    let siblings = this.#roots;
    let path = '';
    let node: Node | undefined;
    for (const [depth, level] of message.topic.split('/').entries()) {
      path = depth === 0 ? level : `${path}/${level}`;
      node = this.#byPath.get(path);
      if (node === undefined) {
        node = { id: this.#byPath.size + 1, level, path, depth, children: [], messages: [] };
        this.#byPath.set(path, node);
        siblings.push(node);
      }
      siblings = node.children;
    }
    node?.messages.push(seq);
  }

  #sight(view: number): Sight {
    const known = this.#sights.get(view);
    if (known !== undefined) return known;
    const sight: Sight = {
      expanded: new Set(),
      search: '',
      searchIn: 'both',
      hideSystem: false,
      sort: 'name',
      descending: false,
    };
    this.#sights.set(view, sight);
    return sight;
  }

  #count(node: Node): number {
    return node.messages.length + node.children.reduce((sum, child) => sum + this.#count(child), 0);
  }

  #topicsBelow(node: Node): number {
    return node.children.reduce(
      (sum, child) => sum + (child.messages.length > 0 ? 1 : 0) + this.#topicsBelow(child),
      0,
    );
  }

  #text(seq: number | undefined): string {
    const payload = seq === undefined ? '' : (this.messages[seq]?.payload ?? '');
    return typeof payload === 'string' ? payload : '';
  }

  #matches(node: Node, sight: Sight): boolean {
    if (sight.search === '' || node.messages.length === 0) return false;
    const inName = sight.searchIn !== 'value' && node.path.includes(sight.search);
    return inName || (sight.searchIn !== 'name' && this.#text(node.messages.at(-1)).includes(sight.search));
  }

  #hasMatch(node: Node, sight: Sight): boolean {
    return this.#matches(node, sight) || node.children.some((child) => this.#hasMatch(child, sight));
  }

  #flatten(sight: Sight): TestNode[] {
    const out: TestNode[] = [];
    const order = (a: Node, b: Node): number => {
      const system = Number(a.path.startsWith('$')) - Number(b.path.startsWith('$'));
      if (system !== 0) return system;
      const by = sight.sort === 'messages' ? this.#count(a) - this.#count(b) : a.level < b.level ? -1 : 1;
      return sight.descending ? -by : by;
    };
    const visit = (nodes: readonly Node[]): void => {
      for (const node of [...nodes].sort(order)) {
        if (sight.hideSystem && node.path.startsWith('$')) continue;
        if (sight.search !== '' && !this.#hasMatch(node, sight)) continue;
        const open = sight.search !== '' || sight.expanded.has(node.id);
        out.push(this.#row(node, open && node.children.length > 0, sight));
        if (open) visit(node.children);
      }
    };
    visit(this.#roots);
    return out;
  }

  #row(node: Node, expanded: boolean, sight: Sight): TestNode {
    const seq = node.messages.at(-1);
    const last = seq === undefined ? undefined : this.messages[seq];
    const count = this.#count(node);
    const busy = count > 3;
    return {
      node: node.id,
      depth: node.depth,
      level: node.level,
      path: node.path,
      isTopic: last !== undefined,
      hasChildren: node.children.length > 0,
      expanded,
      matched: this.#matches(node, sight),
      messages: node.messages.length,
      subtreeMessages: count,
      subtreeTopics: this.#topicsBelow(node),
      rate: busy ? count / 7 : 0,
      spark: busy ? Array.from({ length: 16 }, (_, i) => 2 + Math.sin(i * 0.9 + node.id) + (i % 5)) : [],
      lastSeq: seq ?? -1,
      lastTimeUs: last === undefined ? 0 : this.#nowUs - (last.agoUs ?? 1_200_000),
      ...(last === undefined ? {} : { value: last.payload, retained: last.retain ?? false, qos: last.qos ?? 0 }),
    };
  }

  #push(view: FakeView): ViewPush | undefined {
    if (!view.changed && !this.#dirty) return undefined;
    const history = this.#histories.get(view.id);
    if (history !== undefined) return this.#historyPush(view, history());
    if (view.kind === 'topics') return this.#topicPush(view);
    if (view.kind === 'connection') return this.#report(view);
    return undefined;
  }

  #topicPush(view: FakeView): TopicViewPush {
    const { endless } = this.#options;
    const sight = this.#sight(view.id);
    if (endless !== undefined) {
      const count = Math.max(0, Math.min(view.count, endless - view.from));
      const nodes = Array.from({ length: count }, (_, i): TestNode => {
        const level = `topic-${String(view.from + i).padStart(7, '0')}`;
        return {
          node: view.from + i,
          depth: 0,
          level,
          path: level,
          isTopic: true,
          value: `${view.from + i}`,
          lastSeq: 0,
        };
      });
      const rows = rowsOf(nodes, view.from);
      return {
        kind: 'topics',
        view: view.id,
        total: endless,
        topics: endless,
        matched: endless,
        searching: false,
        rows,
      };
    }
    const all = this.#flatten(sight);
    const topics = [...this.#byPath.values()].filter((node) => node.messages.length > 0).length;
    const from = Math.min(view.from, all.length);
    return {
      kind: 'topics',
      view: view.id,
      total: all.length,
      topics,
      matched: sight.search === '' ? topics : all.filter((node) => node.matched).length,
      searching: false,
      rows: rowsOf(all.slice(from, from + view.count), from),
    };
  }

  #historyPush(view: FakeView, seqs: readonly number[]): PacketViewPush {
    const total = seqs.length;
    const first = view.follow ? Math.max(0, total - view.count) : Math.min(view.from, total);
    const rows = this.#packetRows(first, seqs.slice(first, first + view.count));
    return {
      kind: 'packets',
      view: view.id,
      total,
      captured: this.messages.length,
      unscanned: 0,
      moved: 0,
      originUs: 0,
      rows,
    };
  }

  #packetRows(first: number, seqs: readonly number[]): PacketRows {
    const details = seqs.map((seq) => this.#detail(1, seq));
    const none = seqs.map(() => '');
    return {
      first,
      seq: Float64Array.from(seqs),
      timeUs: Float64Array.from(details, (detail) => detail.timeUs),
      previousTimeUs: Number.NaN,
      direction: new Uint8Array(seqs.length).fill(1),
      header: Uint8Array.from(details, (detail) => detail.bytes[0] ?? 0),
      flags: Uint16Array.from(details, (detail) => (detail.retain === true ? 32 : 0)),
      length: Uint32Array.from(details, (detail) => detail.length),
      packetId: new Uint16Array(seqs.length),
      connection: new Uint32Array(seqs.length),
      flow: new Float64Array(seqs.length).fill(-1),
      flowDurationUs: new Float64Array(seqs.length).fill(Number.NaN),
      flowState: new Uint8Array(seqs.length).fill(255),
      flowStart: new Uint8Array(seqs.length),
      topic: details.map((detail) => detail.topic ?? ''),
      detail: seqs.map(() => null),
      initiator: none,
      colour: new Uint8Array(seqs.length),
      marks: [],
    };
  }

  #report(view: FakeView): ConnectionViewPush {
    const report: ConnectionReport = {
      source: view.source,
      state: 'connected',
      attempts: [],
      attemptsDropped: 0,
      session: {
        clientId: 'inspector-7f3a',
        assignedClientId: false,
        protocolVersion: 5,
        cleanStart: true,
        sessionPresent: false,
        sessionExpiryInterval: 0,
        keepAlive: 60,
        keepAliveFromServer: false,
        subscriptions: this.subscriptions,
        inFlightOut: 0,
        inFlightIn: 0,
        queued: 0,
        queueLimit: 1000,
        queueRefused: 0,
        receiveMaximum: 65_535,
        serverReceiveMaximum: 20,
        aliasesOut: [],
        aliasesIn: [],
        server: {},
      },
    };
    return { kind: 'connection', view: view.id, report };
  }

  #detail(source: number, seq: number): PacketDetail {
    const message = this.messages[seq];
    if (message === undefined) throw new InspectorError('no-such-packet', { seq, firstSeq: 0 });
    const payload = typeof message.payload === 'string' ? new TextEncoder().encode(message.payload) : message.payload;
    const qos = message.qos ?? 0;
    const packet: PublishPacket = {
      type: 'publish',
      dup: false,
      qos,
      retain: message.retain ?? false,
      topic: message.topic,
      ...(qos === 0 ? {} : { packetId: 7 }),
      ...(message.properties === undefined ? {} : { properties: message.properties }),
      payload,
    };
    const bytes = encodePacket(packet, 5);
    return {
      source,
      seq,
      timeUs: this.#nowUs - (message.agoUs ?? 1_200_000),
      direction: 'server-to-client',
      connection: 0,
      protocolVersion: 5,
      versionGuessed: false,
      type: 'publish',
      qos,
      retain: packet.retain,
      dup: false,
      topic: message.topic,
      length: bytes.length,
      bytes: bytes.slice(0, 65_536),
      fields: fieldMap(bytes, 5, 'server-to-client'),
      payloadFrom: bytes.length - payload.length,
      payloadTo: bytes.length,
      notes: [],
    };
  }

  #lengthOf(seq: number): number {
    return this.#detail(1, seq).length;
  }

  #handlers(): Partial<Handlers> {
    const touched = (view: number): void => {
      const found = this.service.views.get(view);
      if (found !== undefined) found.changed = true;
    };
    return {
      expandTopic: ({ view, node, expanded, deep }) => {
        const sight = this.#sight(view);
        const found = [...this.#byPath.values()].find((candidate) => candidate.id === node);
        const visit = (at: Node | undefined): void => {
          if (at === undefined) return;
          if (expanded) sight.expanded.add(at.id);
          else sight.expanded.delete(at.id);
          if (deep) for (const child of at.children) visit(child);
        };
        visit(found);
        touched(view);
      },
      setTopicView: ({ view, search, sort, descending, hideSystem }) => {
        const sight = this.#sight(view);
        if (search !== undefined) Object.assign(sight, { search: search.text, searchIn: search.in });
        if (sort !== undefined) sight.sort = sort;
        if (descending !== undefined) sight.descending = descending;
        if (hideSystem !== undefined) sight.hideSystem = hideSystem;
        touched(view);
      },
      revealTopic: ({ view, topic }) => {
        const sight = this.#sight(view);
        const levels = topic.split('/');
        for (let depth = 1; depth < levels.length; depth += 1) {
          const node = this.#byPath.get(levels.slice(0, depth).join('/'));
          if (node !== undefined) sight.expanded.add(node.id);
        }
        touched(view);
        return { row: this.#flatten(sight).findIndex((row) => row.path === topic && row.isTopic) };
      },
      openPacketView: ({ source, filter }) => {
        const topic = /topic:"((?:[^"\\]|\\.)*)"/.exec(filter)?.[1]?.replaceAll(/\\(.)/g, '$1') ?? '';
        const id = this.#nextHistory++;
        this.#histories.set(id, () => this.#byPath.get(topic)?.messages ?? []);
        this.service.views.set(id, {
          id,
          kind: 'flows',
          source,
          filter,
          from: 0,
          count: 0,
          follow: false,
          changed: true,
          matches: [],
          scanned: 0,
        });
        return { view: id };
      },
      revealPacket: ({ view, seq }) => {
        const row = this.#histories.get(view)?.().indexOf(seq) ?? -1;
        return { row: Math.max(0, row), exact: row >= 0 };
      },
      readRows: ({ view, from, count }) =>
        this.#packetRows(from, (this.#histories.get(view)?.() ?? []).slice(from, from + count)),
      readBytes: ({ seq, from, to }) => {
        const message = this.messages[seq];
        const payload =
          typeof message?.payload === 'string' ? new TextEncoder().encode(message.payload) : message?.payload;
        const start = this.#lengthOf(seq) - (payload?.length ?? 0);
        return payload?.slice(from - start, to - start) ?? new Uint8Array(0);
      },
      getPacket: ({ source, seq }) => this.#detail(source, seq),
      countRetained: () => ({ retained: this.#options.retained ?? 0 }),
      clearRetained: () => ({ cleared: this.#options.retained ?? 0 }),
      subscribe: ({ subscriptions }) => {
        this.subscriptions = [
          ...this.subscriptions,
          ...subscriptions.map((asked) => ({
            topicFilter: asked.topicFilter,
            qos: asked.qos,
            reasonCode: asked.qos,
          })),
        ];
        this.changed();
      },
      unsubscribe: ({ topicFilters }) => {
        this.subscriptions = this.subscriptions.filter((known) => !topicFilters.includes(known.topicFilter));
        this.changed();
      },
      chartTopic: ({ topic }) => {
        const seqs = this.#byPath.get(topic)?.messages ?? [];
        return {
          timeUs: Float64Array.from(seqs, (seq) => this.#nowUs - (this.messages[seq]?.agoUs ?? 0)),
          value: Float64Array.from(seqs, (seq, i) => 21 + Math.sin(i / 3) * 2 + (seq % 3) * 0.1),
          total: seqs.length,
        };
      },
    };
  }
}
