import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../shared/contract/settings.ts';
import type { Refusal } from '../../../main/engine/session/output.ts';
import { failureWords } from '../../../renderer/model/error-text.ts';
import { en as errorsEn } from '../../../renderer/model/error-strings/en.ts';
import { defineText, language, resolveLanguage } from '../../../renderer/model/language.ts';

const top = fileURLToPath(new URL('../../../', import.meta.url));
const folders = globSync('renderer/**/en.ts', { cwd: top }).map((file) => file.replace(/\/en\.ts$/, ''));

afterEach(() => language.set('en'));

describe('texts', () => {
  it('change with the language at run time, with plurals and grouped numbers', () => {
    const t = defineText(
      'test',
      { found_one: '{{count}} packet', found_other: '{{count}} packets', name: 'for {{name}}' },
      { found_other: '{{count}} 个报文', name: '给 {{name}}' },
    );
    expect(t('found', { count: 1 })).toBe('1 packet');
    expect(t('found', { count: 12_000 })).toBe('12\u202f000 packets');
    language.set('zh-CN');
    expect(t('found', { count: 1 })).toBe('1 个报文');
    expect(t('name', { name: '<b>' })).toBe('给 <b>');
  });

  it('take the first language of the browser that exists', () => {
    expect(resolveLanguage('system', ['fr', 'zh-TW', 'en'])).toBe('zh-CN');
    expect(resolveLanguage('system', ['fr'])).toBe('en');
    expect(resolveLanguage('zh-CN', ['en'])).toBe('zh-CN');
    expect(DEFAULT_SETTINGS.language).toBe('system');
  });

  it.each(folders)('%s says the same in both languages, with the same parameters', async (folder) => {
    const english: unknown = await import(`${top}${folder}/en.ts`);
    const chinese: unknown = await import(`${top}${folder}/zh-cn.ts`);
    const en = onlyExport(english);
    const zh = onlyExport(chinese);
    const singular = Object.keys(en).filter((key) => key.endsWith('_one'));
    expect(Object.keys(zh).toSorted()).toEqual(
      Object.keys(en)
        .filter((key) => !singular.includes(key))
        .toSorted(),
    );
    for (const [key, text] of Object.entries(zh)) {
      expect(parameters(text), key).toEqual(parameters(en[key] ?? ''));
      expect(text.trim(), key).not.toBe('');
    }
  });
});

function onlyExport(module: unknown): Record<string, string> {
  const [strings] = Object.values(module ?? {}) as Record<string, string>[];
  return strings ?? {};
}

function parameters(text: string): readonly string[] {
  return [...new Set(Array.from(text.matchAll(/\{\{(\w+)\}\}/g), (match) => match[1] ?? ''))].toSorted();
}

describe('failures', () => {
  it('have words for what failed and what to do', () => {
    const words = failureWords({ code: 'no-such-packet', data: { seq: 11, firstSeq: 40_000 } });
    expect(words.what).toBe('Packet 12 is no longer in the capture: the oldest kept is 40\u202f001.');
    expect(words.hint).toContain('settings');
  });

  it('say why the session refused, whatever the reason', () => {
    const reasons = Object.keys({
      offline: true,
      closing: true,
      'queue-full': true,
      'packet-too-large': true,
      'qos-not-supported': true,
      'retain-not-supported': true,
      'wildcards-not-supported': true,
      'shared-subscriptions-not-supported': true,
      'subscription-identifiers-not-supported': true,
      'subscription-identifier-invalid': true,
      'shared-subscription-no-local': true,
      'topic-invalid': true,
      'topic-alias-invalid': true,
      'no-subscriptions': true,
      'packet-identifiers-exhausted': true,
      'needs-mqtt-5': true,
      'no-authentication-method': true,
      'no-challenge': true,
      'session-expiry-not-allowed': true,
      'wrong-state': true,
    } satisfies Record<Refusal['reason'], true>);
    for (const reason of reasons) {
      const { what } = failureWords({ code: 'refused', data: { reason } });
      expect(what, reason).not.toContain(reason);
      expect(what, reason).toContain(' ');
    }
    const full = { reason: 'queue-full', limit: 1000, actual: 1000 };
    expect(failureWords({ code: 'refused', data: full }).what).toContain('1000');
  });

  it('write a port without grouping and say where a damaged file was kept', () => {
    const member = { reason: 'bad-member', path: 'profiles[3].port', expected: '<=65535', received: '99999' };
    expect(failureWords({ code: 'bad-import', data: member }).what).toMatch(/profiles\[3\]\.port.*<=65535.*99999/);
    expect(failureWords({ code: 'not-base64', data: { secret: 'pfx' } }).what).toContain('PFX');
    expect(failureWords({ code: 'port-taken', data: { port: 1884 } }).what).toContain('1884');
    const fault = { text: 'typ:x', at: 0, length: 3, reason: 'unknown-field', word: 'typ' };
    expect(failureWords({ code: 'bad-rule', data: { rule: '1', name: '', fault } }).what).toContain('“typ:x”');
    const edit = { rule: 'MQTT-3.3.2-2', reason: 'no wildcards' };
    expect(failureWords({ code: 'bad-edit', data: edit }).what).toContain('MQTT-3.3.2-2');
    const damaged = { file: 'settings.json', reason: 'not JSON', keptAs: 'settings.json.old' };
    expect(failureWords({ code: 'damaged-file', data: damaged }).hint).toContain('settings.json.old');
  });

  it('of an unknown code name the code', () => {
    expect(failureWords({ code: 'brand-new', data: {} }).what).toContain('brand-new');
    expect(failureWords({ code: 'damaged-file.hint', data: {} }).what).toContain('damaged-file.hint');
  });

  it('all come with a hint', () => {
    const codes = Object.keys(errorsEn).filter((key) => !key.includes('.'));
    for (const code of codes) expect(Object.keys(errorsEn)).toContain(`${code}.hint`);
  });
});
