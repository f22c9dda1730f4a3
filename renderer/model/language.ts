/** The page's texts: each folder declares its own in English and Chinese, checked against each other by the compiler. */

import { createInstance, type FormatterModule } from 'i18next';
import { formatInteger } from './format.ts';
import { createStore, type Readable } from './store.ts';

export const LANGUAGES = ['en', 'zh-CN'] as const;
export type LanguageCode = (typeof LANGUAGES)[number];

/** Keys are flat; `key_one` and `key_other` are the plural forms of `key`. `{{name}}` takes a parameter. */
export type Strings = Readonly<Record<string, string>>;

/** The same keys in another language. Chinese has no singular, so `_one` may be left out. */
export type Translation<En extends Strings> = {
  readonly [K in keyof En as K extends `${string}_one` ? never : K]: string;
};

type BaseKey<K> = K extends `${infer Base}_one` | `${infer Base}_other` ? Base : K;
export type TextKey<En extends Strings> = BaseKey<keyof En & string>;
type Names<S> = S extends `${string}{{${infer Name}}}${infer Rest}` ? Name | Names<Rest> : never;
type FormOf<En extends Strings, K extends string> = K extends keyof En
  ? En[K]
  : `${K}_other` extends keyof En
    ? En[`${K}_other`]
    : never;
type Parameters<S> = [Names<S>] extends [never] ? [] : [Readonly<Record<Names<S>, string | number>>];

/** Numbers are written with narrow spaces between thousands; pass text for any other form. */
export interface TextOf<En extends Strings> {
  <K extends TextKey<En>>(key: K, ...parameters: Parameters<FormOf<En, K>>): string;
  /** For keys that are only known at run time: the parameters are not checked. */
  of(key: TextKey<En>, parameters?: Readonly<Record<string, unknown>>): string;
  /** The key where this folder has a text for it. */
  has(key: string): key is TextKey<En>;
}

/** Any folder's texts. */
export interface Text {
  has(key: string): boolean;
}

const formatter: FormatterModule = {
  type: 'formatter',
  init: () => undefined,
  add: () => undefined,
  addCached: () => undefined,
  format: (value: unknown) => (typeof value === 'number' ? formatInteger(value) : String(value)),
};

const i18n = createInstance();
void i18n.use(formatter).init({
  lng: 'en',
  fallbackLng: 'en',
  keySeparator: false,
  nsSeparator: false,
  initAsync: false,
  resources: {},
  interpolation: { escapeValue: false, alwaysFormat: true },
});

const code = createStore<LanguageCode>('en');

export const language: {
  readonly code: Readable<LanguageCode>;
  set(code: LanguageCode): void;
} = {
  code,
  set(next) {
    void i18n.changeLanguage(next);
    code.set(next);
  },
};

/** The language for the setting: `system` takes the first of the browser's that we have, else English. */
export function resolveLanguage(setting: 'system' | LanguageCode, preferred: readonly string[]): LanguageCode {
  if (setting !== 'system') return setting;
  for (const wish of preferred) {
    if (wish.toLowerCase().startsWith('zh')) return 'zh-CN';
    if (wish.toLowerCase().startsWith('en')) return 'en';
  }
  return 'en';
}

/** Declares a folder's texts. `namespace` is the folder's name and must be unique. */
export function defineText<const En extends Strings>(
  namespace: string,
  en: En,
  zhCn: NoInfer<Translation<En>>,
): TextOf<En> {
  i18n.addResourceBundle('en', namespace, en);
  i18n.addResourceBundle('zh-CN', namespace, zhCn);
  const word = (key: string, parameters: Readonly<Record<string, unknown>> = {}): string =>
    i18n.t(key, { ...parameters, ns: namespace });
  /** Texts without parameters are asked for in every row of every list: once in each language is enough. */
  const fixed = new Map<string, string>();
  code.subscribe(() => fixed.clear());
  const fixedWord = (key: string): string => {
    const known = fixed.get(key) ?? word(key);
    fixed.set(key, known);
    return known;
  };
  return Object.assign(
    (key: string, parameters?: Readonly<Record<string, unknown>>) =>
      parameters === undefined ? fixedWord(key) : word(key, parameters),
    {
      of: word,
      has: (key: string): key is TextKey<En> => Object.hasOwn(en, key) || Object.hasOwn(en, `${key}_other`),
    },
  );
}
