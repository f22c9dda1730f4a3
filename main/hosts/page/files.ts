/** Finds and reads the built page's files for a request path, and nothing outside their folder. */

import { readFile, realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { cacheControl, SECURITY_HEADERS } from './headers.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.py': 'text/x-python; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.whl': 'application/octet-stream',
  '.woff2': 'font/woff2',
  '.zip': 'application/zip',
};

export interface PageResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A response without a file: plain words, never cached. */
export function plainResponse(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): PageResponse {
  return {
    status,
    headers: {
      ...SECURITY_HEADERS,
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
      ...headers,
    },
    body: new TextEncoder().encode(text === '' ? '' : `${text}\n`),
  };
}

/**
 * The path below the page's folder that a URL's path asks for, or undefined for one that no file of ours has: escapes
 * that hide separators, dots as a whole part, drive letters, streams, control characters.
 */
function pagePath(urlPath: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(urlPath);
  } catch {
    return undefined;
  }
  if (!decoded.startsWith('/')) return undefined;
  const path = decoded === '/' ? 'index.html' : decoded.slice(1);
  const parts = path.split('/');
  return parts.every((part) => /^[^\\:\p{Cc}]+$/u.test(part) && !/^\.+$/.test(part)) ? path : undefined;
}

/**
 * Serves one file of the page.
 *
 * @param root the folder of the built page
 * @param urlPath the path of the request's URL, still escaped
 */
export async function servePage(root: string, urlPath: string): Promise<PageResponse> {
  const path = pagePath(urlPath);
  const type = path === undefined ? undefined : TYPES[extname(path)];
  if (path === undefined || type === undefined) return plainResponse(404, 'Not found');
  try {
    // A link that leads out of the folder is no file of the page.
    const [realRoot, realFile] = await Promise.all([realpath(root), realpath(join(root, path))]);
    if (!realFile.startsWith(realRoot + sep) || !(await stat(realFile)).isFile())
      return plainResponse(404, 'Not found');
    return {
      status: 200,
      headers: { ...SECURITY_HEADERS, 'Content-Type': type, 'Cache-Control': cacheControl(path) },
      body: await readFile(realFile),
    };
  } catch {
    return plainResponse(404, 'Not found');
  }
}
