/** What is to be said of the file behind the selected source: how far it is read, why it ends early, and what else was in it. */

import type { ReactNode } from 'react';
import type { FileFault } from '../../shared/contract/file-fault.ts';
import type { FileFindings, FileRecord, SourceStats, SourceSummary } from '../../shared/contract/source-records.ts';
import { formatBytes, formatInteger } from '../model/format.ts';
import { useModel, useText } from '../model/use-store.ts';
import { Button } from '../ui/Button.tsx';
import { NoticeBar } from '../ui/NoticeBar.tsx';
import type { ShellModel } from './shell-model.ts';
import { shellText } from './strings/text.ts';

interface FileProps {
  readonly shell: ShellModel;
  readonly source: SourceSummary;
  readonly file: FileRecord;
}

export function FileBar(props: FileProps): ReactNode {
  const read = useModel(props.shell.filesRead);
  if (props.file.state === 'reading') return <Progress {...props} />;
  return read.has(props.file.id) ? null : <Outcome {...props} />;
}

function Progress({ shell, source, file }: FileProps): ReactNode {
  const t = useText(shellText);
  const stats = useModel(shell.app.inspector.statsOf(source.id));
  const packets = formatInteger(stats?.packets ?? 0);
  return (
    <div className="notice file-progress" role="status">
      <progress value={file.read} max={Math.max(1, file.size)} aria-label={t('file.reading', { name: file.name })} />
      <span className="grow">
        {t('file.progress', { read: formatBytes(file.read), size: formatBytes(file.size), packets })}
      </span>
      <Button
        kind="framed"
        label={t('file.cancel')}
        onPress={() => void shell.call('endFile', { source: source.id, cancelled: true })}
      />
    </div>
  );
}

function Outcome({ shell, source, file }: FileProps): ReactNode {
  const t = useText(shellText);
  const stats = useModel(shell.app.inspector.statsOf(source.id));
  const [words, ...more] = [outcomeWords(file), evictedWords(file, stats)].filter((each) => each !== undefined);
  const findings = [...more, ...findingWords(file)];
  if (words === undefined && findings.length === 0) return null;
  const level = file.state === 'damaged' ? 'error' : words === undefined ? 'info' : 'warning';
  return (
    <NoticeBar
      level={level}
      text={words ?? t('file.findings', { name: file.name })}
      hint={findings.join(' · ')}
      dismiss={{ label: t('notices.dismiss'), onPress: () => shell.fileRead(file.id) }}
    />
  );
}

function outcomeWords({ name, state, fault, size, read }: FileRecord): string | undefined {
  const t = shellText;
  if (fault !== undefined) {
    const part = partWords(fault);
    return t('file.damaged', { name, offset: formatInteger(fault.offset), part, reason: reasonWords(fault) });
  }
  if (state === 'cancelled') return t('file.cancelled', { name, unread: formatBytes(size - read) });
  if (state === 'interrupted') return t('file.interrupted', { name, unread: formatBytes(size - read) });
  return undefined;
}

function partWords({ part, blockType = 0 }: FileFault): string {
  return shellText.of(`file.part.${part}`, { type: `0x${blockType.toString(16)}` });
}

function reasonWords(fault: FileFault): string {
  const key =
    fault.reason === 'cut' && fault.of !== undefined ? 'file.fault.cut-of' : (`file.fault.${fault.reason}` as const);
  const data = Object.entries(fault).map(([name, value]) => [
    name,
    typeof value === 'number' ? formatInteger(value) : value,
  ]);
  return shellText.of(key, Object.fromEntries(data));
}

/** What of the file did not fit, and what helps. */
function evictedWords({ name }: FileRecord, stats: SourceStats | undefined): string | undefined {
  if (stats === undefined || stats.evictedPackets === 0) return undefined;
  return shellText('file.evicted', { name, count: stats.evictedPackets, budget: formatBytes(stats.byteBudget) });
}

const COUNTED = [
  'gaps',
  'skippedBytes',
  'fragments',
  'tlsConnections',
  'otherConnections',
  'otherPdus',
] as const satisfies readonly (keyof FileFindings)[];

/** A short clause for each kind of thing that was not shown. */
function findingWords({ findings, timed, state, read }: FileRecord): readonly string[] {
  const t = shellText;
  return [
    ...COUNTED.filter((kind) => findings[kind] > 0).map((kind) =>
      t.of(`file.${kind}`, { count: findings[kind], bytes: formatBytes(findings.gapBytes) }),
    ),
    ...findings.unknownLinks.map(({ linkType, frames }) => t('file.unknownLink', { count: frames, linkType })),
    ...(timed || state === 'reading' || read === 0 ? [] : [t('file.untimed')]),
  ];
}
