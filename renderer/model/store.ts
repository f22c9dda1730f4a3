/** The one kind of state a model keeps: a value that can be read, watched and, by its owner, replaced. */

import { createStore as createVanillaStore } from 'zustand/vanilla';

/** What a model shows of itself. `get` answers the same object until the value changed. */
export interface Readable<T> {
  readonly get: () => T;
  /** Calls `listener` after each change, in order, until the result is disposed. */
  subscribe(listener: () => void): Disposable;
}

export interface Writable<T> extends Readable<T> {
  /** Does nothing where the value is the same by `Object.is`. */
  set(value: T): void;
  update(change: (value: T) => T): void;
}

export function createStore<T>(initial: T): Writable<T> {
  const store = createVanillaStore<{ readonly value: T }>(() => ({ value: initial }));
  return {
    get: () => store.getState().value,
    set(value) {
      if (!Object.is(store.getState().value, value)) store.setState({ value });
    },
    update(change) {
      this.set(change(this.get()));
    },
    subscribe: (listener) => disposable(store.subscribe(listener)),
  };
}

/** A value computed from others; computed on demand and again only after one of `sources` changed. */
export function derive<T>(sources: readonly Readable<unknown>[], compute: () => T): Readable<T> {
  let known: { readonly seen: readonly unknown[]; readonly value: T } | undefined;
  const get = (): T => {
    const now = sources.map((source) => source.get());
    if (known === undefined || now.some((item, index) => !Object.is(item, known?.seen[index])))
      known = { seen: now, value: compute() };
    return known.value;
  };
  return {
    get,
    subscribe(listener) {
      let last = get();
      const check = () => {
        const next = get();
        if (Object.is(last, next)) return;
        last = next;
        listener();
      };
      return disposeAll(sources.map((source) => source.subscribe(check)));
    },
  };
}

export function disposable(dispose: () => void): Disposable {
  return { [Symbol.dispose]: dispose };
}

export function disposeAll(parts: readonly Disposable[]): Disposable {
  return disposable(() => {
    for (const part of parts) part[Symbol.dispose]();
  });
}
