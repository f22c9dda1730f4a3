/** The question before retained messages are cleared, with the count, and what came of it. */

import type { ReactNode } from 'react';
import { errorWords } from '../../model/error-text.ts';
import type { TopicsModel } from '../../model/topics-model.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { ConfirmBar } from '../../ui/ConfirmBar.tsx';
import { topicsText } from './strings/text.ts';

export function RetainedBar({ model }: { readonly model: TopicsModel }): ReactNode {
  const t = useText(topicsText);
  const state = useModel(model.retained.state);
  if (state.step === 'idle') return null;
  const { topic, subtree } = state;
  if (state.step === 'confirm' && state.retained > 0)
    return (
      <ConfirmBar
        question={subtree ? t('retained.ask-below', { count: state.retained, topic }) : t('retained.ask', { topic })}
        confirm={t('retained.confirm', { count: state.retained })}
        cancel={t('cancel')}
        onConfirm={() => void model.retained.confirm()}
        onCancel={() => model.retained.close()}
      />
    );
  const message = {
    counting: () => t('retained.counting'),
    clearing: () => t('retained.clearing'),
    confirm: () => (subtree ? t('retained.none-below', { topic }) : t('retained.none', { topic })),
    done: () => t('retained.done', { count: state.step === 'done' ? state.cleared : 0 }),
    failed: () => (state.step === 'failed' ? errorWords(state.error).what : ''),
  }[state.step]();
  return (
    <div className="notice" role="status" data-level={state.step === 'failed' ? 'error' : undefined}>
      <span className="grow">{message}</span>
      <Button label={t('close')} onPress={() => model.retained.close()} />
    </div>
  );
}
