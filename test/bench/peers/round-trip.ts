/** Publishes one QoS 1 message a millisecond and times each until its PUBACK. Arguments: who, port, milliseconds. */

import { endWithParent } from '../children.ts';
import { openPublisher, type PublisherName } from '../publishers.ts';

endWithParent();
const [, , who, port, milliseconds] = process.argv;
/** Round trips before those that count: code gets compiled. */
const WARM_UP = 300;

const samplesUs: number[] = [];
let sentAt = 0;
let inFlight = false;

const publisher = await openPublisher(who as PublisherName, {
  port: Number(port),
  qos: 1,
  window: 20,
  settled() {
    samplesUs.push((performance.now() - sentAt) * 1000);
    inFlight = false;
  },
});

const timer = setInterval(() => {
  if (inFlight) return;
  inFlight = true;
  sentAt = performance.now();
  publisher.publish();
}, 1);
setTimeout(() => {
  clearInterval(timer);
  process.send?.({ samplesUs: samplesUs.slice(WARM_UP) }, () => process.exit(0));
}, Number(milliseconds));
