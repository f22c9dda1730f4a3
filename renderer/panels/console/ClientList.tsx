/** The clients of one run: each is a source, and leads to its packets. */

import { Cable } from 'lucide-react';
import type { ReactNode } from 'react';
import type { SourceSummary } from '../../../shared/contract/source-records.ts';
import type { AppModel } from '../../model/app-model.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { consoleText } from './strings/text.ts';

export interface ClientListProps {
  readonly app: AppModel;
  readonly clients: readonly SourceSummary[];
}

export function ClientList({ app, clients }: ClientListProps): ReactNode {
  const t = useText(consoleText);
  return (
    <section className="console-clients" aria-label={t('clients.label')}>
      <h2>{t('clients.label')}</h2>
      <ul>
        {clients.map((client) => (
          <Client key={client.id} app={app} client={client} />
        ))}
      </ul>
    </section>
  );
}

function Client({ app, client }: { readonly app: AppModel; readonly client: SourceSummary }): ReactNode {
  const t = useText(consoleText);
  const packets = useModel(app.inspector.statsOf(client.id))?.packets ?? 0;
  const source = client.id;
  return (
    <li className="console-client">
      <button
        type="button"
        className="console-client-name"
        title={client.endpoint}
        onClick={() => app.navigation.go({ to: 'packets', source, filter: '' })}
      >
        <span className="state-dot" data-state={client.state} aria-hidden />
        <span className="grow mono">{client.name}</span>
        <span className="quiet number">{t('clients.packets', { count: packets })}</span>
      </button>
      <Button label={t('clients.connection')} onPress={() => app.navigation.go({ to: 'connection', source })}>
        <Cable aria-hidden />
      </Button>
    </li>
  );
}
