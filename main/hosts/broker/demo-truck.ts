/** A demo device that is a real client: it connects with a will, drives, and loses its connection now and then. */

import { connect, type Socket } from 'node:net';
import { generate, type Packet } from 'mqtt-packet';
import { rounded, swing } from './demo-series.ts';

const STATUS_TOPIC = 'demo/truck-7/status';
const POSITION_EVERY_MS = 1_000;

export interface TruckTimes {
  /** How long a connection lasts before it is cut without DISCONNECT, so that the broker sends the will. */
  readonly onlineMs: number;
  readonly offlineMs: number;
}

/** Drives until disposed. Never throws: a broker that went away only means that the truck tries again. */
export function startTruck(port: number, times: TruckTimes): Disposable {
  let socket: Socket | undefined;
  let timers: NodeJS.Timeout[] = [];
  let stopped = false;
  const began = performance.now();

  const send = (packet: Packet): void => {
    if (socket?.writable === true) socket.write(generate(packet));
  };
  const publish = (topic: string, payload: object, retain: boolean): void =>
    send({ cmd: 'publish', topic, payload: JSON.stringify(payload), qos: 0, dup: false, retain });

  const drive = (): void => {
    const seconds = (performance.now() - began) / 1000;
    publish(
      'demo/truck-7/position',
      {
        latitude: rounded(swing(seconds, 48.137, 0.02, 120), 6),
        longitude: rounded(swing(seconds + 30, 11.575, 0.03, 120), 6),
        speed: rounded(Math.abs(swing(seconds, 52, 30, 40)), 1),
      },
      false,
    );
  };

  const start = (): void => {
    if (stopped) return;
    const opened = connect({ port, host: '127.0.0.1' });
    socket = opened;
    opened.once('connect', () => {
      send({
        cmd: 'connect',
        clientId: 'demo-truck-7',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clean: true,
        keepalive: 0,
        will: { topic: STATUS_TOPIC, payload: '{"online":false,"reason":"connection lost"}', qos: 1, retain: true },
      });
      publish(STATUS_TOPIC, { online: true }, true);
      drive();
      timers = [setInterval(drive, POSITION_EVERY_MS), setTimeout(() => opened.destroy(), times.onlineMs)];
    });
    opened.on('error', () => undefined);
    opened.resume();
    opened.once('close', () => {
      for (const timer of timers) clearTimeout(timer);
      timers = stopped ? [] : [setTimeout(start, times.offlineMs)];
    });
  };
  start();

  return {
    [Symbol.dispose]() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      socket?.destroy();
    },
  };
}
