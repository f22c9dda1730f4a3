/** The port over the MessagePort that Electron's preload hands to the page. */

import type { Message, Port } from '../../shared/contract/port.ts';

/** Takes over `channel`, which must not have been started. */
export function messagePort(channel: MessagePort): Port {
  let closed = false;
  let closeListener: (() => void) | undefined;
  const shut = () => {
    if (closed) return;
    closed = true;
    closeListener?.();
  };
  channel.addEventListener('close', shut);
  return {
    post(message: Message) {
      if (!closed) channel.postMessage(message);
    },
    onMessage(listener) {
      channel.addEventListener('message', (event: MessageEvent<unknown>) => listener(event.data));
      channel.start();
    },
    onClose(listener) {
      closeListener = listener;
      if (closed) listener();
    },
    close() {
      channel.close();
      shut();
    },
  };
}
