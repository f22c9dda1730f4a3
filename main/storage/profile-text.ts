/** Profiles as text: the file of one profile, and the export of many, without secrets and with faults located. */

import * as v from 'valibot';
import { type ImportFault, InspectorError } from '../../shared/contract/errors.ts';
import { type Profile, ProfileSchema } from '../../shared/contract/profiles.ts';
import { withoutCredentials } from './credential-headers.ts';
import { type Format, fromJson, isRecord, toJson } from './shelf.ts';

function parseProfile(data: unknown): Profile {
  const parsed = v.safeParse(ProfileSchema, data);
  if (parsed.success) return parsed.output;
  throw new Error(`${v.getDotPath(parsed.issues[0]) ?? 'profile'}: ${parsed.issues[0].message}`);
}

export const PROFILE_FORMAT: Format<Profile> = { name: 'profile', version: 1, migrations: [], parse: parseProfile };

const EXPORT_FORMAT = 'mqtt-inspector/profiles';
const EXPORT_VERSION = 1;

/** One JSON text without secrets; header values that are credentials are left empty. */
export function writeExport(profiles: readonly Profile[]): string {
  return toJson({ format: EXPORT_FORMAT, version: EXPORT_VERSION, profiles: profiles.map(withoutCredentials) });
}

function fail(fault: ImportFault): never {
  throw new InspectorError('bad-import', fault);
}

/** Whether a fault shows in the first `length` units, beyond their being cut off there. */
function faultWithin(text: string, length: number): boolean {
  try {
    JSON.parse(text.slice(0, length));
    return false;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const position = /position (\d+)/.exec(message)?.[1];
    return !/end of JSON input|Unterminated/.test(message) && (position === undefined || Number(position) < length);
  }
}

/**
 * Where a text stops being JSON. The engine's message tells the place of some faults only, so
 * it is searched for: the shortest beginning that no text could complete.
 */
function faultOf(text: string): ImportFault {
  if (!faultWithin(text, text.length)) return { reason: 'cut-off' };
  let [good, bad] = [0, text.length];
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    if (faultWithin(text, middle)) bad = middle;
    else good = middle;
  }
  const before = text.slice(0, good).split('\n');
  return { reason: 'not-json', line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function parseJson(text: string): unknown {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  try {
    return fromJson(json);
  } catch {
    return fail(faultOf(json));
  }
}

/** The profiles of an export, all or none. Throws `bad-import`. */
export function readExport(text: string): Profile[] {
  const data = parseJson(text);
  if (!isRecord(data)) return fail({ reason: 'not-an-export' });
  const { format, version, profiles } = data;
  if (format !== EXPORT_FORMAT) fail({ reason: 'not-an-export' });
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) return fail({ reason: 'no-version' });
  if (version > EXPORT_VERSION) fail({ reason: 'newer-version', version, newest: EXPORT_VERSION });
  if (!Array.isArray(profiles)) return fail({ reason: 'no-profiles' });
  return profiles.map((entry: unknown, index) => {
    const parsed = v.safeParse(ProfileSchema, entry);
    if (parsed.success) return parsed.output;
    const [issue] = parsed.issues;
    const path = v.getDotPath(issue);
    return fail({
      reason: 'bad-member',
      path: path === null ? `profiles[${index}]` : `profiles[${index}].${path}`,
      expected: issue.expected ?? 'another value',
      received: issue.received,
    });
  });
}
