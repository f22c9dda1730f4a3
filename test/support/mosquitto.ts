/** Starts real mosquitto brokers for tests, on free loopback ports, with generated configuration, certificates and users. */

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testCertificates } from './certificates.ts';
import type { Credentials } from './certificates.ts';
import { freePorts } from './ports.ts';
import { findProgram } from './tools.ts';

interface MosquittoListener {
  readonly protocol: 'mqtt' | 'mqtts' | 'ws' | 'wss';
  /** A port to insist on, e.g. to come back where an earlier broker was; a free one by default. */
  readonly port?: number;
  /** The server's certificate (may be a chain) and key; the shared test server's by default. */
  readonly certificate?: Credentials;
  /** Refuse clients without a certificate by {@link clientAuthority}. */
  readonly requireClientCertificate?: boolean;
  /** PEM of the authority that client certificates must come from; the shared test authority by default. */
  readonly clientAuthority?: string;
  /** The only TLS version to speak. */
  readonly tlsVersion?: 'tlsv1.2' | 'tlsv1.3';
  /** OpenSSL cipher list for TLS 1.2. */
  readonly ciphers?: string;
  /** Further configuration lines of this listener, e.g. `max_connections 1`. */
  readonly settings?: readonly string[];
}

export interface MosquittoOptions {
  /** One plain `mqtt` listener by default. */
  readonly listeners?: readonly MosquittoListener[];
  /** User names and passwords; where given, anonymous clients are refused. */
  readonly users?: Readonly<Record<string, string>>;
  /** Lines of an access control list file. */
  readonly acl?: readonly string[];
  /** Global configuration lines, e.g. `max_inflight_messages 1`, `max_keepalive 10`. */
  readonly settings?: readonly string[];
}

export interface Mosquitto extends AsyncDisposable {
  /** Ports in the order of {@link MosquittoOptions.listeners}. */
  readonly ports: readonly number[];
  /** The first listener's port. */
  readonly port: number;
  readonly pid: number;
  /** Everything the broker has logged (`log_type all`, on stderr). */
  log(): string;
  /** Resolves when the log holds `text` (looked for from its beginning); rejects after `timeoutMs`. */
  logged(text: string, timeoutMs?: number): Promise<void>;
  /** Stops the process from running without closing anything: a broker that has gone silent. */
  freeze(): void;
  thaw(): void;
  /** Kills at once, as a crash would: connections are reset or closed by the kernel. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** Ends the broker in order and removes its files. Safe to call twice. */
  stop(): Promise<void>;
}

/** A line of a mosquitto 2 password file: PBKDF2-SHA512 as `mosquitto_passwd` writes it. */
function passwordLine(user: string, password: string): string {
  const salt = randomBytes(12);
  const hash = pbkdf2Sync(password, salt, 101, 64, 'sha512');
  return `${user}:$7$101$${salt.toString('base64')}$${hash.toString('base64')}`;
}

async function listenerLines(
  listener: MosquittoListener,
  index: number,
  port: number,
  directory: string,
): Promise<string[]> {
  const lines = [`listener ${port} 127.0.0.1`];
  if (listener.protocol === 'ws' || listener.protocol === 'wss') lines.push('protocol websockets');
  if (listener.protocol === 'mqtts' || listener.protocol === 'wss') {
    const shared = await testCertificates();
    const certificate = listener.certificate ?? shared.server;
    const file = (name: string, content: string): string => {
      const path = join(directory, `${index}-${name}`);
      writeFileSync(path, content, { mode: 0o600 });
      return path;
    };
    lines.push(`certfile ${file('cert.pem', certificate.cert)}`, `keyfile ${file('key.pem', certificate.key)}`);
    if (listener.requireClientCertificate === true || listener.clientAuthority !== undefined) {
      lines.push(`cafile ${file('ca.pem', listener.clientAuthority ?? shared.authority.cert)}`);
      lines.push(`require_certificate ${listener.requireClientCertificate === true}`);
    }
    if (listener.tlsVersion !== undefined) lines.push(`tls_version ${listener.tlsVersion}`);
    if (listener.ciphers !== undefined) lines.push(`ciphers ${listener.ciphers}`);
  }
  return [...lines, ...(listener.settings ?? [])];
}

/** Resolves when the broker says that it runs; rejects when it exits first. */
function running(child: ChildProcess, log: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`mosquitto did not start in 10 s:\n${log()}`)), 10_000);
    const done = (finish: () => void): void => {
      clearTimeout(timer);
      child.stderr?.off('data', look);
      child.off('exit', exited);
      finish();
    };
    const look = (): void => {
      if (/mosquitto version \S+ running/.test(log())) done(resolve);
    };
    const exited = (): void => done(() => reject(new Error(`mosquitto exited:\n${log()}`)));
    child.stderr?.on('data', look);
    child.once('exit', exited);
    child.once('error', (error) => done(() => reject(error)));
  });
}

/**
 * Starts a broker and resolves once it accepts connections on every listener.
 *
 * Needs the `mosquitto` program; throws the line that installs it where it is missing. Ports that somebody else took in
 * the meantime are drawn again, up to five times.
 */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const program = findProgram(['mosquitto']);
  if (program === undefined) throw new Error('mosquitto is missing: apt-get install mosquitto');
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(program, options);
    } catch (error) {
      if (attempt === 5 || !(error instanceof Error) || !error.message.includes('Address already in use')) throw error;
    }
  }
}

async function startOnce(program: string, options: MosquittoOptions): Promise<Mosquitto> {
  const listeners = options.listeners ?? [{ protocol: 'mqtt' }];
  const drawn = await freePorts(listeners.length + 1);
  const ports = listeners.map((listener, index) => listener.port ?? drawn[index] ?? 0);
  const directory = mkdtempSync(join(tmpdir(), 'mosquitto-'));
  const lines = ['per_listener_settings false', 'user root', 'log_dest stderr', 'log_type all', 'persistence false'];
  if (options.users === undefined) {
    lines.push('allow_anonymous true');
  } else {
    const path = join(directory, 'passwords');
    const content = Object.entries(options.users).map(([user, password]) => passwordLine(user, password));
    writeFileSync(path, `${content.join('\n')}\n`, { mode: 0o600 });
    lines.push('allow_anonymous false', `password_file ${path}`);
  }
  if (options.acl !== undefined) {
    const path = join(directory, 'acl');
    writeFileSync(path, `${options.acl.join('\n')}\n`, { mode: 0o600 });
    lines.push(`acl_file ${path}`);
  }
  lines.push(...(options.settings ?? []));
  for (const [index, listener] of listeners.entries()) {
    lines.push(...(await listenerLines(listener, index, ports[index] ?? 0, directory)));
  }
  if (listeners.every((listener) => listener.protocol === 'ws' || listener.protocol === 'wss')) {
    // mosquitto 2.0.11 exits with "Unable to start any listening sockets" when all listeners are WebSockets.
    lines.push(`listener ${drawn.at(-1) ?? 0} 127.0.0.1`);
  }
  const configuration = join(directory, 'mosquitto.conf');
  writeFileSync(configuration, `${lines.join('\n')}\n`);

  const child = spawn(program, ['-c', configuration], { stdio: ['ignore', 'ignore', 'pipe'] });
  const chunks: string[] = [];
  const waiting = new Set<() => void>();
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    chunks.push(chunk);
    for (const look of waiting) look();
  });
  const log = (): string => chunks.join('');
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const killWithParent = (): void => {
    child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', killWithParent);
  const finish = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGCONT');
      child.kill(signal);
      const late = setTimeout(() => child.kill('SIGKILL'), 3000);
      await exited;
      clearTimeout(late);
    }
    process.off('exit', killWithParent);
    rmSync(directory, { recursive: true, force: true });
  };

  try {
    await running(child, log);
  } catch (error) {
    await finish('SIGKILL');
    throw error;
  }
  const stop = (): Promise<void> => finish('SIGTERM');
  return {
    ports,
    port: ports[0] ?? 0,
    pid: child.pid ?? 0,
    log,
    logged: (text, timeoutMs = 5000) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`mosquitto did not log "${text}" in ${timeoutMs} ms:\n${log()}`));
        }, timeoutMs);
        const look = (): void => {
          if (!log().includes(text)) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    kill: () => finish('SIGKILL'),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
