/** What taps need of this room, in one piece. */

import { networkInterfaces } from 'node:os';
import type { TapHost } from '../sources/tap-ports.ts';
import { createRelay } from './create.ts';
import { listenForDevices } from './listener.ts';
import { makeAuthority, TapCertificates } from './tap-certificates.ts';

/** Addresses that devices in the same network can dial: IPv4 before IPv6, none that only this machine or one link knows. */
function addressesInNetworks(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  const dialled = all.filter(({ internal, address }) => !internal && !address.startsWith('fe80:'));
  const sorted = dialled.toSorted((a, b) => Number(a.family === 'IPv6') - Number(b.family === 'IPv6'));
  return [...sorted.map(({ address }) => address), '127.0.0.1'];
}

export const tapHost: TapHost = {
  network: { listen: listenForDevices, createRelay },
  makeAuthority,
  certificates: (authority) => new TapCertificates(authority).credentials,
  addresses: addressesInNetworks,
};
