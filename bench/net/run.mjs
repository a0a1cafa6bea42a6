// Bundles the benchmark and runs it, pinned to the second core: node bench/net/run.mjs [connections] [bytes] [seconds] [kinds]
import { spawnSync } from 'node:child_process';
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const outdir = `${root}/build/bench-net`;
await build({
  entryPoints: [`${root}/bench/net/echo.ts`, `${root}/bench/net/server.ts`],
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  logLevel: 'error',
  tsconfig: `${root}/tsconfig.json`,
});
const args = ['-c', '1', process.execPath, `${outdir}/echo.mjs`, ...process.argv.slice(2)];
process.exitCode = spawnSync('taskset', args, { stdio: 'inherit' }).status ?? 1;
