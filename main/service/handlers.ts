/** The contract's procedures, each answered from the service's parts; what they do is in those parts. */

import { InspectorError } from '../../shared/contract/errors.ts';
import { SECRET_NAMES, type SecretChanges, type Secrets } from '../../shared/contract/profiles.ts';
import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { Handlers } from '../../shared/contract/rpc.ts';
import { withoutCredentials } from '../storage/credential-headers.ts';
import { newClientId } from '../storage/identifiers.ts';
import { chartTopic } from './chart.ts';
import { ConnectionView } from './connection-view.ts';
import { decodeBytes } from './decode-bytes.ts';
import { flowDetail } from './flow-detail.ts';
import { FlowListView } from './flow-list-view.ts';
import type { LiveSession } from './live-session.ts';
import { packetCopy } from './packet-copy.ts';
import { PacketExport } from './packet-export.ts';
import { packetDetail, readBytes, requireRow } from './packet-detail.ts';
import { PacketListView } from './packet-list-view.ts';
import type { Page } from './page.ts';
import { resend } from './resend.ts';
import { requireColourRules } from './rule-filters.ts';
import type { RunningService } from './service.ts';
import { sessionFailure } from './session-failure.ts';
import { endpointOf, requireTopicFilter, subscriptionRequests, transportOptions } from './session-options.ts';
import { clearRetained, completeTopic, countRetained } from './topics.ts';
import { TopicTreeView } from './topic-tree-view.ts';

type Group<Names extends keyof Handlers> = Pick<Handlers, Names>;

/** All of them for one page. */
export function makeHandlers(service: RunningService, page: Page): Handlers {
  return {
    ...hostHandlers(service),
    ...profileHandlers(service),
    ...sourceHandlers(service),
    ...tapHandlers(service),
    ...shapingHandlers(service),
    ...ruleHandlers(service),
    ...fileHandlers(service, page),
    ...sessionHandlers(service),
    ...replayHandlers(service),
    ...comparisonHandlers(service),
    ...viewHandlers(service, page),
    ...readHandlers(service, page),
  };
}

function hostHandlers(
  service: RunningService,
): Group<'hello' | 'getSettings' | 'setSettings' | 'dismissNotice' | 'readDocument' | 'writeDocument'> {
  const { storage, version, host, platform } = service.options;
  return {
    hello: () => {
      const sources = service.summaries;
      const current = sources[0]?.id;
      return {
        version,
        host,
        platform,
        settings: storage.settings.get(),
        sources,
        ...(current === undefined ? {} : { current }),
        notices: service.notices.all,
        repeats: service.repeats.all,
        replays: service.replays.all,
        comparisons: service.comparisons.all,
        taps: service.taps.all,
        shaping: service.shaping.record,
        rules: service.rules.record,
      };
    },
    getSettings: () => storage.settings.get(),
    setSettings: async (patch) => {
      requireColourRules(patch.colourRules ?? []);
      const settings = await storage.settings.patch(patch);
      service.broadcast({ settings });
      return settings;
    },
    dismissNotice: ({ id }) => service.notices.dismiss(id),
    readDocument: ({ name }) => storage.documents.read(name),
    writeDocument: ({ name, text }) => storage.documents.write(name, text),
  };
}

function profileHandlers(
  service: RunningService,
): Group<
  | 'listProfiles'
  | 'saveProfile'
  | 'deleteProfile'
  | 'duplicateProfile'
  | 'exportProfiles'
  | 'importProfiles'
  | 'setSecretStorage'
  | 'unlockVault'
> {
  const { storage } = service.options;
  const { profiles, secrets } = storage;
  const list = () => ({ profiles: profiles.list(), secrets: secrets.status() });
  /** Every page sees a change that one of them made. */
  const told = <T>(result: T): T => {
    service.broadcast({ profiles: list() });
    return result;
  };
  return {
    listProfiles: async () => {
      await storage.refresh();
      return list();
    },
    saveProfile: async ({ profile, secrets: changes }) => told(await profiles.save(profile, changes)),
    deleteProfile: async ({ id }) => told(await profiles.delete(id)),
    duplicateProfile: async ({ id }) => told(await profiles.duplicate(id)),
    exportProfiles: ({ ids }) => profiles.exportText(ids),
    importProfiles: async ({ text }) => told(await profiles.importText(text)),
    setSecretStorage: async ({ storage: kind, passphrase }) => told(await secrets.setStorage(kind, passphrase)),
    unlockVault: async ({ passphrase }) => told(await secrets.unlock(passphrase)),
  };
}

/** Secrets that a page typed for one session. */
function typedSecrets(changes: SecretChanges): Secrets {
  return Object.fromEntries(
    SECRET_NAMES.flatMap((name) => (typeof changes[name] === 'string' ? [[name, changes[name]]] : [])),
  );
}

function sourceHandlers(
  service: RunningService,
): Group<
  | 'openSession'
  | 'openSavedSession'
  | 'reopenSession'
  | 'sessionProfile'
  | 'openDemo'
  | 'connect'
  | 'disconnect'
  | 'closeSource'
  | 'renameSource'
  | 'moveSource'
  | 'setRecording'
  | 'clearCapture'
> {
  const { profiles, secrets } = service.options.storage;
  const begin = (source: LiveSession, connect: boolean) => {
    if (connect) source.session.connect();
    return source.summary();
  };
  return {
    openSession: async ({ profile, secrets: typed, connect }) => {
      const stored = profile.id === '' ? {} : await secrets.read(profile.id);
      return begin(service.open(profile, { ...stored, ...typedSecrets(typed) }), connect);
    },
    openSavedSession: async ({ profileId, connect }) => {
      const profile = profiles.get(profileId);
      return begin(service.open(profile, await secrets.read(profileId)), connect);
    },
    reopenSession: ({ source }) => {
      const { profile, secrets: known } = service.session(source);
      return begin(service.open({ ...profile, clientId: newClientId() }, known), true);
    },
    sessionProfile: ({ source }) => {
      const { profile, secrets: known } = service.session(source);
      return {
        profile: withoutCredentials(profile),
        secrets: SECRET_NAMES.filter((name) => known[name] !== undefined),
      };
    },
    openDemo: async () => (await service.openDemo()).summary(),
    connect: ({ source }) => {
      const live = service.session(source);
      const outcome = live.session.connect();
      if (outcome.outcome === 'refused') throw sessionFailure(live, outcome);
    },
    disconnect: ({ source, reasonCode, sessionExpiryInterval, abort }) => {
      const live = service.session(source);
      if (abort) {
        live.session.abort();
        return;
      }
      const outcome = live.session.disconnect({
        ...(reasonCode === 0 ? {} : { reasonCode }),
        ...(sessionExpiryInterval === undefined ? {} : { sessionExpiryInterval }),
      });
      if (outcome.outcome === 'refused') throw sessionFailure(live, outcome);
    },
    closeSource: ({ source }) => service.closeSource(source),
    renameSource: ({ source, name }) => service.source(source).rename(name),
    moveSource: ({ source, to }) => service.moveSource(source, to),
    setRecording: ({ source, recording }) => service.source(source).setRecording(recording),
    clearCapture: ({ source }) => service.source(source).clear(),
  };
}

/** Both throw `no-such-source`. */
function shapingHandlers(service: RunningService): Group<'setShaping' | 'cutLinks'> {
  const known = (source: SourceId | undefined): SourceId | undefined =>
    source === undefined ? undefined : service.source(source).id;
  return {
    setShaping: ({ source, conditions }) => service.shaping.set(known(source), conditions),
    cutLinks: ({ source }) => service.shaping.cut(known(source)),
  };
}

function ruleHandlers({
  rules,
}: RunningService): Group<'setRules' | 'resetRuleCounts' | 'readHeld' | 'resolveHeld' | 'resolveAllHeld'> {
  return {
    setRules: (book) => rules.set(book),
    resetRuleCounts: () => rules.resetCounts(),
    readHeld: ({ held }) => rules.bytesOf(held),
    resolveHeld: ({ held, verdict }) => rules.resolve(held, verdict),
    resolveAllHeld: ({ verdict }) => rules.resolveAll(verdict),
  };
}

function tapHandlers(service: RunningService): Group<'startTap' | 'stopTap' | 'listTaps' | 'tapAuthority'> {
  const { secrets } = service.options.storage;
  return {
    startTap: async ({ listen, upstream: { profile, secrets: typed } }) => {
      const stored = profile.id === '' ? {} : await secrets.read(profile.id);
      const upstream = transportOptions(profile, { ...stored, ...typedSecrets(typed) });
      return service.taps.start(listen, upstream, endpointOf(profile));
    },
    stopTap: ({ tap }) => service.taps.stop(tap),
    listTaps: () => service.taps.all,
    tapAuthority: async () => ({ certificate: await service.taps.authorityCertificate() }),
  };
}

function fileHandlers(
  service: RunningService,
  page: Page,
): Group<'openFile' | 'pushFile' | 'endFile' | 'startExport' | 'readExport' | 'endExport' | 'setComment'> {
  const { clock, version } = service.options;
  return {
    openFile: ({ name, size }) => {
      const file = service.openFile(name, size);
      page.reads(file.reading);
      return file.summary();
    },
    pushFile: ({ source, bytes }) => ({ goesOn: service.file(source).reading.push(bytes) }),
    setComment: ({ source, seq, text }) => {
      const live = service.source(source);
      requireRow(live, seq);
      live.comment(seq, text);
    },
    startExport: ({ format, source, filter, ranges, credentials, view }) => {
      const sources = format === 'session' ? service.sources : [service.source(source ?? -1)];
      const choice = format === 'session' ? { filter: '' } : { filter, ranges };
      const application = `MQTT Inspector ${version}`;
      const writing = new PacketExport({ format, sources, choice, credentials, view, application, clock });
      return { export: page.writes(writing) };
    },
    readExport: ({ export: number }) => page.writing(number).read(),
    endExport: ({ export: number }) => page.endWriting(number),
    endFile: ({ source, cancelled }) => service.file(source).reading.end(cancelled ? 'cancelled' : 'whole'),
  };
}

function sessionHandlers(
  service: RunningService,
): Group<
  | 'publish'
  | 'resend'
  | 'startRepeat'
  | 'stopRepeat'
  | 'sendRaw'
  | 'subscribe'
  | 'unsubscribe'
  | 'ping'
  | 'authenticate'
  | 'clearRetained'
  | 'countRetained'
> {
  return {
    publish: (request) => service.publish(request),
    resend: ({ source, seq, to }) => resend(service, source, seq, to),
    startRepeat: (request) => service.repeats.start(request),
    stopRepeat: ({ repeat }) => service.repeats.stop(repeat),
    sendRaw: ({ source, bytes }) => {
      const live = service.session(source);
      if (live.session.sendRaw(bytes)) return;
      throw new InspectorError('wrong-state', { source, state: live.session.state, needs: 'connected' });
    },
    subscribe: ({ source, subscriptions }) => {
      const live = service.session(source);
      const outcome = live.session.subscribe(subscriptionRequests(subscriptions, live.session.protocolVersion));
      if (outcome.outcome === 'refused') throw sessionFailure(live, outcome);
    },
    unsubscribe: ({ source, topicFilters }) => {
      const live = service.session(source);
      for (const filter of topicFilters) requireTopicFilter(filter);
      const outcome = live.session.unsubscribe(topicFilters);
      if (outcome.outcome === 'refused') throw sessionFailure(live, outcome);
    },
    ping: ({ source }) => {
      const live = service.session(source);
      const outcome = live.session.ping();
      if (outcome.outcome === 'refused') throw sessionFailure(live, outcome);
    },
    authenticate: ({ source, reasonCode, data }) => {
      const live = service.session(source);
      const outcome = live.session.authenticate(reasonCode, data);
      if (outcome.outcome === 'refused') throw sessionFailure(live, outcome);
    },
    clearRetained: ({ source, topic, subtree }) => ({
      cleared: clearRetained(service.session(source), topic, subtree),
    }),
    countRetained: ({ source, topic, subtree }) => ({
      retained: countRetained(service.source(source), topic, subtree),
    }),
  };
}

function replayHandlers({
  replays,
}: RunningService): Group<'startReplay' | 'previewReplay' | 'pauseReplay' | 'resumeReplay' | 'stopReplay'> {
  return {
    startReplay: (request) => replays.start(request),
    previewReplay: (request) => replays.preview(request),
    pauseReplay: ({ replay }) => replays.pause(replay),
    resumeReplay: ({ replay }) => replays.resume(replay),
    stopReplay: ({ replay }) => replays.stop(replay),
  };
}

function comparisonHandlers({
  comparisons,
}: RunningService): Group<
  'startComparison' | 'closeComparison' | 'readComparison' | 'nextDifference' | 'comparedFields'
> {
  return {
    startComparison: (request) => comparisons.start(request),
    closeComparison: ({ comparison }) => comparisons.close(comparison),
    readComparison: ({ comparison, from, count, only }) => comparisons.done(comparison).rows(from, count, only),
    nextDifference: ({ comparison, row, back }) => ({ row: comparisons.done(comparison).next(row, back ? -1 : 1) }),
    comparedFields: ({ comparison, row }) => comparisons.done(comparison).fields(row),
  };
}

function viewHandlers(
  service: RunningService,
  page: Page,
): Group<
  | 'openPacketView'
  | 'openTopicView'
  | 'openFlowView'
  | 'openConnectionView'
  | 'closeView'
  | 'setWindow'
  | 'setFilter'
  | 'setTopicView'
  | 'expandTopic'
  | 'revealTopic'
  | 'revealPacket'
  | 'revealFlow'
> {
  const { clock } = service.options;
  const stalledAfterUs = (): number => service.stalledAfterUs;
  return {
    openPacketView: ({ source, filter }) => {
      const live = service.source(source);
      const colours = service.coloursOf(live);
      return page.open((view) => new PacketListView({ view, live, filter, clock, stalledAfterUs, colours }));
    },
    openTopicView: ({ source }) => {
      const live = service.source(source);
      return page.open((view) => new TopicTreeView(view, live));
    },
    openFlowView: ({ source, filter }) => {
      const live = service.source(source);
      return page.open((view) => new FlowListView({ view, live, filter, stalledAfterUs }));
    },
    openConnectionView: ({ source }) => {
      const live = service.source(source);
      return page.open((view) => new ConnectionView(view, live));
    },
    closeView: ({ view }) => page.closeView(view),
    setWindow: ({ view, from, count, follow }) => page.anyView(view).setWindow({ from, count, follow }),
    setFilter: ({ view, filter }) => {
      const found = page.anyView(view);
      if (found instanceof FlowListView || found instanceof PacketListView) found.setFilter(filter);
      else throw new InspectorError('no-such-view', { view });
    },
    setTopicView: ({ view, ...changes }) => page.view(view, TopicTreeView).set(changes),
    expandTopic: ({ view, ...request }) => page.view(view, TopicTreeView).expand(request),
    revealTopic: ({ view, topic }) => ({ row: page.view(view, TopicTreeView).reveal(topic, clock.nowUs()) }),
    revealPacket: ({ view, seq }) => page.view(view, PacketListView).reveal(seq),
    revealFlow: ({ view, flow }) => page.view(view, FlowListView).reveal(flow),
  };
}

function readHandlers(
  service: RunningService,
  page: Page,
): Group<
  'readRows' | 'getPacket' | 'copyPacket' | 'readBytes' | 'decodeBytes' | 'getFlow' | 'completeTopic' | 'chartTopic'
> {
  const { clock } = service.options;
  return {
    readRows: ({ view, from, count }) => page.view(view, PacketListView).read(from, count, clock.nowUs()),
    getPacket: ({ source, seq }) => {
      const live = service.source(source);
      return packetDetail(live, seq, service.coloursOf(live));
    },
    copyPacket: ({ source, seq, form, credentials }) => ({
      text: packetCopy(service.source(source), seq, form, credentials),
    }),
    readBytes: ({ source, seq, from, to }) => readBytes(service.source(source), seq, from, to),
    decodeBytes: ({ bytes, protocolVersion }) => decodeBytes(bytes, protocolVersion),
    getFlow: ({ source, flow }) => {
      return flowDetail(service.source(source), flow, clock.nowUs(), service.stalledAfterUs);
    },
    completeTopic: ({ source, text, limit }) => completeTopic(service.source(source), text, limit),
    chartTopic: ({ source, topic, path, points }) => chartTopic(service.source(source), topic, path, points),
  };
}
