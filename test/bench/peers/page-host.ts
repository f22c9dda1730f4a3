/** The web host with its service in a process of its own, as `serve` runs it; says what its event loop suffers. Arguments: data, page. */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startWebHost } from '../../../main/hosts/web/server.ts';
import { endWithParent } from '../children.ts';
import { loopbackProfile, openService } from '../product.ts';

/** What a parent may ask, one at a time. */
export type HostRequest =
  | { readonly ask: 'open'; readonly port: number; readonly qos: 0 | 1 }
  | { readonly ask: 'start' }
  | { readonly ask: 'stop' };

export interface HostReport {
  /** Messages a second that arrived since `start`. */
  readonly perSecond: number;
  readonly topics: number;
  /** Delay of the event loop beyond the sampling interval, milliseconds. */
  readonly delayP50Ms: number;
  readonly delayP99Ms: number;
  readonly longestDelayMs: number;
  /** Part of one core that service and host used. */
  readonly cores: number;
}

endWithParent();
const [, , data, root] = process.argv;
const BYTE_BUDGET = 2 ** 30;
const RESOLUTION_MS = 1;

const service = await openService(BYTE_BUDGET, data);
const host = await startWebHost({
  attach: (port) => service.attach(port),
  attachScript: (port) => service.attachScript(port),
  root: root ?? '',
});
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
const messages = (): number =>
  service.sources.reduce((sum, { recording }) => sum + (recording.capture.totals.messages[1] ?? 0), 0);
const beyond = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
let startedAt = 0;
let startedMessages = 0;
let startedCpu = process.cpuUsage();

process.on('message', (request: HostRequest) => {
  switch (request.ask) {
    case 'open': {
      for (const source of service.sources) service.closeSource(source.id);
      service.open(loopbackProfile(request.port, request.qos), {}).session.connect();
      process.send?.({ opened: true });
      break;
    }
    case 'start':
      startedAt = performance.now();
      startedMessages = messages();
      startedCpu = process.cpuUsage();
      delays.reset();
      delays.enable();
      process.send?.({ measuring: true });
      break;
    case 'stop': {
      delays.disable();
      const seconds = (performance.now() - startedAt) / 1000;
      const { user, system } = process.cpuUsage(startedCpu);
      const report: HostReport = {
        perSecond: (messages() - startedMessages) / seconds,
        topics: service.sources.at(-1)?.recording.topics.topics ?? 0,
        delayP50Ms: beyond(delays.percentile(50)),
        delayP99Ms: beyond(delays.percentile(99)),
        longestDelayMs: beyond(delays.max),
        cores: (user + system) / 1e6 / seconds,
      };
      process.send?.({ stopped: report });
      break;
    }
  }
});
process.send?.({ url: host.url });
