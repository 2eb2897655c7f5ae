import { createInterface } from 'node:readline/promises';
import { cancelled } from '../base/errors.ts';

export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

/** Yes only where the answer begins with a `y`. Rejects with `cancelled` on Ctrl-C. */
export async function askYesNo(question: string, { input, output, signal }: Terminal): Promise<boolean> {
  const lines = createInterface({ input, output });
  try {
    // readline takes Ctrl-C for itself, and the end of the input is no answer either.
    const closed = new Promise<never>((_resolve, reject) => lines.once('close', () => reject(cancelled())));
    const answer = await Promise.race([lines.question(`${question} [y/N] `, { signal }), closed]);
    return /^\s*y(es)?\s*$/i.test(answer);
  } finally {
    lines.removeAllListeners('close');
    lines.close();
  }
}
