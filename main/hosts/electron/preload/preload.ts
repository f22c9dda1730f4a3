/// <reference types="electron" />
/** The sandboxed preload: hands the page its message port when it asks, and nothing else. */

import { contextBridge, ipcRenderer } from 'electron/renderer';

/** Known to page-port.ts and renderer/platform too. */
const PORT_CHANNEL = 'inspector-port';

ipcRenderer.on(PORT_CHANNEL, (event) => {
  // A MessagePort cannot cross the bridge; a window message can carry it, to our own origin alone.
  window.postMessage(PORT_CHANNEL, location.origin, event.ports);
});

contextBridge.exposeInMainWorld('inspectorHost', {
  requestPort: () => ipcRenderer.send(PORT_CHANNEL),
});
