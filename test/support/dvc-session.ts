import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { type DvcResult, dvc, dvcEnvironment, dvcProgram } from './dvc.ts';

/** Real DVC for many commands in a row: Python loads it once and forks for each command. */
export interface DvcSession extends Disposable {
  /** A failing command is a result. `env` is added to {@link dvcEnvironment}. */
  run(cwd: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<DvcResult>;
}

/** The Python that the `dvc` program names in its first line; `undefined` where it is no script, and on Windows (no fork). */
function pythonOf(program: string): string | undefined {
  if (process.platform === 'win32') return undefined;
  return /^#!(\/\S*python[\d.]*)\s*\n/.exec(readFileSync(program, 'latin1').slice(0, 500))?.[1];
}

function plainSession(): DvcSession {
  return { run: dvc, [Symbol.dispose]: () => undefined };
}

export function openDvcSession(): DvcSession {
  const program = dvcProgram();
  const python = program === undefined ? undefined : pythonOf(program);
  if (python === undefined) return plainSession();
  const script = new URL('dvc-session.py', import.meta.url).pathname;
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(python, [script], {
    env: { ...dvcEnvironment(), PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting: { readonly resolve: (result: DvcResult) => void; readonly reject: (error: Error) => void }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) =>
    waiting.shift()?.resolve(JSON.parse(line) as DvcResult),
  );
  const fail = (why: string): void => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`DVC's process ${why}`));
  };
  child.on('error', (error) => fail(`could not be started: ${error.message}`));
  child.on('exit', (code) => fail(`ended with ${code}`));
  return {
    run: (cwd, args, env) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify({ cwd, args, env })}\n`);
      }),
    [Symbol.dispose]: () => {
      child.stdin.end();
    },
  };
}
