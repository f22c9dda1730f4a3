/** Reads the place that caused a packet, as captures keep it. */

export interface ScriptPlace {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** `devices/pump.py:12`; undefined for anything that no file of the editor has, such as lines of the prompt. */
export function placeOf(initiator: string): ScriptPlace | undefined {
  const [, file, line] = /^([^<>]+):(\d+)$/.exec(initiator) ?? [];
  return file === undefined || line === undefined ? undefined : { file, line: Number(line) };
}
