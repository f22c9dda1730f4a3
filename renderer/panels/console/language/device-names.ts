/** What the console's Python adds to modules of Python's own, as devices have it. The language server knows those modules from CPython alone. */

/** By module. */
export const DEVICE_NAMES: Readonly<Record<string, readonly string[]>> = {
  time: ['sleep_ms', 'sleep_us', 'ticks_ms', 'ticks_us', 'ticks_cpu', 'ticks_add', 'ticks_diff'],
  asyncio: ['sleep_ms', 'wait_for_ms', 'ThreadSafeFlag'],
  gc: ['mem_free', 'mem_alloc', 'threshold'],
  os: ['ilistdir', 'dupterm'],
  sys: ['print_exception'],
  ssl: ['wrap_socket', 'match_hostname'],
  _thread: ['stop_thread', 'delete_lock', 'delete_semphore', 'allocate_semphore', 'threadIsRunning', 'get_heap_size'],
};

const UNKNOWN_NAME = /^"(\w+)" is (?:not a known attribute of module|unknown import symbol)(?: "(\w+)")?/;
/** The eight fields that localtime() answers on a device. */
const EIGHT_FIELDS = /"struct_time"[^]*[Tt]uple size mismatch; expected 8/;

/** Whether a problem is none here: it complains of what a device has and CPython has not. */
export function isOfDevices(message: string): boolean {
  const [, name = '', module] = UNKNOWN_NAME.exec(message) ?? [];
  const known = module === undefined ? Object.values(DEVICE_NAMES).flat() : (DEVICE_NAMES[module] ?? []);
  return known.includes(name) || EIGHT_FIELDS.test(message);
}
