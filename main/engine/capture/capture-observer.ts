/** Who listens to a capture while it takes bytes in, and what each is told. */

import type { Malformed } from '../../../shared/mqtt/packet.ts';

/** Answer of a {@link FrameSink} for a packet that is part of no exchange. */
export const NO_FLOW = -1;

/**
 * Told about the packets of one chunk that need attention, in wire order, after their records stand. QoS 0 PUBLISH is never reported, but for the news of its Topic Alias.
 * Must not call back into the capture's `append…` and `closeConnection`: answers are collected and sent when the chunk is over.
 * What is told of a packet in order answers the flow that its row gets a link to, or {@link NO_FLOW}.
 */
export interface FrameSink {
  /** A PUBLISH of QoS 1 or 2. `topic` is `NO_TOPIC` where an alias could not be resolved or the topic table is full. */
  publish(seq: number, firstByte: number, packetId: number, topic: number): number;
  /**
   * A PUBLISH of any QoS whose Topic Alias tells something new in its direction of the connection: it is zero, unknown, or stands for
   * `name` from now on, which is empty where the packet names no topic. Comes before what else is told of the packet. `name` is borrowed.
   */
  topicAlias?(seq: number, alias: number, name: Uint8Array): void;
  /** PUBACK, PUBREC, PUBREL or PUBCOMP by its type number; a short form reports reason code 0. */
  acknowledgement(seq: number, type: number, packetId: number, reasonCode: number): number;
  /** Every other packet, whole. `bytes` is borrowed: valid until this call returns. */
  packet(seq: number, bytes: Uint8Array): number;
  /** A packet whose header breaks a rule; it is reported here instead of above. After a bad Remaining Length nothing more follows from this direction. */
  malformed(seq: number, fault: Malformed): void;
  /** A packet of `size` bytes that the capture's limit refuses; its record has no bytes. Told when its header arrived. */
  refused(seq: number, firstByte: number, size: number): void;
}

/** Told about batches; calls must not change the capture. */
export interface CaptureObserver {
  /** Records `[fromSeq, toSeq)` can be read; all stand in the capture, unless the same chunk already pushed some out. */
  recorded?(fromSeq: number, toSeq: number): void;
  /** Records `[fromSeq, toSeq)` go when this call returns; they can be read for the last time. */
  evicting?(fromSeq: number, toSeq: number): void;
  /** The capture has learned, or changed its mind, which protocol version a connection speaks. */
  versionChanged?(connection: number): void;
}

/**
 * Told about the PUBLISH packets of one batch by reference to the capture's own columns, so that nothing is copied or allocated.
 * Rows whose topic is `NO_TOPIC` are no PUBLISH, or one without a readable topic, and are to be passed over.
 */
export interface TopicActivity {
  /** Rows `[from, to)` have the sequence numbers `firstSeq`…; `firstBytes` has the retain flag in bit 0. */
  noteBatch(
    topics: Uint32Array,
    sizes: Uint32Array,
    firstBytes: Uint8Array,
    from: number,
    to: number,
    firstSeq: number,
    timeUs: number,
  ): void;
}
