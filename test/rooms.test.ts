/** Guards the guard: plants one violation of each house rule in a copy of the room layout and expects the checks to object. */

import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '..');

const configurations = [
  '.oxlintrc.json',
  'package.json',
  'tsconfig.base.json',
  'tsconfig.json',
  'shared/tsconfig.json',
  'main/tsconfig.json',
  'main/engine/tsconfig.json',
  'main/hosts/electron/preload/tsconfig.json',
  'renderer/tsconfig.json',
  'test/tsconfig.json',
  'shared/base/text-codec.d.ts',
];

/** One legal file a room, so that a planted import has something to point at. */
const legal: Readonly<Record<string, string>> = {
  'shared/mqtt/word.ts': "export const word: string = 'packet';\n",
  'main/engine/codec/decode.ts':
    "import { word } from '../../../shared/mqtt/word.ts';\nexport const decode: string = word;\n",
  'main/engine/session/session.ts': "export const session: string = 's';\n",
  'main/engine/capture/capture.ts':
    "import { decode } from '../codec/decode.ts';\nexport const capture: string = decode;\n",
  'main/engine/topics/topics.ts': "export const topics: string = 't';\n",
  'main/engine/sources/source.ts':
    "import { capture } from '../capture/capture.ts';\nimport { session } from '../session/session.ts';\nexport const source: string = capture + session;\n",
  'main/engine/transport/tcp.ts': "import { connect } from 'node:net';\nexport const tcp: typeof connect = connect;\n",
  'main/storage/disk.ts':
    "import { readFile } from 'node:fs/promises';\nexport const disk: typeof readFile = readFile;\n",
  'main/service/service.ts':
    "import { source } from '../engine/sources/source.ts';\nexport const service: string = source;\n",
  'main/hosts/cli/main.ts':
    "import { service } from '../../service/service.ts';\nexport const cli: string = service;\n",
  'main/hosts/electron/preload/preload.ts':
    "import { word } from '../../../../shared/mqtt/word.ts';\nexport const preload: string = word;\n",
  'renderer/model/model.ts': "import { word } from '../../shared/mqtt/word.ts';\nexport const model: string = word;\n",
  'renderer/ui/Widget.tsx': 'export const widget: string = document.title;\n',
  'renderer/platform/port.ts': "export const platform: string = 'p';\n",
  'renderer/panels/flows/View.tsx':
    "import { model } from '../../model/model.ts';\nexport const flows: string = model;\n",
  'renderer/panels/packets/View.tsx': "export const packets: string = 'p';\n",
  'renderer/app/boot.ts':
    "import { packets } from '../panels/packets/View.tsx';\nexport const boot: string = packets;\n",
  'test/empty.ts': "export const empty: string = '';\n",
};

interface Violation {
  readonly what: string;
  readonly file: string;
  readonly code: string;
  /** Text that the linter's diagnostic for the file must contain; absent where only the compiler objects. */
  readonly lint?: string;
  /** Compiler error for the file. */
  readonly types?: string;
}

const up = (levels: number): string => '../'.repeat(levels);

const violations: readonly Violation[] = [
  {
    what: 'codec uses node:net',
    file: 'main/engine/codec/v1.ts',
    code: "import 'node:net';",
    lint: 'no-restricted-imports',
  },
  {
    what: 'session reads the clock',
    file: 'main/engine/session/v2.ts',
    code: 'export const now: number = Date.now();',
    lint: 'no-restricted-globals',
  },
  {
    what: 'session starts a timer',
    file: 'main/engine/session/v3.ts',
    code: 'setTimeout(() => undefined, 1);',
    lint: 'no-restricted-globals',
    types: 'TS2304',
  },
  {
    what: 'sources use Buffer',
    file: 'main/engine/sources/v4.ts',
    code: 'export const b: unknown = Buffer;',
    lint: 'no-restricted-globals',
    types: 'TS2',
  },
  {
    what: 'session imports codec',
    file: 'main/engine/session/v5.ts',
    code: "import { decode } from '../codec/decode.ts';\nexport const x: string = decode;",
    lint: 'boundaries',
  },
  {
    what: 'session imports transport',
    file: 'main/engine/session/v6.ts',
    code: "import { tcp } from '../transport/tcp.ts';\nexport const x: unknown = tcp;",
    lint: 'boundaries',
  },
  {
    what: 'shaping starts a timer',
    file: 'main/engine/shaping/v33.ts',
    code: 'setTimeout(() => undefined, 1);',
    lint: 'no-restricted-globals',
    types: 'TS2304',
  },
  {
    what: 'shaping imports transport',
    file: 'main/engine/shaping/v34.ts',
    code: "import { tcp } from '../transport/tcp.ts';\nexport const x: unknown = tcp;",
    lint: 'boundaries',
  },
  {
    what: 'topics import capture',
    file: 'main/engine/topics/v7.ts',
    code: "import { capture } from '../capture/capture.ts';\nexport const x: string = capture;",
    lint: 'boundaries',
  },
  {
    what: 'transport imports session',
    file: 'main/engine/transport/v8.ts',
    code: "import { session } from '../session/session.ts';\nexport const x: string = session;",
    lint: 'boundaries',
  },
  {
    what: 'panel imports the engine by value',
    file: 'renderer/panels/flows/v9.ts',
    code: `import { decode } from '${up(3)}main/engine/codec/decode.ts';\nexport const x: string = decode;`,
    lint: 'boundaries',
  },
  {
    what: 'panel imports the engine by type only',
    file: 'renderer/panels/flows/v10.ts',
    code: `import type { decode } from '${up(3)}main/engine/codec/decode.ts';\nexport type X = typeof decode;`,
    lint: 'boundaries',
    types: 'TS6307',
  },
  {
    what: 'page imports electron',
    file: 'renderer/app/v11.ts',
    code: "import 'electron';",
    lint: 'no-restricted-imports',
  },
  {
    what: 'panel imports its sibling',
    file: 'renderer/panels/flows/v12.ts',
    code: "import { packets } from '../packets/View.tsx';\nexport const x: string = packets;",
    lint: 'boundaries',
  },
  {
    what: 'model imports react',
    file: 'renderer/model/v13.ts',
    code: "import 'react';",
    lint: 'no-restricted-imports',
  },
  {
    what: 'widget imports a model',
    file: 'renderer/ui/v14.ts',
    code: "import { model } from '../model/model.ts';\nexport const x: string = model;",
    lint: 'boundaries',
  },
  {
    what: 'shared imports the page',
    file: 'shared/mqtt/v15.ts',
    code: `import { model } from '${up(2)}renderer/model/model.ts';\nexport const x: string = model;`,
    lint: 'boundaries',
    types: 'TS6307',
  },
  {
    what: 'shared uses the DOM',
    file: 'shared/mqtt/v16.ts',
    code: 'export const x: string = document.title;',
    types: 'TS2584',
  },
  {
    what: 'shared uses Buffer',
    file: 'shared/mqtt/v17.ts',
    code: "export const x: unknown = Buffer.from('');",
    types: 'TS2',
  },
  {
    what: 'service imports transport',
    file: 'main/service/v18.ts',
    code: "import { tcp } from '../engine/transport/tcp.ts';\nexport const x: unknown = tcp;",
    lint: 'boundaries',
  },
  {
    what: 'service imports electron',
    file: 'main/service/v19.ts',
    code: "import 'electron';",
    lint: 'no-restricted-imports',
  },
  {
    what: 'cli host imports electron',
    file: 'main/hosts/cli/v20.ts',
    code: "import 'electron';",
    lint: 'no-restricted-imports',
  },
  {
    what: 'web host imports the codec',
    file: 'main/hosts/web/v21.ts',
    code: "import { decode } from '../../engine/codec/decode.ts';\nexport const x: string = decode;",
    lint: 'boundaries',
  },
  {
    what: 'host imports another host',
    file: 'main/hosts/web/v22.ts',
    code: "import { cli } from '../cli/main.ts';\nexport const x: string = cli;",
    lint: 'boundaries',
  },
  {
    what: 'file outside any room',
    file: 'main/utils/v23.ts',
    code: "export const x: string = '';",
    lint: 'boundaries',
  },
  { what: 'default export', file: 'main/service/v24.ts', code: "export default 'x';", lint: 'no-default-export' },
  {
    what: 'explicit any',
    file: 'main/service/v25.ts',
    code: 'export const x = (y: any): unknown => y;',
    lint: 'no-explicit-any',
  },
  {
    what: 'non-null assertion',
    file: 'main/service/v26.ts',
    code: 'export const x = (y: string | null): string => y!;',
    lint: 'no-non-null-assertion',
  },
  { what: 'console output', file: 'main/service/v27.ts', code: "console.log('x');", lint: 'no-console' },
  {
    what: 'import cycle',
    file: 'main/service/v28.ts',
    code: "import { b } from './v29.ts';\nexport const a: () => unknown = () => b;",
    lint: 'no-cycle',
  },
  {
    what: 'storage imports the engine',
    file: 'main/storage/v30.ts',
    code: "import { source } from '../engine/sources/source.ts';\nexport const x: string = source;",
    lint: 'boundaries',
  },
  {
    what: 'preload imports the service',
    file: 'main/hosts/electron/preload/v31.ts',
    code: `import { service } from '${up(3)}service/service.ts';\nexport const x: string = service;`,
    lint: 'boundaries',
    types: 'TS6307',
  },
];

/** The cycle's other half; not a row of its own. */
const cycleEnd = {
  file: 'main/service/v29.ts',
  code: "import { a } from './v28.ts';\nexport const b: () => unknown = () => a;",
};

interface Diagnostic {
  readonly file: string;
  readonly text: string;
}

async function output(command: string, cwd: string): Promise<string> {
  const [program = '', ...parameters] = command.split(' ');
  try {
    return (await run(join(root, 'node_modules/.bin', program), parameters, { cwd, maxBuffer: 1 << 26 })).stdout;
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

async function lint(cwd: string): Promise<readonly Diagnostic[]> {
  const report = JSON.parse(await output('oxlint --format=json .', cwd)) as {
    diagnostics: { code: string; filename: string; message: string }[];
  };
  return report.diagnostics.map(({ code, filename, message }) => ({ file: filename, text: `${code} ${message}` }));
}

async function compile(cwd: string): Promise<readonly Diagnostic[]> {
  const lines = (await output('tsc -b --pretty false', cwd)).split('\n');
  return lines.flatMap((line) => {
    const match = /^(.+?)\(\d+,\d+\): error (.*)$/.exec(line);
    return match === null ? [] : [{ file: match[1] ?? '', text: match[2] ?? '' }];
  });
}

async function write(directory: string, file: string, code: string): Promise<void> {
  await mkdir(dirname(join(directory, file)), { recursive: true });
  await writeFile(join(directory, file), code.endsWith('\n') ? code : `${code}\n`);
}

describe('the rooms are guarded', () => {
  let directory = '';
  let clean: readonly Diagnostic[] = [];
  let linted: readonly Diagnostic[] = [];
  let compiled: readonly Diagnostic[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mqtt-inspector-rooms-'));
    for (const file of configurations) await cp(join(root, file), join(directory, file));
    await symlink(join(root, 'node_modules'), join(directory, 'node_modules'));
    for (const [file, code] of Object.entries(legal)) await write(directory, file, code);
    clean = [...(await lint(directory)), ...(await compile(directory))];
    for (const { file, code } of [...violations, cycleEnd]) await write(directory, file, code);
    [linted, compiled] = await Promise.all([lint(directory), compile(directory)]);
  }, 120_000);

  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('finds nothing to object to where nobody broke a rule', () => {
    expect(clean).toEqual([]);
  });

  it.each(violations)('objects when $what', ({ file, lint: rule, types }) => {
    const of = (found: readonly Diagnostic[]) =>
      found.filter((diagnostic) => diagnostic.file.endsWith(file)).map(({ text }) => text);
    if (rule !== undefined) expect(of(linted).join('\n')).toContain(rule);
    if (types !== undefined) expect(of(compiled).join('\n')).toContain(types);
    expect(rule ?? types).toBeDefined();
  });
});
