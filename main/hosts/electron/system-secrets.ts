/// <reference types="electron" />
/** The operating system's encryption by Electron's safeStorage, asynchronous methods only. */

import { safeStorage } from 'electron/main';
import type { SystemSecrets } from '../../storage/secrets.ts';

/** Use after the app is ready. */
export const systemSecrets: SystemSecrets = {
  async available() {
    if (!(await safeStorage.isAsyncEncryptionAvailable())) return false;
    // Without a keyring Chromium falls back to a password that everybody knows.
    return process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text';
  },
  encrypt: (text) => safeStorage.encryptStringAsync(text),
  async decrypt(bytes) {
    const { result } = await safeStorage.decryptStringAsync(Buffer.from(bytes));
    return result;
  },
};
