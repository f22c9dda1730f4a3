/** The single place where React meets the models. */

import { useSyncExternalStore } from 'react';
import { language, type Text } from './language.ts';
import type { Readable } from './store.ts';

/** The model's value now; the component renders again when it changed. */
export function useModel<T>(model: Readable<T>): T {
  return useSyncExternalStore(subscriber(model), model.get);
}

/** A part of the model's value; `select` must answer the same object for the same value. */
export function useModelPart<T, P>(model: Readable<T>, select: (value: T) => P): P {
  return useSyncExternalStore(subscriber(model), () => select(model.get()));
}

/** The texts of a folder in the language of the moment; the component renders again when that changes. */
export function useText<T extends Text>(text: T): T {
  useModel(language.code);
  return text;
}

type Subscribe = (listener: () => void) => () => void;
const subscribers = new WeakMap<Readable<unknown>, Subscribe>();

/** One function for each model, so that React does not subscribe anew with each render. */
function subscriber(model: Readable<unknown>): Subscribe {
  const known = subscribers.get(model);
  if (known !== undefined) return known;
  const subscribe: Subscribe = (listener) => {
    const subscription = model.subscribe(listener);
    return () => subscription[Symbol.dispose]();
  };
  subscribers.set(model, subscribe);
  return subscribe;
}
