export function once<T>(create: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: create() };
    return made.value;
  };
}

/** `work`, done again only for other arguments than the last ones. What it throws is not kept. For results that nobody changes. */
export function keepLast<A extends readonly unknown[], T>(work: (...args: A) => T): (...args: A) => T {
  let last: { args: A; result: T } | undefined;
  return (...args) => {
    if (!last?.args.every((arg, index) => arg === args[index])) last = { args, result: work(...args) };
    return last.result;
  };
}

/** A module that is loaded when it is first needed, and stays. */
export function loadOnce<T>(load: () => Promise<T>): { load(): Promise<void>; get(): T } {
  let loaded: T | undefined;
  return {
    async load() {
      // A frame that is due comes first.
      if (!loaded) await new Promise((resolve) => setTimeout(resolve));
      loaded ??= await load();
    },
    get() {
      if (!loaded) throw new Error('used before it was loaded');
      return loaded;
    },
  };
}
