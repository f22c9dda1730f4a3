/** Passes connections on to a port, as the product's tap does, under a rule too, or as a bare pipe. Arguments: who, port. */

import { connect, createServer } from 'node:net';
import { RuleGate } from '../../../main/engine/rules/rule-gate.ts';
import { RuleSet } from '../../../main/engine/rules/rule-set.ts';
import type { GateEnds } from '../../../main/engine/sources/gate-ports.ts';
import { Recording } from '../../../main/engine/sources/recording.ts';
import { TapSource } from '../../../main/engine/sources/tap-source.ts';
import { createRelay } from '../../../main/engine/transport/create.ts';
import { listenForDevices } from '../../../main/engine/transport/listener.ts';
import { systemClock, systemRandom } from '../../../main/engine/transport/system.ts';
import { parseFilter } from '../../../shared/filter/filter-parse.ts';
import { endWithParent } from '../children.ts';

endWithParent();
const [, , who, to] = process.argv;
const host = '127.0.0.1';

/** What records everything, as a tap of the app does with a budget of its default size. */
async function listenAsTap(ruled: boolean): Promise<number> {
  const rules = new RuleSet();
  if (ruled) {
    const { filter } = parseFilter('type:publish topic:no/such/topic');
    const rule = { id: 'a', name: '', enabled: true, filter: '', every: 1, action: { kind: 'drop' } } as const;
    rules.set({ keepAlive: true, rules: [rule] }, [filter]);
  }
  const upstream = { protocol: 'mqtt', host, port: Number(to), connectTimeoutMs: 10_000 } as const;
  const listener = await listenForDevices({ protocol: 'mqtt', host, port: 0 }, (device) => {
    const recording = new Recording({
      byteBudget: 1024 * 1024 * 1024,
      maxPacketBytes: 268_435_460,
      random: systemRandom,
      pieces: 'small',
    });
    const options = { recording, clock: systemClock, device, connectOn: () => createRelay(upstream), makeGate };
    function makeGate(connection: number, ends: GateEnds): RuleGate {
      const largestBytes = 4_194_304;
      const surroundings = {
        rules,
        recording,
        connection,
        source: 0,
        sourceName: () => '',
        clock: systemClock,
        random: systemRandom,
      };
      return new RuleGate({ ...surroundings, largestBytes }, ends);
    }
    const source = new TapSource(options, { changed: () => undefined, ended: () => undefined });
    setInterval(() => source.recording.settle(systemClock.nowUs()), 16).unref();
  });
  if ('code' in listener) throw new Error(listener.errno);
  return listener.port;
}

function listenAsPipe(): Promise<number> {
  const server = createServer({ noDelay: true }, (device) => {
    const onward = connect({ host, port: Number(to), noDelay: true });
    device.pipe(onward);
    onward.pipe(device);
    for (const socket of [device, onward]) socket.on('error', () => undefined);
  });
  return new Promise((resolve) => {
    server.listen(0, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

process.send?.({ port: await (who === 'pipe' ? listenAsPipe() : listenAsTap(who === 'ruled')) });
