import { readFileSync } from 'node:fs';

const folder = new URL('../../../fixtures/dvc/', import.meta.url);

/** A file that real DVC wrote; test/fixtures/make.sh makes them anew. */
export function golden(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8');
}

export function goldenBytes(name: string): Buffer {
  return readFileSync(new URL(name, folder));
}

export function goldenJson<T>(name: string): T {
  return JSON.parse(golden(name)) as T;
}
