/** A {@link Port} over a message port between two threads of this process. */

import type { MessagePort } from 'node:worker_threads';
import type { Message, Port } from '../../../shared/contract/port.ts';

/** Takes ownership of `channel`. Messages are copied. */
export function threadPort(channel: MessagePort): Port {
  let closeListener: (() => void) | undefined;
  let closed = false;
  channel.on('close', () => {
    closed = true;
    closeListener?.();
  });
  return {
    post: (message: Message) => channel.postMessage(message),
    onMessage: (listener) => void channel.on('message', listener),
    onClose(listener) {
      closeListener = listener;
      if (closed) listener();
    },
    close: () => channel.close(),
  };
}
