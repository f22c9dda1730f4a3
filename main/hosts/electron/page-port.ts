/// <reference types="electron" />
/** Hands each page that asks one end of a message channel, and the service the other. */

import { ipcMain, type IpcMainEvent, MessageChannelMain, type MessagePortMain } from 'electron/main';
import type { Message, Port } from '../../../shared/contract/port.ts';
import { isPageUrl } from './page-address.ts';

/** The only channels between the preload and this process; preload.ts and renderer/platform know them too. */
const PORT_CHANNEL = 'inspector-port';
const SCRIPT_PORT_CHANNEL = 'inspector-script-port';

/** Takes ownership of `channel`. Typed arrays are copied: a transfer would be lost on the way between processes. */
function createMessagePort(channel: MessagePortMain): Port {
  let closed = false;
  let closeListener: (() => void) | undefined;
  const shut = (): void => {
    if (closed) return;
    closed = true;
    closeListener?.();
  };
  channel.on('close', shut);
  return {
    post(message: Message) {
      if (!closed) channel.postMessage(message);
    },
    onMessage(listener) {
      channel.on('message', (event) => {
        if (!closed) listener(event.data);
      });
      // Messages wait in the channel until now.
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

/** Only the main frame of a window that shows our page gets a port; anybody else gets silence. */
function isOurPage({ senderFrame: frame }: IpcMainEvent): boolean {
  return frame !== null && frame.parent === null && isPageUrl(frame.url);
}

/** What takes the other ends of the ports. */
export interface PortTaker {
  attach(port: Port): Disposable;
  attachScript(port: Port): Disposable;
}

/**
 * Answers the preload's requests until disposed. A page asks for its own port once after each load, and for one more with
 * each Python runtime; the ports of the load before close by themselves with their page.
 */
export function handOutPorts(taker: PortTaker): Disposable {
  const ways = [
    handOut(PORT_CHANNEL, (port) => taker.attach(port)),
    handOut(SCRIPT_PORT_CHANNEL, (port) => taker.attachScript(port)),
  ];
  return {
    [Symbol.dispose]() {
      for (const way of ways) way[Symbol.dispose]();
    },
  };
}

function handOut(channel: string, attach: (port: Port) => Disposable): Disposable {
  const answer = (event: IpcMainEvent): void => {
    if (!isOurPage(event)) return;
    const { port1, port2 } = new MessageChannelMain();
    const attached = attach(createMessagePort(port1));
    port1.on('close', () => attached[Symbol.dispose]());
    event.senderFrame?.postMessage(channel, null, [port2]);
  };
  ipcMain.on(channel, answer);
  return { [Symbol.dispose]: () => void ipcMain.off(channel, answer) };
}
