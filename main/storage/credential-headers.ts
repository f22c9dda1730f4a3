/** Request headers that are credentials: their values leave a profile before it is written, and come back when it connects. */

import type { Profile } from '../../shared/contract/profiles.ts';

/** Header names, in lower case, whose values prove who one is; and names that say as much of themselves. */
const CREDENTIAL = /^(?:authorization|cookie|proxy-authorization)$|token|secret|password|api-?key/i;

type Values = Readonly<Record<string, string>>;

function mapHeaders(profile: Profile, value: (name: string, given: string) => string): Profile {
  const { websocket } = profile;
  if (websocket === undefined) return profile;
  const headers = websocket.headers.map(([name, given]): [string, string] => [name, value(name, given)]);
  return { ...profile, websocket: { ...websocket, headers } };
}

/** The profile with such values empty. */
export function withoutCredentials(profile: Profile): Profile {
  return mapHeaders(profile, (name, given) => (CREDENTIAL.test(name) ? '' : given));
}

/**
 * What the secret `websocketHeaders` is to hold: the values given, and, for a header whose value was left empty, the one that is
 * stored. Null where the profile has no such header.
 */
export function credentialsOf(profile: Profile, stored: string | undefined): string | null {
  const before = parse(stored);
  const values = Object.fromEntries(
    (profile.websocket?.headers ?? []).flatMap(([name, given]) => {
      const value = given === '' ? before[name.toLowerCase()] : given;
      return CREDENTIAL.test(name) && value !== undefined && value !== '' ? [[name.toLowerCase(), value]] : [];
    }),
  );
  return Object.keys(values).length === 0 ? null : JSON.stringify(values);
}

/** Whether the profile itself brings values that have to become secrets. */
export function bringsCredentials(profile: Profile): boolean {
  return (profile.websocket?.headers ?? []).some(([name, given]) => given !== '' && CREDENTIAL.test(name));
}

/** The profile as it connects: empty values of such headers filled in from the secret. */
export function withCredentials(profile: Profile, stored: string | undefined): Profile {
  const values = parse(stored);
  return mapHeaders(profile, (name, given) => (given === '' ? (values[name.toLowerCase()] ?? '') : given));
}

function parse(stored: string | undefined): Values {
  if (stored === undefined) return {};
  const values: unknown = JSON.parse(stored);
  if (typeof values !== 'object' || values === null) return {};
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
