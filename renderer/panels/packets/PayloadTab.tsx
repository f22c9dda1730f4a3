/** A PUBLISH's payload as JSON, text, hexadecimal or base64, loaded piece by piece where it is large. */

import { type ReactNode, useMemo, useState } from 'react';
import type { PacketDetail } from '../../../shared/contract/packet-records.ts';
import { parseJson } from '../../../shared/payload/json-tree.ts';
import { toBase64 } from '../../../shared/payload/payload-encoding.ts';
import { payloadKind } from '../../../shared/payload/payload-kind.ts';
import { decodeText, hasControlCharacters } from '../../../shared/payload/payload-text.ts';
import type { AppModel } from '../../model/app-model.ts';
import { errorWords } from '../../model/error-text.ts';
import { formatBytes } from '../../model/format.ts';
import { useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { ChipChoice } from '../../ui/ChipChoice.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { HexView } from '../../ui/HexView.tsx';
import { JsonView } from './JsonView.tsx';
import { packetBytes } from './packet-message.ts';
import { savePayload } from './payload-save.ts';
import { packetsText } from './strings/text.ts';

export interface PayloadTabProps {
  readonly app: AppModel;
  readonly packet: PacketDetail;
}

const VIEWS = ['json', 'text', 'hex', 'base64'] as const;
type View = (typeof VIEWS)[number];

/** More that one press loads. */
const STEP = 1024 * 1024;
/** Characters of text that one block of the page holds; beyond, lines wrap too slowly. */
const MAX_TEXT = 400_000;
/** Bytes that make that many characters of base64. */
const MAX_BASE64 = (MAX_TEXT / 4) * 3;

export function PayloadTab({ app, packet }: PayloadTabProps): ReactNode {
  const t = useText(packetsText);
  const all = packet.payloadTo - packet.payloadFrom;
  const [bytes, setBytes] = useState(() => packet.bytes.subarray(packet.payloadFrom, packet.payloadTo));
  const [busy, setBusy] = useState(false);
  const [message, setMessage] = useState('');
  const cut = bytes.length < all;
  const kind = useMemo(() => payloadKind(bytes, cut), [bytes, cut]);
  const [chosen, setChosen] = useState<View>();
  const view = chosen ?? (kind === 'json' ? 'json' : kind === 'binary' ? 'hex' : 'text');
  if (all === 0) return <EmptyState text={t('payload.empty')} />;
  const attempt = async (task: () => Promise<string>) => {
    setBusy(true);
    try {
      setMessage(await task());
    } catch (error) {
      setMessage(error instanceof DOMException ? t('copy.failed') : errorWords(error).what);
    } finally {
      setBusy(false);
    }
  };
  const loadMore = () =>
    attempt(async () => {
      const to = Math.min(packet.payloadTo, packet.payloadFrom + bytes.length + STEP);
      const more = await packetBytes(
        app,
        { ...packet, bytes: new Uint8Array() },
        packet.payloadFrom + bytes.length,
        to,
      );
      const joined = new Uint8Array(bytes.length + more.length);
      joined.set(bytes);
      joined.set(more, bytes.length);
      setBytes(joined);
      return '';
    });
  const copy = () =>
    attempt(async () => {
      await navigator.clipboard.writeText(viewText(view, bytes, cut));
      return cut ? t('copy.cut', { shown: formatBytes(bytes.length), all: formatBytes(all) }) : t('copy.done');
    });
  const save = () =>
    attempt(async () => {
      savePayload(await packetBytes(app, packet, packet.payloadFrom, packet.payloadTo), packet.seq + 1, kind);
      return '';
    });
  return (
    <div className="payload">
      <div className="bar payload-bar">
        <ChipChoice
          label={t('payload.views')}
          chips={VIEWS.map((id) => ({ id, title: t(`payload.${id}`) }))}
          chosen={view}
          onChoose={setChosen}
        />
        <span className="grow" />
        <Button label={t('payload.copy')} disabled={busy} onPress={() => void copy()} />
        <Button label={t('payload.save')} disabled={busy} onPress={() => void save()} />
      </div>
      {cut ? (
        <div className="payload-cut" role="status">
          {t('payload.shown', { shown: formatBytes(bytes.length), all: formatBytes(all) })}{' '}
          <Button
            kind="framed"
            label={busy ? t('payload.loading') : t('payload.load-more')}
            disabled={busy}
            onPress={() => void loadMore()}
          />
        </div>
      ) : null}
      <p className="payload-message" role="status">
        {message}
      </p>
      <PayloadView view={view} bytes={bytes} cut={cut} />
    </div>
  );
}

function viewText(view: View, bytes: Uint8Array, cut: boolean): string {
  if (view === 'hex') return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return view === 'base64' ? toBase64(bytes) : decodeText(bytes, cut).text;
}

interface PayloadViewProps {
  readonly view: View;
  readonly bytes: Uint8Array;
  readonly cut: boolean;
}

function PayloadView({ view, bytes, cut }: PayloadViewProps): ReactNode {
  const t = useText(packetsText);
  switch (view) {
    case 'hex':
      return <HexView label={t('bytes.label')} bytes={bytes} maxHeight={4000} />;
    case 'base64':
      return (
        <>
          {bytes.length > MAX_BASE64 ? (
            <p className="note">
              {t('payload.shown', { shown: formatBytes(MAX_BASE64), all: formatBytes(bytes.length) })}
            </p>
          ) : null}
          <pre className="payload-text">{toBase64(bytes.subarray(0, MAX_BASE64))}</pre>
        </>
      );
    case 'json':
      return <JsonPayload bytes={bytes} cut={cut} />;
    case 'text':
      return <TextPayload bytes={bytes} cut={cut} />;
  }
}

function JsonPayload({ bytes, cut }: Omit<PayloadViewProps, 'view'>): ReactNode {
  const t = useText(packetsText);
  const { root, fault, length } = useMemo(() => {
    const { text } = decodeText(bytes, cut);
    return { ...parseJson(text), length: text.length };
  }, [bytes, cut]);
  const onlyCut = cut && fault !== undefined && fault.at >= length;
  return (
    <>
      {fault === undefined ? null : (
        <p className="note" data-tone={onlyCut ? undefined : 'warning'}>
          {onlyCut
            ? t('payload.cut-json')
            : t('payload.json-fault', { position: fault.at + 1, reason: t(`json.${fault.reason}`) })}
        </p>
      )}
      {root === undefined ? <TextPayload bytes={bytes} cut={cut} /> : <JsonView label={t('json.label')} root={root} />}
    </>
  );
}

/** U+2400 is the picture of U+0000, and so on: a control character is seen, not obeyed. */
function visible(text: string): string {
  let shown = '';
  for (const character of text) {
    const code = character.charCodeAt(0);
    const isPlain = code >= 0x20 ? code !== 0x7f : code === 9 || code === 10;
    shown += isPlain ? character : code === 0x7f ? '\u2421' : String.fromCharCode(0x2400 + code);
  }
  return shown;
}

function TextPayload({ bytes, cut }: Omit<PayloadViewProps, 'view'>): ReactNode {
  const t = useText(packetsText);
  const { text, invalid } = useMemo(() => decodeText(bytes, cut), [bytes, cut]);
  const controls = hasControlCharacters(text);
  const shown = text.slice(0, MAX_TEXT);
  return (
    <>
      {invalid > 0 ? (
        <p className="note" data-tone="warning">
          {t('payload.invalid', { count: invalid })}
        </p>
      ) : null}
      {controls ? <p className="note">{t('payload.control')}</p> : null}
      {shown.length < text.length ? (
        <p className="note">{t('payload.shown', { shown: formatBytes(MAX_TEXT), all: formatBytes(bytes.length) })}</p>
      ) : null}
      <pre className="payload-text">{visible(shown)}</pre>
    </>
  );
}
