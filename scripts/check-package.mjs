// Checks the package as its users get it. Needs a build with declarations.
//
// Contents; publint and attw; and in a project of its own: every entry point imported and required, the same Future
// from each, classes under their own names, and types that compile under node16, nodenext and bundler resolution.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entryPoints } from './entry-points.mjs';
import { complaints, packedFiles, requiredSources } from './pack.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
let failed = false;

function report(what, problems) {
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${what}`);
  for (const problem of problems) console.log(`     ${problem.trimEnd().replaceAll('\n', '\n     ')}`);
  failed ||= problems.length > 0;
}

/** Runs a command; its output if it fails. */
function run(cwd, command, ...args) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return status === 0 ? [] : [`${stdout}${stderr}`];
}

const bin = (name) => join(root, 'node_modules', '.bin', name);

const packed = packedFiles();
const built = entryPoints.flatMap(({ types, file }) => [types, file]);
report('contents of the package', complaints(packed, [...requiredSources, ...built]));

const project = mkdtempSync(join(tmpdir(), 'tsyncio-package-'));
try {
  // Packed and unpacked, so that what is not in the package is not found.
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', project];
  const tarball = join(project, execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }).trim());
  report('publint', run(root, bin('publint'), tarball, '--strict'));
  report('attw', run(root, bin('attw'), tarball, '--profile', 'esm-only', '--no-color'));

  const modules = join(project, 'node_modules');
  mkdirSync(join(modules, 'tsyncio'), { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', join(modules, 'tsyncio')]);
  mkdirSync(join(modules, '@types'));
  const dependencies = Object.keys(
    JSON.parse(readFileSync(`${root}package.json`, 'utf8')).dependencies ?? {},
  );
  for (const name of [...dependencies, '@types/node', 'undici-types']) {
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');

  const imports = entryPoints.map(({ specifier }, i) => `import * as m${i} from '${specifier}';`).join('\n');
  const all = `[${entryPoints.map((_, i) => `m${i}`).join(', ')}]`;
  writeFileSync(
    join(project, 'import.mjs'),
    `${imports}
     import { createRequire } from 'node:module';
     const require = createRequire(import.meta.url);
     const specifiers = ${JSON.stringify(entryPoints.map(({ specifier }) => specifier))};
     const problems = [];
     ${all}.forEach((module, i) => {
       const specifier = specifiers[i];
       const required = require(specifier);
       const names = Object.keys(module);
       if (names.length === 0) problems.push(specifier + ' exports nothing');
       for (const name of names) {
         const value = module[name];
         if (required[name] !== value) problems.push('import and require give different ' + name + ' of ' + specifier);
         // An old name for an error of Python's is an alias of what the main entry point exports.
         if (typeof value === 'function' && module[value.name] !== value && m0[value.name] !== value)
           problems.push(name + ' of ' + specifier + ' calls itself ' + value.name);
       }
     });
     const shared = [m0, ...${all}].flatMap((module) => Object.entries(module)).filter(([name]) => name === 'ContextVar');
     if (shared.length > 0 && new Set(shared.map(([, value]) => value)).size !== 1)
       problems.push('two entry points have a ContextVar each');
     if (problems.length > 0) { console.error(problems.join('\\n')); process.exitCode = 1; }`,
  );
  report(
    'every entry point imported and required',
    run(project, process.execPath, '--no-warnings', 'import.mjs'),
  );

  writeFileSync(join(project, 'use.ts'), `${imports}\nexport const modules: object[] = ${all};\n`);
  writeFileSync(join(project, 'use.cts'), `${imports}\nexport const modules: object[] = ${all};\n`);
  for (const [module, resolution, target] of [
    ['node16', 'node16', 'es2022'],
    ['nodenext', 'nodenext', 'es2023'],
    ['esnext', 'bundler', 'es2023'],
  ]) {
    // skipLibCheck is off: what stripInternal took away must not be missed by what is left.
    const options = `--noEmit --strict --exactOptionalPropertyTypes --skipLibCheck false --lib es2023,esnext.disposable --types node --target ${target} --module ${module} --moduleResolution ${resolution}`;
    // A CommonJS module may require() ES modules from nodenext on.
    const sources = module === 'nodenext' ? ['use.ts', 'use.cts'] : ['use.ts'];
    const problems = run(project, bin('tsc'), ...options.split(' '), ...sources);
    report(`types under ${resolution}`, problems);
  }
} finally {
  rmSync(project, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
