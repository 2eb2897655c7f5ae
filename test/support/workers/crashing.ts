import { parentPort } from 'node:worker_threads';
import type { ToWorker } from '../../../src/core/workers/pool.ts';
import { runTask } from '../../../src/core/workers/run-task.ts';

/* A hash thread that is not well: the name of the first file says how it ends. */
parentPort?.on('message', ({ task }: ToWorker) => {
  const what = task.kind === 'hash' ? (task.items[0]?.file ?? '') : '';
  if (what.includes('throw')) throw new Error('planned crash');
  if (what.includes('exit')) process.exit(3);
  if (what.includes('wait')) return; // and never an answer
  parentPort?.postMessage({ kind: 'done', result: runTask(task, () => undefined) });
});
