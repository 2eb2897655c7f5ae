import { createHash, type Hash as Hasher } from 'node:crypto';

const block = 512;
const readSize = 1 << 20;

/** DVC 2.x's test: no NUL, and at most 30 % outside of printable ASCII, `\n \r \t \f \b`. Empty is text. Source: dvc-data hashfile/istextfile.py. */
export function looksLikeText(chunk: Uint8Array): boolean {
  const head = chunk.subarray(0, block);
  if (head.length === 0) return true;
  let odd = 0;
  for (const byte of head) {
    if (byte === 0) return false;
    const text = (byte >= 32 && byte < 127) || byte === 10 || byte === 13 || byte === 9 || byte === 12 || byte === 8;
    if (!text) odd++;
  }
  return odd / head.length <= 0.3;
}

function unixLines(chunk: Uint8Array): Uint8Array {
  const out = Buffer.allocUnsafe(chunk.length);
  let n = 0;
  for (let i = 0; i < chunk.length; i++) {
    if (chunk[i] === 13 && chunk[i + 1] === 10) continue;
    out[n++] = chunk[i] as number;
  }
  return out.subarray(0, n);
}

/** MD5 as DVC 2.x made it: by reads of 1 MiB, text reads with CRLF made LF (a CRLF across two reads stays). */
export function createDos2UnixHasher(): { update(bytes: Uint8Array): void; digest(): string } {
  const hasher: Hasher = createHash('md5');
  let pending: Buffer = Buffer.alloc(0);
  const take = (chunk: Uint8Array): void => void hasher.update(looksLikeText(chunk) ? unixLines(chunk) : chunk);
  return {
    update(bytes) {
      pending = pending.length === 0 ? Buffer.from(bytes) : Buffer.concat([pending, bytes]);
      while (pending.length >= readSize) {
        take(pending.subarray(0, readSize));
        pending = pending.subarray(readSize);
      }
    },
    digest() {
      if (pending.length > 0) take(pending);
      return hasher.digest('hex');
    },
  };
}
