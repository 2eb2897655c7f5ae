import { throwIfAborted } from './operation.ts';

/** Runs `work` over `items` with at most `limit` at once, results in the order of the items. The first error stops what has not begun. */
export async function mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>,
  signal?: AbortSignal,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  let broken = false;
  const lane = async (): Promise<void> => {
    while (next < items.length && !broken) {
      const index = next++;
      try {
        throwIfAborted(signal);
        results[index] = await work(items[index] as T, index);
      } catch (error) {
        broken = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return results;
}

/** Joins calls with the same key that are under way. */
export class SingleFlight<T> {
  readonly #running = new Map<string, Promise<T>>();

  run(key: string, work: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const started = work().finally(() => this.#running.delete(key));
    this.#running.set(key, started);
    return started;
  }
}

/** One after the other, in the order of the calls. A failed call does not stop the next. */
export class Sequence {
  #tail: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work, work);
    this.#tail = result.catch(() => undefined);
    return result;
  }
}
