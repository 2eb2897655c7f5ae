// `npm start`: from a fresh clone to an editor with the extension open on a sample project. `npm start -- --help` tells the options.
import { handOver } from './bootstrap.mjs';

await handOver({ program: 'scripts/open-sample.ts', build: [], args: process.argv.slice(2) });
