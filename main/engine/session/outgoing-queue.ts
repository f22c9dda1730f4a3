/** Messages of ours that wait, in order: a ring that grows, with a bound on count and bytes kept by its owner. */

import type { OutgoingMessage } from './output.ts';

/** Cancelled entries stay in the ring as holes until they reach its head. */
export class MessageQueue {
  #messages: (OutgoingMessage | undefined)[] = new Array<OutgoingMessage | undefined>(64).fill(undefined);
  #tickets = new Float64Array(64);
  #queuedAtMs = new Float64Array(64);
  #head = 0;
  /** Entries with holes. */
  #span = 0;
  #count = 0;
  #bytes = 0;

  get count(): number {
    return this.#count;
  }

  /** Sum of {@link weightOf}. */
  get bytes(): number {
    return this.#bytes;
  }

  push(message: OutgoingMessage, ticket: number, nowMs: number): void {
    if (this.#span === this.#tickets.length) this.#grow();
    const at = (this.#head + this.#span) & (this.#tickets.length - 1);
    this.#messages[at] = message;
    this.#tickets[at] = ticket;
    this.#queuedAtMs[at] = nowMs;
    this.#span += 1;
    this.#count += 1;
    this.#bytes += weightOf(message);
  }

  /** Ticket at the head; `Infinity` where the queue is empty. */
  get headTicket(): number {
    return this.#count === 0 ? Number.POSITIVE_INFINITY : (this.#tickets[this.#head] ?? 0);
  }

  get headQueuedAtMs(): number {
    return this.#queuedAtMs[this.#head] ?? 0;
  }

  head(): OutgoingMessage | undefined {
    return this.#count === 0 ? undefined : this.#messages[this.#head];
  }

  /** Takes the head off. */
  shift(): OutgoingMessage | undefined {
    const message = this.head();
    if (message === undefined) return undefined;
    this.#messages[this.#head] = undefined;
    this.#count -= 1;
    this.#bytes -= weightOf(message);
    this.#trim();
    return message;
  }

  /** Takes `ticket` out wherever it waits; false where it does not. */
  remove(ticket: number): boolean {
    const mask = this.#tickets.length - 1;
    for (let offset = 0; offset < this.#span; offset += 1) {
      const at = (this.#head + offset) & mask;
      const message = this.#messages[at];
      if (message === undefined || this.#tickets[at] !== ticket) continue;
      this.#messages[at] = undefined;
      this.#count -= 1;
      this.#bytes -= weightOf(message);
      this.#trim();
      return true;
    }
    return false;
  }

  /** Empties the queue; the entries in order. */
  drain(): { message: OutgoingMessage; ticket: number; queuedAtMs: number }[] {
    const entries = [];
    while (this.#count > 0) {
      const ticket = this.headTicket;
      const queuedAtMs = this.headQueuedAtMs;
      const message = this.shift();
      if (message !== undefined) entries.push({ message, ticket, queuedAtMs });
    }
    return entries;
  }

  /** Keeps the head on an entry that is no hole. */
  #trim(): void {
    const mask = this.#tickets.length - 1;
    while (this.#span > 0 && this.#messages[this.#head] === undefined) {
      this.#head = (this.#head + 1) & mask;
      this.#span -= 1;
    }
  }

  #grow(): void {
    const from = this.#tickets.length;
    const messages = new Array<OutgoingMessage | undefined>(from * 2).fill(undefined);
    const tickets = new Float64Array(from * 2);
    const queuedAtMs = new Float64Array(from * 2);
    let span = 0;
    for (let offset = 0; offset < this.#span; offset += 1) {
      const at = (this.#head + offset) & (from - 1);
      if (this.#messages[at] === undefined) continue;
      messages[span] = this.#messages[at];
      tickets[span] = this.#tickets[at] ?? 0;
      queuedAtMs[span] = this.#queuedAtMs[at] ?? 0;
      span += 1;
    }
    this.#messages = messages;
    this.#tickets = tickets;
    this.#queuedAtMs = queuedAtMs;
    this.#head = 0;
    this.#span = span;
  }
}

/** What a waiting message counts against the queue's byte bound. */
export function weightOf(message: OutgoingMessage): number {
  return message.payload.length + message.topic.length;
}
