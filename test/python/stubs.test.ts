/** The editor's stubs say what the modules have: each name of a stub is there, and each public name of a module is in its stub. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Console } from './support/console.ts';

const FOLDER = join(import.meta.dirname, '../../shared/python/stubs');
const paths = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.pyi'));

const CHECK = `
import ast, importlib, inspect, sys

for path in sys.argv[1:]:
    name = path.removesuffix(".pyi").removesuffix("/__init__").replace("/", ".")
    module = importlib.import_module(name)
    tree = ast.parse(open(path).read())

    def names(body):
        found = {}
        for node in body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                found[node.name] = node
            elif isinstance(node, ast.AnnAssign):
                found[node.target.id] = node
            elif isinstance(node, ast.ImportFrom):
                found.update({alias.asname: node for alias in node.names if alias.asname})
        return {key: node for key, node in found.items() if not key.startswith("_")}

    stub = names(tree.body)
    for key in sorted(stub.keys() - set(dir(module))):
        print(name, "has no", key)
    public = {key for key, value in vars(module).items() if not key.startswith("_") and not inspect.ismodule(value)}
    public = {key for key in public if inspect.getmodule(getattr(module, key)) is not None or key.isupper() or key.startswith("MQTT")}
    homes = {key: getattr(getattr(module, key), "__module__", None) or name for key in public}
    own = {key for key in public if homes[key].startswith(name.partition(".")[0]) and "._" not in homes[key]}
    for key in sorted(own - stub.keys()):
        print(name, "stub lacks", key)
    for key, node in stub.items():
        real = getattr(module, key, None)
        if not isinstance(node, ast.ClassDef) or not inspect.isclass(real):
            continue
        members = names(node.body)
        for member in sorted(members):
            if not hasattr(real, member) and not isinstance(members[member], ast.AnnAssign):
                print(name, key, "has no", member)
            elif isinstance(members[member], ast.FunctionDef) and inspect.isfunction(getattr(real, member)):
                theirs = [p.name for p in inspect.signature(getattr(real, member)).parameters.values() if p.kind in (0, 1)]
                ours = [a.arg for a in members[member].args.posonlyargs + members[member].args.args]
                is_overloaded = any(getattr(d, "id", "") == "overload" for d in members[member].decorator_list)
                if not is_overloaded and ours[1:] != theirs[1:]:
                    print(name, key, member, ours, "is", theirs)
        if key == "Client":
            for member in sorted({m for m in dir(real) if not m.startswith("_")} - members.keys()):
                print(name, key, "stub lacks", member)
`;

describe('the stubs', { timeout: 60_000 }, () => {
  it('agree with their modules', async () => {
    using console = new Console();
    const files = Object.fromEntries(paths.map((path) => [path, readFileSync(join(FOLDER, path), 'utf8')]));
    expect(paths.length).toBeGreaterThan(5);
    await console.run(CHECK, { files, argv: paths });
    expect([console.stdout, console.stderr]).toEqual(['', '']);
  });
});
