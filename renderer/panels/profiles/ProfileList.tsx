/** The saved connections in their folders: search, open, duplicate, delete, import, export, and where secrets live. */

import { ChevronDown, ChevronRight, Copy, Download, Plus, Trash2, Upload } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { ListedProfile } from '../../../shared/contract/profiles.ts';
import type { SourceId } from '../../../shared/contract/identifiers.ts';
import type { AppModel } from '../../model/app-model.ts';
import type { ListRow, ProfilesModel } from '../../model/profiles-model.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { FileButton } from '../../ui/FileButton.tsx';
import { ConfirmBar } from '../../ui/ConfirmBar.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ContextMenu, MenuButton, type MenuEntry } from '../../ui/Menu.tsx';
import { VirtualList } from '../../ui/VirtualList.tsx';
import { saveText } from '../../ui/save-text.ts';
import { readFileText } from './files.ts';
import { SecretsBar } from './SecretsBar.tsx';
import { profilesText } from './strings/text.ts';

export interface ProfileListProps {
  readonly app: AppModel;
  readonly model: ProfilesModel;
  readonly onOpened: (source: SourceId | undefined) => void;
}

export function ProfileList({ app, model, onOpened }: ProfileListProps): ReactNode {
  const t = useText(profilesText);
  const profiles = useModel(app.inspector.profiles);
  const rows = useModel(model.rows);
  const search = useModel(model.search);
  const selected = useModel(model.selected);
  const edited = useModel(model.edited);
  const [deleting, setDeleting] = useState<ListedProfile>();
  const [menu, setMenu] = useState<{ readonly row: ListRow; readonly x: number; readonly y: number }>();
  const [cursor, setCursor] = useState(-1);
  const selectedRow = rows.findIndex((row) => row.kind === 'profile' && row.listed.profile.id === selected);
  const current = selectedRow < 0 ? undefined : rows[selectedRow];
  const listed = current?.kind === 'profile' ? current.listed : undefined;
  const at = cursor >= 0 && rows[cursor]?.kind === 'folder' ? cursor : selectedRow;

  const choose = (index: number) => {
    setCursor(index);
    const row = rows[index];
    if (row?.kind === 'profile') model.select(row.listed.profile.id);
  };
  const open = (index: number) => {
    const row = rows[index];
    if (row?.kind === 'folder') model.toggleFolder(row.path);
    if (row?.kind === 'profile') void model.openSaved(row.listed.profile.id).then(onOpened);
  };
  const all = profiles?.profiles ?? [];
  const exports = exportChoices({ model, all, rows, search, at: rows[at] });
  return (
    <div className="profiles-list">
      <div className="bar profiles-bar">
        <input
          className="input grow"
          type="search"
          aria-label={t('list.search')}
          placeholder={t('list.search.placeholder')}
          value={search}
          onChange={(event) => model.search.set(event.target.value)}
        />
        <Button
          label={t('duplicate')}
          disabled={listed === undefined}
          onPress={() => listed !== undefined && void model.duplicate(listed.profile.id)}
        >
          <Copy aria-hidden />
        </Button>
        <Button label={t('delete')} disabled={listed === undefined} onPress={() => setDeleting(listed)}>
          <Trash2 aria-hidden />
        </Button>
      </div>
      {deleting === undefined ? null : (
        <ConfirmBar
          question={t('delete.question', { name: deleting.profile.name })}
          confirm={t('delete.confirm')}
          cancel={t('cancel')}
          onConfirm={() => {
            setDeleting(undefined);
            void model.remove(deleting.profile.id);
          }}
          onCancel={() => setDeleting(undefined)}
        />
      )}
      <button type="button" className="profiles-new" aria-pressed={selected === ''} onClick={() => model.startNew()}>
        <Plus aria-hidden />
        <span className="grow">{t('new.row')}</span>
        {edited.has('') ? <span className="profiles-edited" title={t('list.edited')} /> : null}
      </button>
      <div className="profiles-rows">
        <VirtualList
          total={rows.length}
          role="listbox"
          label={t('list.label')}
          selected={at}
          onSelect={choose}
          onOpen={open}
          onRowKey={(event, index) => {
            const row = rows[index];
            if (event.key === 'Delete' && row?.kind === 'profile') setDeleting(row.listed);
            if (
              row?.kind === 'folder' &&
              (event.key === 'ArrowLeft' || event.key === 'ArrowRight' || event.key === ' ')
            )
              if (event.key === ' ' || row.open === (event.key === 'ArrowLeft')) model.toggleFolder(row.path);
          }}
          onContextMenu={(index, point) => {
            const row = rows[index];
            setCursor(index);
            if (row !== undefined) setMenu({ row, ...point });
          }}
          renderRow={(index) => {
            const row = rows[index];
            if (row === undefined) return null;
            if (row.kind === 'folder')
              return (
                <button
                  type="button"
                  tabIndex={-1}
                  className="profiles-folder"
                  style={{ paddingLeft: 8 + row.depth * 14 }}
                  aria-label={t('list.folder', { name: row.path, count: row.count })}
                  onClick={() => model.toggleFolder(row.path)}
                >
                  {row.open ? <ChevronDown aria-hidden /> : <ChevronRight aria-hidden />}
                  <span className="ellipsis">{row.path.split('/').at(-1)}</span>
                  <span className="faint number">{row.count}</span>
                </button>
              );
            const { profile } = row.listed;
            return (
              <div className="profiles-row" style={{ paddingLeft: 12 + row.depth * 14 }}>
                <span className="profiles-colour" data-colour={profile.colour === '' ? undefined : profile.colour} />
                <span className="profiles-name ellipsis">{profile.name}</span>
                {edited.has(profile.id) ? <span className="profiles-edited" title={t('list.edited')} /> : null}
                <span className="profiles-address mono faint ellipsis">
                  {`${profile.protocol}://${profile.host}:${profile.port}`}
                </span>
              </div>
            );
          }}
          empty={
            profiles === undefined ? undefined : search === '' ? (
              <EmptyState text={t('list.empty')} />
            ) : (
              <EmptyState text={t('list.none', { text: search })} />
            )
          }
        />
      </div>
      <SecretsBar model={model} status={profiles?.secrets} />
      <div className="bar profiles-bar profiles-foot">
        <FileButton
          label={t('import')}
          accept=".json,application/json"
          onOpen={(chosen) => void readFileText(chosen).then((text) => model.importText(text))}
        >
          <Upload aria-hidden />
          {t('import')}
        </FileButton>
        <MenuButton label={t('export')} disabled={all.length === 0} entries={exports}>
          <Download aria-hidden />
          {t('export')}
        </MenuButton>
      </div>
      <ContextMenu
        label={t('list.menu', { name: menu === undefined ? '' : nameOf(menu.row) })}
        at={menu}
        onClose={() => setMenu(undefined)}
        entries={menu === undefined ? [] : rowMenu({ model, row: menu.row, onOpened, onDelete: setDeleting })}
      />
    </div>
  );
}

const nameOf = (row: ListRow): string => (row.kind === 'folder' ? row.path : row.listed.profile.name);

interface RowMenuOptions {
  readonly model: ProfilesModel;
  readonly row: ListRow;
  readonly onOpened: (source: SourceId | undefined) => void;
  readonly onDelete: (listed: ListedProfile) => void;
}

function rowMenu({ model, row, onOpened, onDelete }: RowMenuOptions): readonly MenuEntry[] {
  const t = profilesText;
  if (row.kind === 'folder') {
    const title = t('export.folder', { name: row.path, count: row.count });
    return [{ id: 'export', title, onPress: () => void saveExport(model, model.idsIn(row.path)) }];
  }
  const { id } = row.listed.profile;
  return [
    { id: 'connect', title: t('connect'), keys: '↵', onPress: () => void model.openSaved(id).then(onOpened) },
    { id: 'duplicate', title: t('duplicate'), onPress: () => void model.duplicate(id) },
    { id: 'export', title: t('export.row'), onPress: () => void saveExport(model, [id]) },
    { separator: true },
    { id: 'delete', title: t('delete'), keys: 'Del', onPress: () => onDelete(row.listed) },
  ];
}

interface ExportOptions {
  readonly model: ProfilesModel;
  readonly all: readonly ListedProfile[];
  readonly rows: readonly ListRow[];
  readonly search: string;
  /** The row under the cursor. */
  readonly at: ListRow | undefined;
}

/** What an export may hold: everything, what the search found, the chosen folder, the chosen connection. */
function exportChoices({ model, all, rows, search, at }: ExportOptions): readonly MenuEntry[] {
  const t = profilesText;
  const found = rows.flatMap((row) => (row.kind === 'profile' ? [row.listed.profile.id] : []));
  const folder = at?.kind === 'folder' ? at.path : (at?.listed.profile.folder ?? '');
  const inFolder = folder === '' ? [] : model.idsIn(folder);
  const choice = (id: string, title: string, ids: readonly string[]): MenuEntry => ({
    id,
    title,
    onPress: () => void saveExport(model, ids),
  });
  return [
    choice('all', t('export.all', { count: all.length }), []),
    ...(search.trim() === '' || found.length === 0
      ? []
      : [choice('found', t('export.found', { count: found.length }), found)]),
    ...(inFolder.length === 0
      ? []
      : [choice('folder', t('export.folder', { name: folder, count: inFolder.length }), inFolder)]),
    ...(at?.kind === 'profile'
      ? [choice('one', t('export.one', { name: at.listed.profile.name }), [at.listed.profile.id])]
      : []),
  ];
}

async function saveExport(model: ProfilesModel, ids: readonly string[]): Promise<void> {
  const text = await model.exported(ids);
  if (text !== undefined) saveText('mqtt-inspector-profiles.json', text, 'application/json');
}
