// One suite in a process of its own: node mocha-process.ts COUNTS_FILE TIMEOUT_MS FILE…
import { runMocha } from './mocha-run.ts';

const [countsFile, timeout, ...files] = process.argv.slice(2);
if (countsFile === undefined || timeout === undefined)
  throw new Error('usage: mocha-process.ts COUNTS_FILE TIMEOUT_MS FILE…');
const grep = process.env['DATA_TRACKS_GREP'];
const { failed } = await runMocha({ files, countsFile, timeout: Number(timeout), ...(grep ? { grep } : {}) });
// A test that left a handle open must not keep the whole run waiting.
process.exit(failed === 0 ? 0 : 1);
