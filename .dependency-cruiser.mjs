/**
 * The layers of src/, lowest first. A folder imports from folders before it and from those named beside it,
 * type-only imports included. test/tooling/layers.test.ts proves that these rules bite.
 *
 * @type {Record<string, string[]>}
 */
const mayImport = {
  base: [],
  contextvars: ['base'],
  futures: ['base', 'contextvars'],
  tasks: ['base', 'contextvars', 'futures'],
  platform: ['base'],
  selectors: ['base', 'platform'],
  socket: ['base', 'platform', 'selectors'],
  protocols: ['base', 'socket'],
  signal: ['base', 'platform'],
  concurrent: ['base', 'contextvars', 'futures', 'platform'],
  loop: [
    'base',
    'contextvars',
    'futures',
    'tasks',
    'platform',
    'selectors',
    'socket',
    'signal',
    'protocols',
    'concurrent',
  ],
  // Primitives and queues stand on Future's public interface alone, as a user's own would.
  sync: ['base', 'contextvars', 'futures'],
  queues: ['base', 'contextvars', 'futures', 'sync'],
  // Transports over Node's own streams, and what makes such streams.
  duplex: ['base', 'contextvars', 'futures', 'tasks', 'platform', 'socket', 'protocols', 'loop'],
  // The loop's network; base/network.ts says how the loop finds it.
  transports: [
    'base',
    'contextvars',
    'futures',
    'tasks',
    'platform',
    'selectors',
    'socket',
    'protocols',
    'loop',
    'duplex',
  ],
  streams: [
    'base',
    'contextvars',
    'futures',
    'tasks',
    'platform',
    'socket',
    'protocols',
    'loop',
    'transports',
  ],
  ssl: [
    'base',
    'contextvars',
    'futures',
    'tasks',
    'platform',
    'selectors',
    'socket',
    'protocols',
    'loop',
    'duplex',
    'transports',
  ],
  pipes: [
    'base',
    'contextvars',
    'futures',
    'tasks',
    'platform',
    'selectors',
    'socket',
    'protocols',
    'loop',
    'transports',
    'duplex',
  ],
  subprocess: [
    'base',
    'contextvars',
    'futures',
    'tasks',
    'platform',
    'selectors',
    'socket',
    'protocols',
    'loop',
    'transports',
    'duplex',
    'streams',
    'pipes',
  ],
  // Promises, signals, streams and emitters, and the loop that lives in a server.
  interop: ['base', 'contextvars', 'futures', 'tasks', 'platform', 'protocols', 'loop', 'streams'],
  // Rules for ESLint know the library by its types alone.
  eslint: [],
  testing: ['base', 'contextvars', 'futures', 'tasks', 'platform', 'selectors', 'loop'],
};

const layers = Object.entries(mayImport).map(([folder, allowed]) => ({
  name: `layer-${folder}`,
  comment: `src/${folder} imports ${allowed.length > 0 ? `only from ${allowed.map((a) => `src/${a}`).join(', ')}` : 'from no other folder'}.`,
  severity: 'error',
  from: { path: `(^|/)src/${folder}/` },
  to: { path: '(^|/)src/', pathNot: `(^|/)src/(${[folder, ...allowed].join('|')})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...layers,
    {
      name: 'known-folders',
      comment: 'A new folder of src/ gets its place among the layers first.',
      severity: 'error',
      from: { path: '(^|/)src/', pathNot: `(^|/)src/((${Object.keys(mayImport).join('|')})/|index\\.ts$)` },
      to: {},
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'node-only-in-platform',
      comment: 'Futures, tasks, loop, sync and queues also run where there is no Node.',
      severity: 'error',
      from: { path: '(^|/)src/', pathNot: '(^|/)src/platform/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'packages-only-in-platform',
      comment: 'The addon is loaded in one place.',
      severity: 'error',
      from: { path: '(^|/)src/', pathNot: '(^|/)src/platform/' },
      to: { dependencyTypes: ['npm'] },
    },
    {
      name: 'no-dev-packages',
      severity: 'error',
      from: { path: '(^|/)src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: 'node_modules/@types/node/' },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: { path: '(^|/)src/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'not-from-tests',
      severity: 'error',
      from: { path: '(^|/)src/' },
      to: { path: '^(test|examples|bench|docs)/' },
    },
    {
      name: 'no-orphans',
      comment: 'Nothing imports this file: it is dead, or missing from an index.',
      severity: 'error',
      from: { orphan: true, path: '(^|/)src/' },
      to: {},
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};
