/** Hands a text to the user's disk. */

export function saveText(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  link.download = name.slice(name.lastIndexOf('/') + 1);
  link.click();
  URL.revokeObjectURL(link.href);
}
