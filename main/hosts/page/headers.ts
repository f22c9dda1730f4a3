/** The response headers of the page, one table for both hosts that serve it. */

/**
 * - `wasm-unsafe-eval`: the console's Python is WebAssembly.
 * - `unsafe-inline` styles: editor, terminal and charts place rows by style attributes.
 * - `connect-src 'self'` covers the WebSocket of the same origin.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** On every response, also the failures. COOP, COEP and CORP make the page cross-origin isolated: SharedArrayBuffer, precise timers. */
export const SECURITY_HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

/** Names under `assets/` carry a hash of their content, those of Pyodide's files its version. */
const LASTING = /^(?:assets\/.+-[\w-]{8,}\.\w+|pyodide\/[\d.]+\/[\w.-]+)$/;

/** How long a file of the page may be kept, by its path below the page's folder. */
export function cacheControl(path: string): string {
  if (path.endsWith('.html')) return 'no-store';
  return LASTING.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
}
