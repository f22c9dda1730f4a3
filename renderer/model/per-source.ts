/** One model for each open source, made on first use and disposed when its source closes. */

import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { Inspector } from './inspector.ts';

export class PerSource<M extends Disposable> {
  readonly #models = new Map<SourceId, M>();
  readonly #make: (source: SourceId) => M;

  constructor(inspector: Inspector, make: (source: SourceId) => M) {
    this.#make = make;
    inspector.sources.subscribe(() => {
      const open = new Set(inspector.sources.get().map((source) => source.id));
      for (const [source, model] of this.#models) {
        if (open.has(source)) continue;
        this.#models.delete(source);
        model[Symbol.dispose]();
      }
    });
  }

  of(source: SourceId): M {
    const known = this.#models.get(source);
    if (known !== undefined) return known;
    const model = this.#make(source);
    this.#models.set(source, model);
    return model;
  }
}

/**
 * The same for every page: finds the model of a source by its inspector.
 * @returns the same one as long as the source is open
 */
export function perSource<M extends Disposable>(
  make: (inspector: Inspector, source: SourceId) => M,
): (inspector: Inspector, source: SourceId) => M {
  const all = new WeakMap<Inspector, PerSource<M>>();
  return (inspector, source) => {
    const models = all.get(inspector) ?? new PerSource(inspector, (id) => make(inspector, id));
    all.set(inspector, models);
    return models.of(source);
  };
}
