import { parentPort, threadId } from 'node:worker_threads';
import { cancelled, toPlainError } from '../../base/errors.ts';
import type { FromWorker, ToWorker } from './pool.ts';
import { runTask } from './run-task.ts';

/* The entry point of a hash thread: one task after the other, until the owner ends it. */

const port = parentPort;
if (port === null) throw new Error(`hash-worker.ts runs in a worker thread only (this is thread ${threadId}).`);

const reportEvery = 60;

port.on('message', (message: ToWorker) => {
  const stop = new Int32Array(message.stop);
  let files = 0;
  let bytes = 0;
  let last = performance.now();
  const send = (reply: FromWorker): void => port.postMessage(reply);
  try {
    const result = runTask(message.task, (f, b) => {
      files += f;
      bytes += b;
      if (Atomics.load(stop, 0) !== 0) throw cancelled();
      const now = performance.now();
      if (now - last < reportEvery) return;
      last = now;
      send({ kind: 'tick', files, bytes });
      files = 0;
      bytes = 0;
    });
    send({ kind: 'tick', files, bytes });
    send({ kind: 'done', result });
  } catch (error) {
    send({ kind: 'failed', error: toPlainError(error) });
  }
});
