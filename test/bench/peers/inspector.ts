/** The product without a page: service, session, capture, topics and flows. Arguments: port, QoS, byte budget. */

import { createTransport } from '../../../main/engine/transport/create.ts';
import { systemClock, systemRandom } from '../../../main/engine/transport/system.ts';
import { RunningService } from '../../../main/service/service.ts';
import { openStorage } from '../../../main/storage/open.ts';

const [, , port, qos, byteBudget] = process.argv;
const storage = await openStorage();
await storage.settings.patch({ byteBudget: Number(byteBudget ?? 1_073_741_824) });
const service = new RunningService({
  storage,
  createTransport,
  clock: systemClock,
  random: systemRandom,
  version: '0',
  host: 'cli',
  platform: process.platform,
  onFault: (where, error) => process.stderr.write(`${where}: ${String(error)}\n`),
});
const source = service.open(
  {
    id: '',
    name: 'bench',
    folder: '',
    colour: '',
    protocol: 'mqtt',
    host: '127.0.0.1',
    port: Number(port),
    srv: false,
    bindAddress: '',
    protocolVersion: 4,
    clientId: 'bench',
    cleanStart: true,
    sessionExpiryInterval: 0,
    keepAlive: 60,
    connectTimeoutMs: 5000,
    reconnect: { enabled: false, minDelayMs: 1000, maxDelayMs: 1000 },
    inflightWindow: 20,
    queueLimit: 1000,
    useTopicAliases: false,
    subscriptions: [{ topicFilter: '#', qos: Number(qos) as 0 | 1 | 2 }],
  },
  {},
);
source.session.connect();
const startedCpu = process.cpuUsage();
process.on('SIGTERM', () => {
  const { user, system } = process.cpuUsage(startedCpu);
  const { capture, flows, topics } = source.recording;
  process.send?.({
    packets: capture.nextSeq,
    kept: capture.recordCount,
    evicted: capture.evicted,
    bytesUsed: capture.bytesUsed,
    columnBytes: capture.columnBytes,
    flows: flows.store.end,
    topics: topics.topics,
    heapBytes: process.memoryUsage().heapUsed,
    cpuMs: (user + system) / 1000,
  });
  process.exit(0);
});
