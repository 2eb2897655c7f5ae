// `npm test`: from a fresh clone to "N passed, N failed". `npm test -- unit|interop|extension|e2e` runs a part.
import { handOver } from './bootstrap.mjs';

await handOver({
  program: 'test/run.ts',
  build: ['--tests'],
  args: process.argv.slice(2),
  notBuilt: '0 passed, 1 failed',
});
