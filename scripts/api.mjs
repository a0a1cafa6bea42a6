// The API report: what each entry point exports, as etc/*.api.md. `node scripts/api.mjs` fails when a report no longer
// says what dist/ says; `--update` writes the reports anew. Needs a build with declarations.
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { entryPoints } from './entry-points.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const update = process.argv.includes('--update');
mkdirSync(`${root}etc`, { recursive: true });

/** Lines of `now` that `before` has not, and the other way round: enough to see what changed. */
function changes(before, now) {
  const [old, fresh] = [before.split('\n'), now.split('\n')];
  const gone = old.filter((line) => !fresh.includes(line)).map((line) => `  - ${line}`);
  const added = fresh.filter((line) => !old.includes(line)).map((line) => `  + ${line}`);
  return [...gone, ...added].slice(0, 60).join('\n');
}

let failed = false;
for (const { name, types } of entryPoints) {
  const report = `${name}.api.md`;
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: types,
      compiler: { tsconfigFilePath: 'tsconfig.build.json', skipLibCheck: true },
      apiReport: { enabled: true, reportFileName: report, reportFolder: 'etc', reportTempFolder: 'temp/api' },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        // Everything exported is public (what is not is stripped), and eslint and typedoc look after the comments.
        extractorMessageReporting: {
          default: { logLevel: 'none' },
          'ae-forgotten-export': { logLevel: 'warning', addToApiReportFile: true },
        },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: `${root}package.json`,
  });
  const before = existsSync(`${root}etc/${report}`) ? readFileSync(`${root}etc/${report}`, 'utf8') : '';
  const result = Extractor.invoke(config, {
    localBuild: update,
    messageCallback: (message) => {
      // Drift is told below, with what changed.
      if (message.category === 'console') message.handled = true;
    },
  });
  if (result.errorCount > 0) failed = true;
  if (!result.apiReportChanged) continue;
  const what = changes(before, readFileSync(`${root}temp/api/${report}`, 'utf8'));
  if (update) {
    console.log(`etc/${report} is written anew:\n${what}`);
  } else {
    failed = true;
    console.error(
      `etc/${report} is not what the package exports now (\`npm run api\` writes it anew):\n${what}`,
    );
  }
}
process.exit(failed ? 1 : 0);
