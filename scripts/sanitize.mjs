/*
 * Builds the addon with AddressSanitizer and UBSan and runs its own tests under them, in Node as it is installed:
 * the sanitizers' libraries are loaded before it. Ends with another status than 0 when they find anything, a leak in the
 * addon included; leaks in Node itself are not looked at.
 *
 *     node scripts/sanitize.mjs
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const addon = join(root, 'build-asan', 'tsyncio.node');
const compiler = process.env.CC ?? 'cc';

function fail(text) {
  console.error(`sanitize: ${text}`);
  process.exit(1);
}

/** The library as the compiler knows it; undefined when it is built in. */
function library(name) {
  const run = spawnSync(compiler, [`-print-file-name=${name}`], { encoding: 'utf8' });
  const path = run.stdout?.trim();
  return path !== undefined && path !== name && existsSync(path) ? path : undefined;
}

/** The reports that concern the addon: every error, and leaks of what it asked for. */
function findingsOf(output) {
  const isOurs = (part) => /tsyncio\.node|\/native\/\w+\.c:/.test(part);
  return output.split(/\n\n+/).filter((part) => {
    if (/^(Direct|Indirect) leak/m.test(part)) return isOurs(part);
    return /ERROR: AddressSanitizer|runtime error:/.test(part);
  });
}

const build = spawnSync(process.execPath, [join(root, 'scripts', 'build-addon.mjs'), '--asan'], {
  stdio: 'inherit',
});
if (build.status !== 0) process.exit(1);

const preload = ['libasan.so', 'libubsan.so'].map(library).filter((path) => path !== undefined);
if (preload.length === 0) fail(`${compiler} has no libasan`);

const run = spawnSync(process.execPath, ['--expose-gc', join(root, 'test', 'native', 'sanitize.cjs')], {
  encoding: 'utf8',
  timeout: 180_000,
  maxBuffer: 1 << 28,
  env: {
    ...process.env,
    TSYNCIO_SANITIZED: addon,
    LD_PRELOAD: preload.join(':'),
    ASAN_OPTIONS: 'detect_leaks=1:detect_stack_use_after_return=0:abort_on_error=0:exitcode=99',
    // Node itself leaks: that is no failure, the reports are read below.
    LSAN_OPTIONS: 'exitcode=0',
    UBSAN_OPTIONS: 'halt_on_error=1:print_stacktrace=1',
  },
});

const output = `${run.stdout}\n${run.stderr}`;
const findings = findingsOf(output);
if (findings.length > 0) {
  console.error(findings.slice(0, 5).join('\n\n'));
  fail(`${findings.length} findings`);
}
if (run.status !== 0 || !run.stdout.includes('sanitized tests passed')) {
  console.error(output.slice(-6_000));
  fail(`the tests ended with ${run.status ?? run.signal}`);
}
console.log('sanitize: AddressSanitizer and UBSan found nothing in the addon');
