/** Keeps one model for each open source, made when it is first looked at and disposed when the source closes. */

import type { SourceId } from '../../shared/contract/records.ts';
import type { Inspector } from './inspector.ts';

/** @returns finds the model of a source; the same one as long as the source is open */
export function perSource<M extends Disposable>(
  make: (inspector: Inspector, source: SourceId) => M,
): (inspector: Inspector, source: SourceId) => M {
  const all = new WeakMap<Inspector, Map<SourceId, M>>();
  return (inspector, source) => {
    let models = all.get(inspector);
    if (models === undefined) {
      const made = new Map<SourceId, M>();
      models = made;
      all.set(inspector, made);
      inspector.sources.subscribe(() => disposeClosed(inspector, made));
    }
    const known = models.get(source);
    if (known !== undefined) return known;
    const model = make(inspector, source);
    models.set(source, model);
    return model;
  };
}

function disposeClosed<M extends Disposable>(inspector: Inspector, models: Map<SourceId, M>): void {
  const open = new Set(inspector.sources.get().map((source) => source.id));
  for (const [source, model] of models) {
    if (open.has(source)) continue;
    models.delete(source);
    model[Symbol.dispose]();
  }
}
