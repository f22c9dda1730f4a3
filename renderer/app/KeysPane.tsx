/** Which keys do what: those of lists and tabs, and of every command that has some. */

import type { ReactNode } from 'react';
import { keyLabel } from '../model/commands.ts';
import { useModel, useText } from '../model/use-store.ts';
import { SidePane } from './SidePane.tsx';
import type { ShellModel } from './shell-model.ts';
import { shellText } from './strings/text.ts';

export function KeysPane({ shell }: { readonly shell: ShellModel }): ReactNode {
  const t = useText(shellText);
  const { commands, navigation, mac } = shell.app;
  const panel = useModel(navigation.panel);
  useModel(commands.all);
  const withKeys = commands.available(panel).filter((command) => command.keys !== undefined);
  return (
    <SidePane shell={shell} title={t('keys.title')} isText>
      <KeyTable
        title={t('keys.commands')}
        rows={withKeys.map((command) => [keyLabel(command.keys ?? '', mac), command.title()])}
      />
      <KeyTable
        title={t('keys.list')}
        rows={[
          ['↑ ↓', t('keys.list.move')],
          ['Shift+↑ Shift+↓', t('keys.list.extend')],
          [keyLabel('Mod+Space', mac), t('keys.list.toggle')],
          [keyLabel('Mod+A', mac), t('keys.list.all')],
          [keyLabel('Mod+C', mac), t('keys.list.copy')],
          ['PgUp PgDn', t('keys.list.page')],
          ['Home End', t('keys.list.ends')],
          ['Enter', t('keys.list.open')],
          ['Shift+F10', t('keys.list.menu')],
        ]}
      />
      <KeyTable
        title={t('keys.tabs')}
        rows={[
          ['← →', t('keys.tabs.move')],
          ['Alt+← Alt+→', t('keys.tabs.reorder')],
          ['F2', t('keys.tabs.rename')],
          ['Del', t('sources.close')],
        ]}
      />
      <KeyTable
        title={t('keys.editors')}
        rows={[
          [mac ? '⌃⇧M' : 'Ctrl+M', t('keys.editors.tab')],
          ['Esc', t('keys.editors.terminal')],
        ]}
      />
    </SidePane>
  );
}

interface KeyTableProps {
  readonly title: string;
  readonly rows: readonly (readonly [keys: string, meaning: string])[];
}

function KeyTable({ title, rows }: KeyTableProps): ReactNode {
  return (
    <section className="key-table">
      <h3>{title}</h3>
      <dl>
        {rows.map(([keys, meaning]) => (
          <div key={meaning}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
