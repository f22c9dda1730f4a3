/** Names of devices in modules of Python's own: the editor does not complain of them, and the console's Python has them. */

import { describe, expect, it } from 'vitest';
import { DEVICE_NAMES, isOfDevices } from '../../../renderer/panels/console/language/device-names.ts';
import { runScript } from '../../python/support/console.ts';

describe('names of devices', () => {
  it.each([
    ['"sleep_ms" is not a known attribute of module "time"', true],
    ['"sleep_ms" is unknown import symbol', true],
    ['"sleep_ms" is not a known attribute of module "os"', false],
    ['"sleep_mss" is not a known attribute of module "time"', false],
    [
      'Expression with type "struct_time" cannot be assigned to target tuple\n  Tuple size mismatch; expected 8 but received 9',
      true,
    ],
    [
      'Expression with type "struct_time" cannot be assigned to target tuple\n  Tuple size mismatch; expected 7 but received 9',
      false,
    ],
    ['Import "no_such_module" could not be resolved', false],
  ])('%s: %s', (message, isOne) => {
    expect(isOfDevices(message)).toBe(isOne);
  });

  it('are all there', { timeout: 60_000 }, async () => {
    const { stdout, stderr } = await runScript(
      `import importlib\nfor module, names in ${JSON.stringify(DEVICE_NAMES)}.items():\n    for name in names:\n        if not hasattr(importlib.import_module(module), name):\n            print(module, name)\n`,
    );
    expect([stdout, stderr]).toEqual(['', '']);
  });
});
