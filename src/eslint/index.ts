/**
 * Rules for ESLint 9 and 10 that find what neither the compiler nor a running program tells: coroutines that nobody
 * awaits, a `yield` without its star, cancellations that end in a `catch`.
 *
 * They ask the types, and so need typescript-eslint's parser with type information:
 *
 * ```js
 * // eslint.config.js
 * import { defineConfig } from 'eslint/config';
 * import tseslint from 'typescript-eslint';
 * import { configs } from 'tsyncio/eslint';
 *
 * export default defineConfig(configs.recommended, {
 *   files: ['**\/*.ts'],
 *   languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true } },
 * });
 * ```
 *
 * | Rule                                | It finds                                                                        |
 * | ----------------------------------- | ------------------------------------------------------------------------------- |
 * | `tsyncio/no-floating-coroutines`    | `work();`, `await work()`, `items.forEach((item) => work(item))`: none of them runs |
 * | `tsyncio/no-yield-without-star`     | `yield future`, `yield work()`, `yield promise`; mends it with `--fix`             |
 * | `tsyncio/no-swallowed-cancellation` | a `catch` around a `yield*` that neither throws nor looks at what it caught       |
 *
 * `void work();` says that a coroutine is dropped on purpose.
 *
 * A configuration may also choose the rules itself:
 *
 * ```ts
 * import { plugin, rules } from 'tsyncio/eslint';
 *
 * const config = { plugins: { tsyncio: plugin }, rules: { 'tsyncio/no-floating-coroutines': 'error' } };
 * for (const name of Object.keys(config.rules)) console.log(name.replace('tsyncio/', '') in rules);
 * // true
 * ```
 *
 * @packageDocumentation
 */
import { noFloatingCoroutines } from './no-floating-coroutines.js';
import { noSwallowedCancellation } from './no-swallowed-cancellation.js';
import { noYieldWithoutStar } from './no-yield-without-star.js';
import type { Rule } from './rule.js';

export type { Rule } from './rule.js';

/** The names of the {@link rules}, without `tsyncio/`. */
export type RuleName = 'no-floating-coroutines' | 'no-swallowed-cancellation' | 'no-yield-without-star';

/** The rules, by name. Python has none. */
export const rules: Record<RuleName, Rule> = {
  'no-floating-coroutines': noFloatingCoroutines,
  'no-swallowed-cancellation': noSwallowedCancellation,
  'no-yield-without-star': noYieldWithoutStar,
};

/** What ESLint calls a plugin: {@link plugin}. */
export interface Plugin {
  /** What ESLint calls it. */
  readonly meta: { readonly name: string; readonly namespace: string };
  /** Its rules. */
  readonly rules: Record<RuleName, Rule>;
}

/**
 * The plugin, for configurations that choose the rules themselves: `{ plugins: { tsyncio: plugin }, rules: { ... } }`. Python has
 * none.
 */
export const plugin: Plugin = { meta: { name: 'tsyncio', namespace: 'tsyncio' }, rules };

/** An object for the list in `eslint.config.js`: {@link configs}. */
export interface Config {
  /** `tsyncio/recommended`. */
  readonly name: string;
  /** TypeScript's files. */
  readonly files: string[];
  /** This plugin, as `tsyncio`. */
  readonly plugins: { tsyncio: Plugin };
  /** Each rule, with its severity. */
  readonly rules: Record<`tsyncio/${RuleName}`, 'error'>;
}

/** Configurations: `recommended` has all rules, as errors, for TypeScript's files. Python has none. */
export const configs: { readonly recommended: Config } = {
  recommended: {
    name: 'tsyncio/recommended',
    files: ['**/*.ts', '**/*.tsx', '**/*.mts', '**/*.cts'],
    plugins: { tsyncio: plugin },
    rules: {
      'tsyncio/no-floating-coroutines': 'error',
      'tsyncio/no-swallowed-cancellation': 'error',
      'tsyncio/no-yield-without-star': 'error',
    },
  },
};
