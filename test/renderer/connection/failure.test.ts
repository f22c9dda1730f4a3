/** Words for every way a connection can fail: none is missing, in either language, and mix-ups are recognised. */

import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { en } from '../../../renderer/model/connection-strings/en.ts';
import { zhCn } from '../../../renderer/model/connection-strings/zh-cn.ts';
import {
  FAILURE_CODES,
  type FailureContext,
  failureStory,
  reasonMeaning,
} from '../../../renderer/model/connection-failure.ts';
import { language } from '../../../renderer/model/language.ts';
import type { ConnectionFailure } from '../../../shared/contract/connection-records.ts';
import { CONNECT_RETURN_CODES, reasonCodesOf } from '../../../shared/mqtt/reason-codes.ts';

const LANGUAGES = ['en', 'zh-CN'] as const;
const CONTEXT: FailureContext = {
  endpoint: 'mqtt://broker.example:1883',
  clientId: 'inspector-7f3a',
  protocolVersion: 5,
};

function failure(code: string, data: ConnectionFailure['data'] = {}, stage = 'session'): ConnectionFailure {
  return { code, data, stage, atUs: 0 };
}

function advice(code: string, data: ConnectionFailure['data'], stage: string, endpoint = CONTEXT.endpoint): string {
  return failureStory(failure(code, data, stage), { ...CONTEXT, endpoint }).advice.join(' ');
}

afterEach(() => language.set('en'));

/** The union as it stands in the engine, which the page may not import. */
function transportCodes(): readonly string[] {
  const source = readFileSync(new URL('../../../main/engine/sources/ports.ts', import.meta.url), 'utf8');
  const union = /export type TransportFailureCode =([^;]*);/.exec(source)?.[1] ?? '';
  return [...union.matchAll(/'([a-z-]+)'/g)].map(([, code]) => code ?? '');
}

describe('words for failures', () => {
  it('knows each code of the transport', () => {
    const codes = transportCodes();
    expect(codes.length).toBeGreaterThan(30);
    expect(codes.filter((code) => !(FAILURE_CODES as readonly string[]).includes(code))).toEqual([]);
  });

  it.each(LANGUAGES)('says what and what to do for each code, %s', (code) => {
    language.set(code);
    for (const failed of FAILURE_CODES) {
      const story = failureStory(failure(failed, { reasonCode: 0x87 }), CONTEXT);
      expect(story.what, failed).not.toMatch(/\{\{|undefined/);
      expect(story.what, failed).not.toBe(failed);
      expect(story.advice.length, failed).toBeGreaterThan(0);
      for (const line of story.advice) expect(line, failed).not.toMatch(/\{\{|undefined/);
    }
  });

  it('names the parameters alike in both languages', () => {
    const names = (text: string) =>
      [...new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name))].toSorted((a, b) =>
        a.localeCompare(b),
      );
    for (const [key, text] of Object.entries(en))
      expect(names(zhCn[key as keyof typeof zhCn]), key).toEqual(names(text));
  });

  it.each(LANGUAGES)('explains each reason code of CONNACK and DISCONNECT, %s', (code) => {
    language.set(code);
    for (const type of ['connack', 'disconnect'] as const)
      for (const { code: reason, onlyFrom } of reasonCodesOf(type)) {
        if (onlyFrom === 'client-to-server' && reason !== 0 && reason !== 4) continue;
        if (type === 'connack' && reason === 0) continue;
        expect(reasonMeaning(5, type, reason), `${type} ${reason}`).toBeTruthy();
      }
    for (let reason = 1; reason < CONNECT_RETURN_CODES.length; reason++)
      expect(reasonMeaning(4, 'connack', reason), `return ${reason}`).toBeTruthy();
    for (const { code: reason } of reasonCodesOf('suback'))
      if (reason >= 0x80) expect(reasonMeaning(5, 'suback', reason), `suback ${reason}`).toBeTruthy();
    expect(reasonMeaning(4, 'suback', 0x80)).toBeTruthy();
  });

  it('tells 3.1.1 return codes from reason codes', () => {
    const story = failureStory(failure('connack', { reasonCode: 4 }, 'connect'), { ...CONTEXT, protocolVersion: 4 });
    expect(story.advice.join(' ')).toContain('User name or password');
    expect(story.exact).toContain('Bad user name or password');
  });

  it('does not say of a refused client that its credentials are known', () => {
    expect(advice('connack', { reasonCode: 0x87 }, 'connect')).toContain('wrong or missing user name or password');
    expect(reasonMeaning(5, 'suback', 0x87)).toContain('permissions (ACL)');
  });

  it('has something to say of a code it does not know', () => {
    const story = failureStory(failure('quantum-flux'), CONTEXT);
    expect(story.what).toContain('quantum-flux');
    expect(story.advice).toHaveLength(1);
  });
});

describe('mix-ups of protocols', () => {
  it('recognises a TLS port by what it answered', () => {
    expect(advice('closed-by-peer', { peerSpoke: 'tls', bytesReceived: 7, tls: false }, 'connect')).toContain(
      'mqtts://',
    );
    expect(advice('closed-by-peer', { peerSpoke: 'tls', bytesReceived: 7 }, 'connect', 'ws://h:80/mqtt')).toContain(
      'wss://',
    );
  });

  it('suspects a TLS port that hung up in silence', () => {
    const silent = { peerSpoke: 'nothing', bytesReceived: 0, tls: false };
    expect(advice('closed-by-peer', silent, 'connect', 'mqtt://h:8883')).toContain('8883 is usually a TLS port');
    expect(advice('closed-by-peer', silent, 'connect')).toContain('may be a TLS port');
    expect(advice('closed-by-peer', silent, 'session')).not.toContain('TLS port');
  });

  it('recognises a plain port behind a TLS handshake', () => {
    const sure = failureStory(failure('tls-not-tls', { evidence: 'not-a-record' }, 'tls'), {
      ...CONTEXT,
      endpoint: 'mqtts://h:1883',
    });
    expect(sure.what).toContain('does not speak TLS');
    expect(sure.advice[0]).toContain('mqtt://');
    const likely = failureStory(failure('tls-not-tls', { evidence: 'closed' }, 'tls'), CONTEXT);
    expect(likely.what).toContain('hung up');
  });

  it('recognises a web server and a missing WebSocket', () => {
    expect(advice('closed-by-peer', { peerSpoke: 'http' }, 'connect')).toContain('web server');
    expect(advice('upgrade-failed', { reason: 'not-http' }, 'upgrade', 'ws://h:1883/mqtt')).toContain(
      'without WebSocket',
    );
    expect(advice('upgrade-failed', { reason: 'closed' }, 'upgrade', 'ws://h:1883/mqtt')).toContain(
      'without WebSocket',
    );
    expect(advice('upgrade-refused', { status: 404, path: '/x' }, 'upgrade', 'ws://h/x')).toContain('/mqtt');
  });

  it('names the client id of a session that was taken over', () => {
    const story = failureStory(failure('taken-over', { reasonCode: 0x8e }), CONTEXT);
    expect(story.what).toContain('inspector-7f3a');
    expect(story.exact).toContain('0x8E Session taken over');
    expect(story.advice.join(' ').match(/Every client needs an id of its own/g)).toHaveLength(1);
  });
});
