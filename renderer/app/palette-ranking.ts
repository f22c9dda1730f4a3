/** Which commands a typed text means, best first. */

import type { Command } from '../model/commands.ts';

/** All in their order for an empty text; else those whose title or id has the text's characters in order. */
export function rankCommands(commands: readonly Command[], text: string): readonly Command[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return commands;
  return commands
    .map((command, index) => ({ command, index, score: score(command, wanted) }))
    .filter((candidate) => candidate.score > 0)
    .toSorted((a, b) => b.score - a.score || a.index - b.index)
    .map((candidate) => candidate.command);
}

function score(command: Command, wanted: string): number {
  const title = command.title().toLowerCase();
  const at = title.indexOf(wanted);
  if (at === 0) return 100;
  if (at > 0) return /[\p{L}\p{N}]/u.test(title[at - 1] ?? ' ') ? 60 : 80;
  if (command.id.includes(wanted)) return 40;
  return hasInOrder(title, wanted) ? 20 : 0;
}

function hasInOrder(title: string, wanted: string): boolean {
  let from = 0;
  for (const character of wanted.replaceAll(/\s+/g, '')) {
    const at = title.indexOf(character, from);
    if (at < 0) return false;
    from = at + character.length;
  }
  return true;
}
