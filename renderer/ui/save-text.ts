/** Hands a text to the browser as a download. */

/** How long the browser may take to begin it, milliseconds. */
const KEPT_MS = 10_000;

export function saveText(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
