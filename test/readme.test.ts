/** Keeps README, gate and tree telling the same story: the test command, the picture, the map of rooms. */

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** Folders of the indented map: two columns of name and words, nested by indentation. */
function roomsOfMap(): readonly string[] {
  const map = readme.slice(readme.indexOf('## Map of rooms'), readme.indexOf('### Who may import whom'));
  const stack: string[] = [];
  return map.split('\n').flatMap((line) => {
    const match = /^ {4}( *)([a-z-]+)\/(?: |$)/.exec(line);
    if (match === null) return [];
    const depth = (match[1] ?? '').length / 2;
    stack.length = depth;
    stack.push(match[2] ?? '');
    return [stack.join('/')];
  });
}

describe('README', () => {
  it('gives the very test command that the gate runs', () => {
    const gate = readFileSync(join(root, '.ci/run'), 'utf8').trim().split('\n').at(-1);
    expect(gate).toBe('npm ci && npm test');
    expect(readme).toContain(`    ${gate}\n`);
  });

  it('shows a picture that is there', () => {
    const picture = /!\[[^\]]+\]\(([^)]+)\)/.exec(readme)?.[1] ?? '';
    expect(picture).toMatch(/^assets\//);
    expect(existsSync(join(root, picture))).toBe(true);
  });

  it('maps rooms that exist', () => {
    const rooms = roomsOfMap();
    expect(rooms.length).toBeGreaterThan(20);
    expect(rooms.filter((room) => !existsSync(join(root, room)))).toEqual([]);
  });
});
