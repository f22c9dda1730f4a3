/** Every class, method, function, callback and constant that the five documents name. */

import { document, type Documents, fencedBlocks, withoutLineNumbers } from '../seeds/examples.ts';

/** One entry: the heading of its table in the page, and its name there. */
export interface Entry {
  readonly table: string;
  readonly name: string;
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = '']) => name);
}

/** Names of one of the documents about paho. */
function pahoNames(text: string): string[] {
  const headings = matches(text, /^#{2,4} .*?(\w+)\s*(?:\(\)|（）|$)/gm);
  const signatures = fencedBlocks(text)
    .map((code) => withoutLineNumbers(code).trim())
    .filter((code) => /^\w+ ?[(（]/.test(code))
    .flatMap((code) => matches(code, /^(\w+) ?[(（]/gm));
  const helpers = matches(text, /`(\w+)（\w+(?:，\w+)*）`/g);
  const constants = matches(text, /\b(MQTT_[A-Z]+(?:_[A-Z]+)*|MQTTv\d+)\b/g);
  const attributes = matches(text, /^\*\*(\w+)(?:\(\))?\*\*:/gm);
  return [
    ...headings.filter((name) => name.includes('_') || signatures.includes(name)),
    ...signatures,
    ...helpers,
    ...constants,
    ...attributes,
  ];
}

/** In the order of the documents, each once. */
export function documentedEntries(documents: Documents): Entry[] {
  const uiflow2 = document(documents, 'uiflow2-umqtt');
  const makeblock = document(documents, 'makeblock-mqtt');
  const quecpython = document(documents, 'quecpython-umqtt');
  const paho = ['paho-client-methods', 'paho-client-publish-subscribe'].map((name) => document(documents, name));
  const found: Entry[] = [
    ...matches(uiflow2, /^\.\. (?:py:class:: umqtt\.|method:: MQTTClient\.)(\w+)\(/gm).map((name) => ({
      table: 'UIFlow2',
      name,
    })),
    ...matches(makeblock, /^ *\.\. (?:class|method):: (\w+)\(/gm).map((name) => ({ table: 'Makeblock', name })),
    ...matches(quecpython, /^### `(?:umqtt|MQTTClient)\.(\w+)`/gm).map((name) => ({ table: 'QuecPython', name })),
    { table: 'QuecPython', name: 'MQTTException' },
    ...paho.flatMap(pahoNames).map((name) => ({ table: 'paho-mqtt', name })),
  ];
  const seen = new Set<string>();
  return found.filter(({ table, name }) => {
    const key = `${table} ${name}`;
    return name !== '' && !seen.has(key) && seen.add(key);
  });
}
