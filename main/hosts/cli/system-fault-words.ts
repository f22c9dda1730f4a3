/** What the system says against reading or writing a file, as words for a terminal. */

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  EACCES: 'the system does not allow it',
  EPERM: 'the system does not allow it',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
  EIO: 'the device fails',
};

const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The disk, the owner's share of it, or the file itself cannot grow. */
export function isDiskFull(error: unknown): boolean {
  return FULL.has(codeOf(error));
}

/** `there is no such file or folder (ENOENT)`; the code alone where it has no words. */
export function systemFault(error: unknown): string {
  const code = codeOf(error);
  const words = isDiskFull(error) ? 'the disk is full' : WORDS[code];
  return words === undefined ? code : `${words} (${code})`;
}

/** `ENOENT`, or the message of what is no system error. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
