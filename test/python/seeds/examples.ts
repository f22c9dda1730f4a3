/** The programs in the five reference documents, cut out verbatim. */

/** Texts of the documents by name, `uiflow2-umqtt`. */
export type Documents = Readonly<Record<string, string>>;

/** Lines of an indented block that begins behind the line that holds `after`, without their common indentation. */
function indented(text: string, after: string): string {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.includes(after)) + 1;
  if (start === 0) throw new Error(`the document has no "${after}"`);
  const block: string[] = [];
  let margin = -1;
  for (const line of lines.slice(start)) {
    if (line.trim() === '') {
      if (margin >= 0) block.push('');
      continue;
    }
    const indent = line.length - line.trimStart().length;
    if (margin < 0) margin = indent;
    if (indent < margin) break;
    block.push(line.slice(margin));
  }
  return `${block.join('\n').trimEnd()}\n`;
}

/** Texts between fences, as they stand there. */
export function fencedBlocks(text: string): string[] {
  return [...text.matchAll(/^ *```(?:python)?\n([\s\S]*?)^ *```/gm)].map(([, code = '']) => code);
}

/** The fenced block that holds `part`. */
function fenced(text: string, part: string): string {
  const found = fencedBlocks(text).find((code) => code.includes(part));
  if (found === undefined) throw new Error(`the document has no block with "${part}"`);
  return found;
}

/**
 * A block as its author wrote it. The document is a copy of a page that numbered the lines of its programs, and the numbers stand
 * behind the last line: `12` where there are two.
 */
export function withoutLineNumbers(code: string): string {
  const lines = code.trimEnd().split('\n');
  const numbers = lines.map((_, index) => index + 1).join('');
  const text = lines.join('\n');
  return text.endsWith(numbers) ? `${text.slice(0, -numbers.length)}\n` : code;
}

export function document(documents: Documents, name: string): string {
  const text = documents[name];
  if (text === undefined) throw new Error(`there is no document ${name}`);
  return text.replaceAll('\r\n', '\n');
}

/** Programs of the documents about devices. */
export function deviceExamples(documents: Documents) {
  const quecpython = document(documents, 'quecpython-umqtt');
  return {
    uiflow2: indented(document(documents, 'uiflow2-umqtt'), 'Micropython Example::'),
    uiflow2Handler: indented(document(documents, 'uiflow2-umqtt'), '显示已收到消息的处理程序::'),
    makeblock: indented(document(documents, 'makeblock-mqtt'), '.. code-block:: python'),
    quecErrorCallback: fenced(quecpython, 'err_cb(err)'),
    quecFirst: fenced(quecpython, 'state = 0'),
    quecReconnect: fenced(quecpython, 'class MqttClient'),
  };
}

/** Programs, and parts of programs, of the documents about paho. */
export function pahoExamples(documents: Documents) {
  const long = document(documents, 'paho-client-publish-subscribe');
  const methods = document(documents, 'paho-client-methods');
  const cut = (part: string): string => withoutLineNumbers(fenced(long, part));
  return {
    onConnect: cut('def on_connect'),
    constructor: cut('client = mqtt.Client()'),
    reinitialise: cut('client.reinitialise()'),
    loop: cut('client.loop()'),
    temperature: cut('sensor.blocking_read'),
    single: cut('publish.single('),
    multiple: cut('publish.multiple('),
    callback: cut('subscribe.callback('),
    subscribeText: cut('subscribe("my/topic", 2)'),
    subscribeTuple: cut('subscribe(("my/topic", 1))'),
    subscribeList: cut('subscribe([("my/topic", 0)'),
    methodsConstructor: fenced(methods, 'mqttc = mqtt.Client()'),
    methodsConnect: fenced(methods, 'mqttc.connect('),
  };
}
