/** Publishes as fast as it may, until killed. Arguments: who, port, QoS, window. */

import { endWithParent } from '../children.ts';
import { openPublisher, type PublisherName } from '../publishers.ts';

endWithParent();
const [, , who, port, qosText, windowText] = process.argv;
const qos = qosText === '1' ? 1 : 0;
const window = Number(windowText);
/** At QoS 0 so many are published in one turn of the event loop, as an application in a hurry does. */
const PER_TURN = 2000;

let outstanding = 0;
let refilling = false;

const publisher = await openPublisher(who as PublisherName, {
  port: Number(port),
  qos,
  window,
  settled() {
    outstanding -= 1;
    if (qos === 0 || refilling) return;
    refilling = true;
    queueMicrotask(refill);
  },
});

function refill(): void {
  refilling = false;
  while (outstanding < window) {
    outstanding += 1;
    publisher.publish();
  }
}

function pour(): void {
  for (let count = 0; count < PER_TURN && publisher.hasRoom(); count += 1) publisher.publish();
  setImmediate(pour);
}

if (qos === 0) pour();
else refill();
