import { checkout } from './checkout.ts';
import { type FetchOptions, fetch } from './fetch.ts';
import type { Repository } from './repository.ts';
import type { PullResult } from './system.ts';

export interface PullOptions extends FetchOptions {
  readonly force?: boolean;
  readonly allowMissing?: boolean;
}

/** {@link fetch}, then checkout: what could be had is placed, what could not is reported once. */
export async function pull(repo: Repository, options: PullOptions = {}): Promise<PullResult> {
  const fetched = await fetch(repo, options);
  const placed = await checkout(repo, options);
  const told = new Set(fetched.failed.map((f) => f.what.replace(/\/$/, '')));
  const rest = placed.failed.filter((f) => !(f.error.code === 'not-in-cache' && told.has(f.what)));
  return { ...fetched, failed: [...fetched.failed, ...rest], checkout: placed };
}
