import { createHash } from 'node:crypto';
import { pipeline, type Readable, Transform } from 'node:stream';
import { TracksError } from '../../base/errors.ts';
import type { ByteSource } from '../remotes/blob-store.ts';
import { verifying } from '../remotes/bytes.ts';
import { createDos2UnixHasher } from './dos2unix.ts';
import type { Hash } from './hash.ts';

/** The same bytes, with `corrupt` as the stream's error at its end where they are not the object of this hash. */
export function verifiedObject(source: ByteSource, hash: Hash, what: string): ByteSource {
  if (hash.name === 'md5' || hash.kind === 'tree') return verifying(source, hash.hex, what);
  return {
    ...(source.size === undefined ? {} : { size: source.size }),
    open: async (_range, options): Promise<Readable> => {
      const stream = await source.open(undefined, options);
      // Text objects of DVC 2.x are named by the hash of their LF form, and stored as they were.
      const unix = createDos2UnixHasher();
      const raw = createHash('md5');
      const check = new Transform({
        transform(chunk: Uint8Array, _encoding, done): void {
          unix.update(chunk);
          raw.update(chunk);
          done(null, chunk);
        },
        flush(done): void {
          const got = unix.digest();
          if (got === hash.hex || raw.digest('hex') === hash.hex) {
            done();
            return;
          }
          done(
            new TracksError('corrupt', `${what}: its bytes are not its hash (${got}, expected ${hash.hex}).`, {
              path: what,
              hint: 'Get it from another remote or cache, or push it again from where it is whole.',
            }),
          );
        },
      });
      pipeline(stream, check, () => undefined);
      return check;
    },
  };
}
