/** Formats Python with ruff, which is loaded when it is first asked for. */

import startRuff, { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-web';
import address from '@astral-sh/ruff-wasm-web/ruff_wasm_bg.wasm?url';

let workspace: Promise<Workspace> | undefined;

async function open(): Promise<Workspace> {
  await startRuff({ module_or_path: address });
  return new Workspace({ 'line-length': 100, 'indent-width': 4 }, PositionEncoding.Utf16);
}

/** The text as ruff lays it out; rejects with ruff's words where it is no Python. */
export async function formatPython(text: string): Promise<string> {
  workspace ??= open();
  const ruff = await workspace.catch((error: unknown) => {
    workspace = undefined;
    throw error;
  });
  try {
    return ruff.format(text);
  } catch (error) {
    throw error instanceof Error ? error : new Error(String(error));
  }
}
