/** The one Trusted Types policy of the page: scripts and workers from our own origin, never markup or code from text. */

interface PolicyFactory {
  createPolicy(name: string, rules: { readonly createScriptURL: (url: string) => string }): unknown;
}

/** Call before anything else; does nothing where the browser has no Trusted Types. */
export function installTrustedTypes(): void {
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
  factory?.createPolicy('default', {
    createScriptURL(url) {
      if (new URL(url, location.href).origin !== location.origin)
        throw new TypeError('scripts come from our own origin');
      return url;
    },
  });
}
