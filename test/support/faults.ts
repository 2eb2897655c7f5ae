import { spawnSync } from 'node:child_process';

/** Makes a named pipe; says why where there are none. */
export function mkfifo(path: string): string | undefined {
  const { status, error } = spawnSync('mkfifo', [path]);
  return status === 0 ? undefined : `no named pipes here (${error?.message ?? `mkfifo ended with ${status}`})`;
}

/**
 * Runs work as somebody whom modes bind: the administrator may do everything. Synchronous work of this thread; what it makes belongs to
 * that other user.
 */
export function withoutRoot<T>(work: () => T): { readonly skipped?: string; readonly result: T } {
  if (process.platform === 'win32') return { skipped: 'no modes on Windows', result: work() };
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(65_534);
  try {
    return { result: work() };
  } finally {
    if (root) process.seteuid?.(0);
  }
}

/** {@link withoutRoot} for what takes its time. Nothing else may run meanwhile. */
export async function withoutRootAsync<T>(work: () => Promise<T>): Promise<T> {
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    if (root) process.seteuid?.(0);
  }
}
