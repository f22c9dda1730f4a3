/** Composes the service with what a host lends it: storage, sockets, clock, randomness and the built-in broker. */

import type { Port } from '../../../shared/contract/port.ts';
import { createTransport } from '../../engine/transport/create.ts';
import { lookUpHost } from '../../engine/transport/resolve.ts';
import { tapHost } from '../../engine/transport/tap-host.ts';
import { systemClock, systemRandom } from '../../engine/transport/system.ts';
import { createService } from '../../service/service.ts';
import type { DocumentStore } from '../../storage/documents.ts';
import { openStorage } from '../../storage/open.ts';
import type { SystemSecrets } from '../../storage/secrets.ts';
import { createDemoBroker } from '../broker/demo-broker.ts';

/** A running service: one for all pages. */
export interface RunningService {
  /** Keeps small documents of the host itself, e.g. where its window stood. */
  readonly keeper: Pick<DocumentStore, 'read' | 'write'>;
  /** Disposing detaches the page; the sources go on. */
  attach(port: Port): Disposable;
  /** Serves a Python runtime's clients; disposing cuts them off, their sources stay readable. */
  attachScript(port: Port): Disposable;
  close(): Promise<void>;
}

export interface ServiceStart {
  readonly host: 'electron' | 'web';
  readonly version: string;
  /** Data directory. */
  readonly data: string;
  /** The operating system's encryption, where the host has it. */
  readonly system?: SystemSecrets;
}

export type StartService = (start: ServiceStart) => Promise<RunningService>;

/**
 * Starts the service, and with it the demo where the settings ask for it. Rejects only for faults of ours: what is wrong
 * on the disk becomes a notice.
 */
export async function startService({ host, version, data, system }: ServiceStart): Promise<RunningService> {
  const storage = await openStorage(system === undefined ? { directory: data } : { directory: data, system });
  const service = createService({
    host,
    version,
    platform: process.platform,
    storage,
    demoBroker: createDemoBroker(),
    clock: systemClock,
    random: systemRandom,
    createTransport,
    lookUpHost,
    taps: tapHost,
    onFault: reportFault,
  });
  const guard = goOnAfterFaults();
  void service.openStartSources().catch((error: unknown) => reportFault('openStartSources', error));
  return {
    keeper: storage.documents,
    attach: (port) => service.attach(port),
    attachScript: (port) => service.attachScript(port),
    async close() {
      await service.close();
      guard[Symbol.dispose]();
    },
  };
}

/**
 * A fault in one socket's or timer's callback must not cost the captures of all sources: it is reported, and the process
 * goes on. What the callback left half done is at worst one view or one session.
 */
function goOnAfterFaults(): Disposable {
  const fault = (error: unknown): void => reportFault('a callback', error);
  process.on('uncaughtException', fault);
  process.on('unhandledRejection', fault);
  return {
    [Symbol.dispose]() {
      process.off('uncaughtException', fault);
      process.off('unhandledRejection', fault);
    },
  };
}

/** A fault of ours, for a bug report: where, and the stack; never the input, which may hold secrets. */
function reportFault(where: string, error: unknown): void {
  const stack = error instanceof Error ? error.stack : undefined;
  process.stderr.write(`A fault of ours in ${where}: ${stack ?? String(error)}\n`);
}
