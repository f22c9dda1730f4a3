/** Copying, which a browser may refuse. */

/** @returns whether the text was taken */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
