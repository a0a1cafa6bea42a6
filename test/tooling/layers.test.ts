import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractDepcruiseConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';

const baseDir = fileURLToPath(new URL('./fixtures/layers', import.meta.url));

/** Every violation in the fixture, as `rule: from -> to`. */
let found: string[];

beforeAll(async () => {
  const rules = await extractDepcruiseConfig(
    fileURLToPath(new URL('../../.dependency-cruiser.mjs', import.meta.url)),
  );
  const result = await cruise(['src'], {
    ruleSet: { forbidden: rules.forbidden ?? [] },
    validate: true,
    baseDir,
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
  });
  found = (result.output as ICruiseResult).summary.violations.map(
    ({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`,
  );
});

describe('the layer rules', () => {
  it.each([
    [
      'a type-only import that points upward',
      'layer-futures: src/futures/upward-type.ts -> src/tasks/task.ts',
    ],
    ['a queue that reaches into tasks', 'layer-queues: src/queues/uses-task.ts -> src/tasks/task.ts'],
    ['a builtin of Node outside platform', 'node-only-in-platform: src/base/reads-node.ts -> fs'],
    ['a cycle of types', 'no-cycles: src/sync/ring-a.ts -> src/sync/ring-b.ts'],
    ['a folder without a place', 'known-folders: src/elsewhere/unplaced.ts -> src/base/error.ts'],
    ['an import of nothing', 'resolvable: src/base/missing-file.ts -> ./gone.js'],
    ['a file that nobody imports', 'no-orphans: src/base/lonely.ts -> src/base/lonely.ts'],
  ])('forbid %s', (_, violation) => {
    expect(found).toContain(violation);
  });

  it('forbid the addon outside platform', () => {
    expect(found).toContainEqual(
      expect.stringMatching(/^packages-only-in-platform: src\/base\/loads-addon\.ts/),
    );
  });

  it('let a layer import from one below it', () => {
    expect(found.filter((violation) => violation.includes('src/tasks/task.ts -> src/base/error.ts'))).toEqual(
      [],
    );
  });
});
