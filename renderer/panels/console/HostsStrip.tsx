/** Where the hosts of scripts are sent instead. */

import { Trash2 } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import type { ConsoleModel } from '../../model/console-model.ts';
import { ANY_HOST } from '../../model/console-overrides.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { consoleText } from './strings/text.ts';

export interface HostsStripProps {
  readonly model: ConsoleModel;
  /** Put into the field of a new row. */
  readonly host: string;
}

export function HostsStrip({ model, host }: HostsStripProps): ReactNode {
  const t = useText(consoleText);
  const { overrides } = model;
  const list = useModel(overrides.list);
  useModel(model.app.inspector.sources);
  const known = useId();
  const [from, setFrom] = useState(host);
  const [to, setTo] = useState('');
  const destinations = model.destinations();
  const everywhere = list.find((override) => override.from === ANY_HOST)?.to ?? '';
  const choices = new Map([...destinations.map(({ name, url }) => [url, name] as const)]);
  if (everywhere !== '' && !choices.has(everywhere)) choices.set(everywhere, everywhere);
  const add = () => {
    if (from.trim() === '' || to.trim() === '') return;
    overrides.set(from, to);
    setFrom('');
    setTo('');
  };
  return (
    <section className="console-hosts" aria-label={t('hosts.title')}>
      <datalist id={known}>
        {destinations.map(({ name, url }) => (
          <option key={url} value={url}>
            {name}
          </option>
        ))}
      </datalist>
      <div className="console-host-row">
        <label className="console-all-hosts">
          <span className="quiet">{t('hosts.all')}</span>
          <select
            className="input"
            value={everywhere}
            onChange={(event) => overrides.set(ANY_HOST, event.target.value)}
          >
            <option value="">{t('hosts.as-written')}</option>
            {[...choices].map(([url, name]) => (
              <option key={url} value={url}>
                {name === url ? url : `${name} (${url})`}
              </option>
            ))}
          </select>
        </label>
      </div>
      {list
        .filter((override) => override.from !== ANY_HOST)
        .map((override) => (
          <div key={override.from} className="console-host-row">
            <span className="mono console-host">{override.from}</span>
            <span aria-hidden>→</span>
            <input
              className="input mono grow"
              aria-label={`${t('hosts.to')}: ${override.from}`}
              list={known}
              defaultValue={override.to}
              onBlur={(event) => {
                const next = event.target.value.trim();
                if (next !== '' && next !== override.to) overrides.replace(override, { ...override, to: next });
              }}
            />
            <Button label={`${t('hosts.remove')}: ${override.from}`} onPress={() => overrides.remove(override)}>
              <Trash2 aria-hidden />
            </Button>
          </div>
        ))}
      <div
        className="console-host-row"
        onKeyDown={(event) => {
          if (event.key === 'Enter' && event.target instanceof HTMLInputElement) add();
        }}
      >
        <input
          className="input mono console-host"
          aria-label={t('hosts.from')}
          placeholder="mq.example.com"
          value={from}
          onChange={(event) => setFrom(event.target.value)}
        />
        <span aria-hidden>→</span>
        <input
          className="input mono grow"
          aria-label={t('hosts.to')}
          placeholder="mqtt://127.0.0.1:1883"
          list={known}
          value={to}
          onChange={(event) => setTo(event.target.value)}
        />
        <Button kind="framed" label={t('hosts.add')} disabled={from.trim() === '' || to.trim() === ''} onPress={add} />
      </div>
      <p className="quiet">{t('hosts.hint')}</p>
    </section>
  );
}
