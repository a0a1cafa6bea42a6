import { Linter, RuleTester } from 'eslint';
import { fileURLToPath } from 'node:url';
import tseslint from 'typescript-eslint';
import { describe, it } from 'vitest';
import { type RuleName, rules } from '../../src/eslint/index.js';

// ESLint's tester makes suites and tests of its cases by these.
Object.assign(RuleTester, { describe, it });

const fixtures = fileURLToPath(new URL('fixtures/', import.meta.url));

const filename = `${fixtures}code.ts`;

const typed = {
  parser: tseslint.parser,
  parserOptions: {
    project: './tsconfig.json',
    tsconfigRootDir: fixtures,
    // In CI the parser would take the types from the file on disk, and not from the code of the case.
    disallowAutomaticSingleRunInference: true,
  },
};

const tester = new RuleTester({ languageOptions: typed });

/** What a rule is to say of a piece of code, and to make of it. */
export interface Invalid {
  name: string;
  code: string;
  /** The ids of its complaints, in order; with what each suggests. */
  errors: readonly (string | { messageId: string; suggestions: { messageId: string; output: string }[] })[];
  output?: string;
}

const HEAD = `import {
  asyncWith, createTask, gather, getRunningLoop, isException, Lock, run, sleep, TaskGroup, wrapFuture,
  type Awaitable, type Coroutine, type Future
} from 'tsyncio';
declare function work(n?: number): Coroutine<number>;
declare function load(): Promise<string>;
declare const future: Future<number>;
`;

/** Try a rule on code that it must leave alone, and on code that it must complain of. The names in HEAD are at hand. */
export function tryRule(
  name: RuleName,
  valid: Readonly<Record<string, string>>,
  invalid: readonly Invalid[],
): void {
  tester.run(name, rules[name], {
    valid: Object.entries(valid).map(([name, code]) => ({ name, code: HEAD + code, filename })),
    invalid: invalid.map(({ name, code, errors, output }) => ({
      name,
      filename,
      code: HEAD + code,
      output: output === undefined ? null : HEAD + output,
      errors: errors.map((error) =>
        typeof error === 'string'
          ? { messageId: error }
          : {
              messageId: error.messageId,
              suggestions: error.suggestions.map((one) => ({ ...one, output: HEAD + one.output })),
            },
      ),
    })),
  });
}

/** Have TypeScript read the library. The tests after this one find it read. */
export function readTypes(): void {
  new Linter().verify(HEAD, { languageOptions: typed, files: ['**/*.ts'] }, filename);
}
