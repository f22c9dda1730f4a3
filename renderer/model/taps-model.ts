/** The form of a new tap, and what can be done with those that listen. */

import type { ProcedureInput } from '../../shared/contract/procedures.ts';
import type { Profile, ProfileInput } from '../../shared/contract/profiles.ts';
import type { TapRecord } from '../../shared/contract/source-records.ts';
import type { AppModel } from './app-model.ts';
import { parseBrokerAddress, PROTOCOLS, type Protocol } from './profiles-url.ts';
import { createStore, derive, type Readable } from './store.ts';

/** Beside the ports of brokers, which may run on the same machine. */
export const TAP_PORTS = { mqtt: 1884, mqtts: 8885, ws: 8082, wss: 8445 } as const satisfies Record<Protocol, number>;

/** Where devices can come from. */
export type TapReach = 'machine' | 'network';

/** Everything as typed. */
export interface TapForm {
  /** A saved connection's id; empty for {@link address}. */
  readonly profileId: string;
  readonly address: string;
  readonly protocol: Protocol;
  readonly port: string;
  /** The user chose the port: it no longer follows the protocol. */
  readonly portEdited: boolean;
  readonly reach: TapReach;
  readonly ownCertificate: boolean;
  readonly cert: string;
  readonly key: string;
}

export type TapFault = 'address' | 'port' | 'cert' | 'key';

const FIRST: TapForm = {
  profileId: '',
  address: '',
  protocol: 'mqtt',
  port: String(TAP_PORTS.mqtt),
  portEdited: false,
  reach: 'machine',
  ownCertificate: false,
  cert: '',
  key: '',
};

const NO_FAULTS: ReadonlySet<TapFault> = new Set();

export { PROTOCOLS };

/** Whether devices speak TLS to it. */
export function isSecureTap(protocol: Protocol): boolean {
  return protocol === 'mqtts' || protocol === 'wss';
}

export class TapsModel {
  readonly #app: AppModel;
  readonly #form = createStore<TapForm>(FIRST);
  readonly #tried = createStore(false);
  readonly #busy = createStore(false);
  /** What is wrong with the form; empty until the button was pressed in vain. */
  readonly faults: Readable<ReadonlySet<TapFault>>;

  constructor(app: AppModel) {
    this.#app = app;
    this.faults = derive([this.#form, this.#tried], () => (this.#tried.get() ? faultsOf(this.#form.get()) : NO_FAULTS));
  }

  get form(): Readable<TapForm> {
    return this.#form;
  }

  /** A tap is being started. */
  get busy(): Readable<boolean> {
    return this.#busy;
  }

  change(patch: Partial<TapForm>): void {
    this.#form.update((form) => {
      const next = { ...form, ...patch };
      return next.portEdited || patch.port !== undefined ? next : { ...next, port: String(TAP_PORTS[next.protocol]) };
    });
  }

  /** Does nothing where the form has faults; a failure is told in the shell's bar. */
  async start(): Promise<void> {
    const form = this.#form.get();
    this.#tried.set(true);
    const upstream = this.#upstream(form);
    if (this.faults.get().size > 0 || upstream === undefined || this.#busy.get()) return;
    this.#busy.set(true);
    const { inspector, actions } = this.#app;
    const listen = listenOf(form);
    const started = await actions.run(() => inspector.call('startTap', { listen, upstream: { profile: upstream } }));
    this.#busy.set(false);
    if (started !== undefined) this.#tried.set(false);
  }

  stop({ id }: TapRecord): void {
    const { inspector, actions } = this.#app;
    void actions.run(() => inspector.call('stopTap', { tap: id }));
  }

  /** PEM of the authority that devices must trust; undefined where that failed. */
  async authority(): Promise<string | undefined> {
    const { inspector, actions } = this.#app;
    return (await actions.run(() => inspector.call('tapAuthority', {})))?.certificate;
  }

  #upstream(form: TapForm): ProfileInput | Profile | undefined {
    if (form.profileId !== '') {
      const saved = this.#app.inspector.profiles.get()?.profiles ?? [];
      return saved.find(({ profile }) => profile.id === form.profileId)?.profile;
    }
    const address = parseBrokerAddress(form.address);
    if (address === undefined) return undefined;
    const { protocol = 'mqtt', host, port = 1883, path } = address;
    return {
      id: '',
      name: 'tap',
      protocol,
      host,
      port,
      protocolVersion: 4,
      clientId: '',
      cleanStart: true,
      keepAlive: 0,
      ...(path === undefined ? {} : { websocket: { path } }),
    };
  }
}

function listenOf({ protocol, port, reach, ownCertificate, cert, key }: TapForm): ProcedureInput<'startTap'>['listen'] {
  return {
    protocol,
    host: reach === 'network' ? '0.0.0.0' : '127.0.0.1',
    port: Number(port),
    ...(isSecureTap(protocol) && ownCertificate ? { certificate: { cert, key } } : {}),
  };
}

function faultsOf(form: TapForm): ReadonlySet<TapFault> {
  const faults = new Set<TapFault>();
  if (form.profileId === '' && parseBrokerAddress(form.address) === undefined) faults.add('address');
  const port = /^\d{1,5}$/.test(form.port.trim()) ? Number(form.port) : Number.NaN;
  if (!(port >= 0 && port <= 65_535)) faults.add('port');
  if (isSecureTap(form.protocol) && form.ownCertificate) {
    if (!form.cert.includes('-----BEGIN CERTIFICATE-----')) faults.add('cert');
    if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(form.key)) faults.add('key');
  }
  return faults;
}
