import type { DataState } from '../../core/system.ts';

/** What is on disk is not what the pointer says, and a commit would record it. */
export function isStale(state: DataState | undefined): boolean {
  return (
    state === 'modified' || state === 'added' || state === 'deleted' || state === 'renamed' || state === 'changed?'
  );
}
