/** Publishes one QoS 1 message a millisecond and times each until its PUBACK. Arguments: who, port, milliseconds. */

import { endWithParent } from '../children.ts';
import { openPublisher, type PublisherName } from '../publishers.ts';

endWithParent();
const [, , who, port, milliseconds] = process.argv;
/**
 * Round trips before those that count, one right after the other: code gets compiled, and what was loaded leaves the young generation. At
 * one a millisecond that would take longer than the measurement.
 */
const WARM_UP = 20_000;

const samplesUs: number[] = [];
let sentAt = 0;
let inFlight = false;
let warmUpLeft = WARM_UP;

const publisher = await openPublisher(who as PublisherName, {
  port: Number(port),
  qos: 1,
  window: 20,
  settled() {
    if (warmUpLeft > 0) {
      warmUpLeft -= 1;
      if (warmUpLeft > 0) publisher.publish();
      else measure();
      return;
    }
    samplesUs.push((performance.now() - sentAt) * 1000);
    inFlight = false;
  },
});
publisher.publish();

function measure(): void {
  const timer = setInterval(() => {
    if (inFlight) return;
    inFlight = true;
    sentAt = performance.now();
    publisher.publish();
  }, 1);
  setTimeout(() => {
    clearInterval(timer);
    process.send?.({ samplesUs }, () => process.exit(0));
  }, Number(milliseconds));
}
