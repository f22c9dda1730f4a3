/** The example scripts of `assets/examples`, in the order of the menu; each loads when it is opened. */

const files = import.meta.glob('../../../assets/examples/*.py', { query: '?raw', import: 'default', eager: false });

export const EXAMPLES = [
  'paho_publish_subscribe',
  'paho_callbacks',
  'paho_mqtt5',
  'paho_one_shot',
  'uiflow2',
  'quecpython',
  'micropython_simple',
  'micropython_robust',
  'makeblock',
  'own_client',
] as const;
export type Example = (typeof EXAMPLES)[number];

/** Rejects where the page's files have gone. */
export async function loadExample(name: Example): Promise<string> {
  const load = files[`../../../assets/examples/${name}.py`];
  if (load === undefined) throw new Error(`there is no example ${name}`);
  return load();
}
