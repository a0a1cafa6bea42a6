import js from '@eslint/js';
import { build } from 'esbuild';
import { defineConfig, globalIgnores } from 'eslint/config';
import jsdoc from 'eslint-plugin-jsdoc';
import tsdoc from 'eslint-plugin-tsdoc';
import tseslint from 'typescript-eslint';

/** The rules that the package brings for its users, from its sources. */
async function ownRules() {
  const options = { entryPoints: ['src/eslint/index.ts'], absWorkingDir: import.meta.dirname };
  const { outputFiles } = await build({ ...options, bundle: true, format: 'esm', write: false });
  return await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

const tsyncio = await ownRules();

/** What only src/platform may touch: everything else asks the loop, so that virtual time and browsers work. */
const hostGlobals = [
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
  'queueMicrotask',
  'performance',
  'process',
];

const swallowed =
  'A catch that drops its error swallows CancelledError too: bind it and look at it (isException, instanceof), or say why not in a disable comment.';

export default defineConfig(
  globalIgnores([
    'build*/',
    'coverage/',
    'dist/',
    'dist-examples/',
    'native/',
    'prebuilds/',
    'site/',
    'temp/',
    '**/fixtures/',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  // Plain scripts and settings: no types to check against.
  {
    files: ['**/*.{js,mjs,cjs}'],
    extends: [js.configs.recommended],
    languageOptions: {
      globals: Object.fromEntries(
        [
          ...hostGlobals,
          'console',
          'Buffer',
          'URL',
          'structuredClone',
          'globalThis',
          'module',
          'require',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },

  {
    files: ['**/*.ts'],
    extends: [
      js.configs.recommended,
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
    ],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // Coroutines are generators: one that never waits is still a coroutine, as an `async def` without await is.
      'require-yield': 'off',
      // An aenter() or a callback may have to be async by its interface alone.
      '@typescript-eslint/require-await': 'off',
      // What was caught is thrown on as it came: it may be anything, by JavaScript's rules.
      '@typescript-eslint/only-throw-error': [
        'error',
        { allowThrowingAny: false, allowThrowingUnknown: true, allowRethrowing: true },
      ],
      '@typescript-eslint/prefer-promise-reject-errors': [
        'error',
        { allowThrowingUnknown: true, allowThrowingAny: false },
      ],
      // `Coroutine<T> | void`: a body or a handler may be a coroutine, and may return nothing.
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        {
          allowNumber: true,
          allowBoolean: true,
          allow: [{ from: 'file', name: ['Context', 'ContextVar', 'Future', 'Handle', 'Task', 'Token'] }],
        },
      ],
      // A repr asks any value for its string form, as Python's does.
      '@typescript-eslint/no-base-to-string': 'off',
      // The callbacks and methods a class may leave empty are part of asyncio's interface (protocols, transports).
      '@typescript-eslint/no-empty-function': 'off',
      // Overloads are written one by one where each has its own documentation.
      '@typescript-eslint/unified-signatures': 'off',
      // Ring buffers and heaps read slots that they know to be filled; a check there would be dead code.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // `slot as T` says which type is meant where `!` says only that there is one.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // isolatedDeclarations wants the type on the left of what is exported; elsewhere it reads better on the right.
      '@typescript-eslint/consistent-generic-constructors': 'off',
      // `: number` widens a constant that another platform has another value of.
      '@typescript-eslint/no-inferrable-types': 'off',
      // Coroutine<void> says more than Coroutine.
      '@typescript-eslint/no-unnecessary-type-arguments': 'off',
      // A type parameter used once lets the caller keep a type that is only passed through.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Classes of different layers meet through interfaces in base; a task comes back from there as what it is.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { args: 'after-used', argsIgnorePattern: '^_', caughtErrors: 'all', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportDefaultDeclaration',
          message: 'Export by name: one name for one thing everywhere.',
        },
      ],
    },
  },

  {
    files: ['src/**/*.ts'],
    plugins: { jsdoc, tsdoc },
    rules: {
      complexity: ['error', 12],
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
      // Where there is no handler, trouble is told on stderr, as Python's logging does.
      'no-console': ['error', { allow: ['warn', 'error'] }],
      'tsdoc/syntax': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportDefaultDeclaration',
          message: 'Export by name: one name for one thing everywhere.',
        },
        { selector: 'CatchClause:not([param])', message: swallowed },
        { selector: 'CatchClause > BlockStatement[body.length=0]', message: swallowed },
        { selector: 'TSEnumDeclaration', message: 'Use constants and a union: enums are not erasable.' },
        {
          selector: 'ImportDeclaration[source.value=/^node:/]',
          message: 'Only src/platform touches Node, and through process.getBuiltinModule.',
        },
      ],
      'jsdoc/require-jsdoc': [
        'error',
        {
          publicOnly: true,
          enableFixer: false,
          exemptOverloadedImplementations: true,
          skipInterveningOverloadedDeclarations: true,
          checkConstructors: false,
          require: { ClassDeclaration: true, FunctionDeclaration: true, MethodDefinition: false },
          contexts: [
            // An overriding method has its documentation where it overrides; private and underscored ones are ours.
            'MethodDefinition[override=false][accessibility!="private"][kind!="constructor"][key.type="Identifier"][key.name!=/^_/]',
            'PropertyDefinition[declare=false][override=false][accessibility!="private"][key.type="Identifier"][key.name!=/^_/]',
            'TSInterfaceDeclaration',
            'TSTypeAliasDeclaration',
          ],
        },
      ],
    },
  },

  {
    files: ['src/**/*.ts'],
    ignores: ['src/platform/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...hostGlobals.map((name) => ({
          name,
          message: 'Only src/platform touches the host; ask the loop.',
        })),
      ],
      'no-restricted-properties': [
        'error',
        ...hostGlobals.map((property) => ({
          object: 'globalThis',
          property,
          message: 'Only src/platform touches the host; ask the loop.',
        })),
      ],
    },
  },

  // Programs that use the library, as its users' do.
  { files: ['examples/**/*.ts', 'bench/**/*.ts'], extends: [tsyncio.configs.recommended] },

  // Tests, examples and benchmarks say things that a library must not, and check by doing.
  {
    files: ['test/**/*.ts', 'examples/**/*.ts', 'bench/**/*.ts', '*.config.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      'no-restricted-syntax': 'off',
    },
  },
);
