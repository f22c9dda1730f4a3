/** The vault's cryptography: a key from a passphrase by scrypt, texts sealed by AES-256-GCM, a wrong passphrase recognised. */

import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import * as v from 'valibot';

/** Cost of scrypt: memory is 128 · N · r bytes. N = 2^17, r = 8 takes 128 MiB and about half a second. */
export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

export const DEFAULT_COST: ScryptCost = { N: 131_072, r: 8, p: 1 };

const base64 = v.pipe(v.string(), v.base64());
const powerOfTwo = v.check((n: number) => (n & (n - 1)) === 0, 'not a power of two');

/** The bounds keep a file that somebody made from asking for all memory: at most 1 GiB. */
export const VaultHeaderSchema = v.object({
  kdf: v.object({
    name: v.literal('scrypt'),
    salt: base64,
    N: v.pipe(v.number(), v.integer(), v.minValue(1024), v.maxValue(1_048_576), powerOfTwo),
    r: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(8)),
    p: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16)),
  }),
  cipher: v.literal('aes-256-gcm'),
  /** A known text under the key; opens only with the right passphrase. */
  check: base64,
});
export type VaultHeader = v.InferOutput<typeof VaultHeaderSchema>;

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CHECK_TEXT = 'mqtt-inspector vault';
const CHECK_LABEL = 'check';

/** Seals and opens texts; the label is bound to the text, so that sealed texts cannot be swapped. */
export interface VaultKey {
  seal(label: string, text: string): string;
  /** Throws where the sealed text is damaged, of another key or of another label. */
  open(label: string, sealed: string): string;
}

function keyOf(bytes: Buffer): VaultKey {
  return {
    seal(label, text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', bytes, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(label, 'utf8'));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64');
    },
    open(label, sealed) {
      const all = Buffer.from(sealed, 'base64');
      if (all.length < NONCE_BYTES + TAG_BYTES) throw new Error('sealed text is too short');
      const decipher = createDecipheriv('aes-256-gcm', bytes, all.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(label, 'utf8'));
      decipher.setAuthTag(all.subarray(all.length - TAG_BYTES));
      const body = decipher.update(all.subarray(NONCE_BYTES, all.length - TAG_BYTES));
      return Buffer.concat([body, decipher.final()]).toString('utf8');
    },
  };
}

/** The same passphrase typed on another system may come composed otherwise: it is normalised (NFKC). */
function derive(passphrase: string, salt: Buffer, cost: ScryptCost): Promise<VaultKey> {
  const { N, r, p } = cost;
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFKC'), salt, 32, { N, r, p, maxmem: 128 * N * r + 33_554_432 }, (error, bytes) => {
      if (error === null) resolve(keyOf(bytes));
      else reject(error);
    });
  });
}

/** A new header with fresh salt, and its key. */
export async function createVault(
  passphrase: string,
  cost: ScryptCost,
): Promise<{ readonly header: VaultHeader; readonly key: VaultKey }> {
  const salt = randomBytes(32);
  const key = await derive(passphrase, salt, cost);
  const header: VaultHeader = {
    kdf: { name: 'scrypt', salt: salt.toString('base64'), N: cost.N, r: cost.r, p: cost.p },
    cipher: 'aes-256-gcm',
    check: key.seal(CHECK_LABEL, CHECK_TEXT),
  };
  return { header, key };
}

/** The key of an existing vault, or undefined where the passphrase is wrong. */
export async function openVault(header: VaultHeader, passphrase: string): Promise<VaultKey | undefined> {
  const key = await derive(passphrase, Buffer.from(header.kdf.salt, 'base64'), header.kdf);
  try {
    return key.open(CHECK_LABEL, header.check) === CHECK_TEXT ? key : undefined;
  } catch {
    return undefined;
  }
}
