import type { Readable } from 'node:stream';

/** All bytes of a stream. Stops and throws what `tooMany` makes once there are more than `limit` of them. */
export async function readAll(stream: Readable, limit: number, tooMany: () => Error): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of stream) {
    const chunk: Uint8Array = typeof part === 'string' ? Buffer.from(part) : part;
    bytes += chunk.length;
    if (bytes > limit) throw tooMany();
    parts.push(chunk);
  }
  return Buffer.concat(parts, bytes);
}
