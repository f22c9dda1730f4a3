/** A data directory that goes away with the test, a profile to store, and disks that fail on demand. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import * as realFileSystem from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import type { FileSystem } from '../../main/storage/disk-files.ts';
import type { SystemSecrets } from '../../main/storage/secrets.ts';
import type { Failure } from '../../shared/contract/errors.ts';
import { type Profile, type ProfileInput, ProfileSchema } from '../../shared/contract/profiles.ts';

/** Cheap enough for tests; the same code as the real cost. */
export const TEST_COST = { N: 1024, r: 8, p: 1 };

export interface TemporaryDirectory extends Disposable {
  readonly path: string;
}

export function temporaryDirectory(): TemporaryDirectory {
  const path = mkdtempSync(join(tmpdir(), 'mqtt-inspector-test-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export function profileOf(changes: Partial<ProfileInput> = {}): Profile {
  return v.parse(ProfileSchema, {
    id: '',
    name: 'factory',
    protocol: 'mqtt',
    host: 'broker.example',
    port: 1883,
    protocolVersion: 5,
    clientId: '',
    cleanStart: true,
    keepAlive: 60,
    ...changes,
  });
}

/** Every file below the directory with its content. */
export function contents(directory: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const path = join(directory, name);
    if (statSync(path).isFile()) found[name] = readFileSync(path, 'utf8');
  }
  return found;
}

export interface FailingDisk {
  readonly fileSystem: FileSystem;
  /** The code that writing fails with from now on, or undefined for a healthy disk. */
  fail(code: string | undefined): void;
}

/** The real disk, except that writing a temporary file fails half way when told to. */
export function failingDisk(): FailingDisk {
  let failure: string | undefined;
  const open: FileSystem['open'] = async (path, flags, mode) => {
    const handle = await realFileSystem.open(path, flags, mode);
    const code = failure;
    if (code !== undefined && String(path).endsWith('.tmp')) {
      handle.writeFile = async () => {
        await handle.write('{"for');
        throw Object.assign(new Error(`${code}: made up by the test`), { code });
      };
    }
    return handle;
  };
  return {
    fileSystem: { ...realFileSystem, open },
    fail(code) {
      failure = code;
    },
  };
}

export function codes(failures: readonly Failure[]): string[] {
  return failures.map((failure) => failure.code);
}

/** A keychain that reverses bytes: enough to see whether clear text reaches the disk. */
export function fakeKeychain(available = true): SystemSecrets {
  return {
    available: async () => available,
    encrypt: async (text) => Buffer.from(text, 'utf8').map((byte) => byte ^ 0x5a),
    decrypt: async (bytes) => Buffer.from(bytes.map((byte) => byte ^ 0x5a)).toString('utf8'),
  };
}
