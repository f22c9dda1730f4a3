/** The built-in broker with its demo devices, as the service asks for it. */

import type { SubscriptionRequest } from '../../../shared/contract/profiles.ts';
import type { DemoBroker } from '../../storage/demo-broker.ts';
import { type Broker, type BrokerOptions, startBroker } from './broker.ts';
import { DEMO_DEVICES, type DemoDevice } from './demo-devices.ts';
import { startTruck, type TruckTimes } from './demo-truck.ts';

/** Not 1883: a broker that the user starts later shall find its port free. */
const DEFAULT_BROKER_PORT = 18_830;

const TRUCK_TIMES: TruckTimes = { onlineMs: 20_000, offlineMs: 5_000 };

/** QoS 2, so that each message comes with the QoS it was published with. */
const SUBSCRIPTIONS: readonly SubscriptionRequest[] = [{ topicFilter: 'demo/#', qos: 2 }];

/** Publishes for all devices until disposed; each device's first turn is at once. */
export function startDemoDevices(broker: Broker, truckTimes: TruckTimes = TRUCK_TIMES): Disposable {
  const began = performance.now();
  const timers = DEMO_DEVICES.map((device) => startDevice(broker, device, began));
  const truck = startTruck(broker.port, truckTimes);
  return {
    [Symbol.dispose]() {
      for (const timer of timers) clearInterval(timer);
      truck[Symbol.dispose]();
    },
  };
}

function startDevice(broker: Broker, device: DemoDevice, began: number): NodeJS.Timeout {
  let turn = 0;
  const take = (): void => {
    for (const publication of device.publish(turn, (performance.now() - began) / 1000)) broker.publish(publication);
    turn += 1;
  };
  take();
  return setInterval(take, device.everyMs);
}

export interface DemoBrokerOptions extends Partial<BrokerOptions> {
  readonly truckTimes?: TruckTimes;
}

export function createDemoBroker(options: DemoBrokerOptions = {}): DemoBroker {
  let running: Promise<{ readonly broker: Broker; readonly devices: Disposable }> | undefined;
  const start = async () => {
    const broker = await startBroker({ ...options, port: options.port ?? DEFAULT_BROKER_PORT });
    return { broker, devices: startDemoDevices(broker, options.truckTimes) };
  };
  return {
    async start() {
      running ??= start();
      try {
        const { broker } = await running;
        return { port: broker.port, suggestedSubscriptions: SUBSCRIPTIONS };
      } catch (error) {
        running = undefined;
        throw error;
      }
    },
    async stop() {
      const ending = running;
      running = undefined;
      const started = await ending?.catch(() => undefined);
      started?.devices[Symbol.dispose]();
      await started?.broker.close();
    },
  };
}
