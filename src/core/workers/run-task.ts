import { hashFiles } from './hash-files.ts';
import { placeFiles } from './place-files.ts';
import type { Task, TaskResults, Tick } from './protocol.ts';
import { scanFolder } from './scan-folder.ts';

/** Does a task on this thread, synchronously. */
export function runTask(task: Task, tick: Tick): TaskResults[Task['kind']] {
  switch (task.kind) {
    case 'scan':
      return scanFolder(task, tick);
    case 'hash':
      return hashFiles(task, tick);
    case 'place':
      return placeFiles(task, tick);
  }
}
