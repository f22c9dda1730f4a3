/**
 * The secrets of this process's TLS connections, for whoever asked to have them: with them a recording of the encrypted bytes can be read.
 * Nobody asks unless the user said so. Lines are those of the NSS Key Log Format (draft-ietf-tls-keylogfile).
 */

type TakeKey = (line: string) => void;

const takers = new Set<TakeKey>();

/** Calls `take` with each line, without its line feed, until disposed. */
export function takeKeys(take: TakeKey): Disposable {
  takers.add(take);
  return { [Symbol.dispose]: () => void takers.delete(take) };
}

/** A connection of ours derived a secret. Answers its line, undefined where nobody wants it. */
export function tellKey(line: Buffer): string | undefined {
  if (takers.size === 0) return undefined;
  const text = line.toString('latin1').trimEnd();
  for (const take of takers) take(text);
  return text;
}
