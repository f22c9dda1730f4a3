/// <reference types="electron" />
/** The sandboxed preload: hands the page its message ports when it asks, and nothing else. */

import { contextBridge, ipcRenderer } from 'electron/renderer';

/** Known to page-port.ts and renderer/platform too. */
const PORT_CHANNEL = 'inspector-port';
const SCRIPT_PORT_CHANNEL = 'inspector-script-port';

for (const channel of [PORT_CHANNEL, SCRIPT_PORT_CHANNEL])
  ipcRenderer.on(channel, (event) => {
    // A MessagePort cannot cross the bridge; a window message can carry it, to our own origin alone.
    window.postMessage(channel, location.origin, event.ports);
  });

contextBridge.exposeInMainWorld('inspectorHost', {
  requestPort: () => ipcRenderer.send(PORT_CHANNEL),
  requestScriptPort: () => ipcRenderer.send(SCRIPT_PORT_CHANNEL),
});
