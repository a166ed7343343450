import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { listShallowFiles } from './test/helpers/deep-files.ts';

/** They start or load the built program, another process that they wait for, or a pseudo-terminal. */
const program = [
  'test/e2e/**/*.test.ts',
  'test/known-failures/**/*.test.ts',
  'test/helpers/**/*.test.ts',
  'test/bench/**/*.test.ts',
  'test/compile-cache.test.ts',
  'test/packaging.test.ts',
  'test/readme.test.ts',
  'test/release/main-job.test.ts',
  'test/release/sbom.test.ts',
  'test/schemas.test.ts',
];

/** They measure time or memory in their own process, or change the flags of V8: each has one to itself, warmed up by nobody else. */
const alone = [
  'test/copilot/idle-streams.test.ts',
  'test/dialects/**/random-bytes.test.ts',
  'test/dialects/endless-streams.test.ts',
  'test/http/first-connection.test.ts',
  'test/markdown/linear-time.test.ts',
  'test/pause.test.ts',
  'test/sse/decoder.test.ts',
  'test/tokens/token-counter.test.ts',
];

/** They take long for their size, by which a first run orders files: nothing would be left to run beside the last of them. */
const long = [
  'test/dialects/responses/request-decoder-noise.test.ts',
  'test/key-store/secret-service.test.ts',
  'test/mcp/real-servers.test.ts',
  'test/server/usage/in-a-browser.test.ts',
  'test/tools/approvals/known-git.test.ts',
  'test/tools/approvals/known-programs.test.ts',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => long.some((name) => moduleId.endsWith(name));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

const isDeepRun = process.argv.includes('--tags-filter=deep');

export default defineConfig({
  test: {
    // Loading them takes as long as a tenth of the deep tests.
    exclude: [
      ...configDefaults.exclude,
      ...(isDeepRun ? listShallowFiles(new URL('.', import.meta.url)) : []),
    ],
    testTimeout: 20_000,
    sequence: { sequencer: LongestFirst },
    // On a shared machine, one race in thousands of tests would refuse a change that has nothing to do with it. The summary names it.
    retry: process.env.CI ? 1 : 0,
    // The threads that the program starts have the same arguments.
    execArgv: ['--import', new URL('scripts/typescript-loader.mjs', import.meta.url).href],
    // Most tests wait for processes, and leave their own processor idle: three keep two of them busy, and four in the deep run, which waits more.
    maxWorkers: isDeepRun ? 4 : 3,
    // Of the tests in a group of `describeOverlapping`.
    maxConcurrency: 4,
    // What the build made runs as it is.
    server: { deps: { external: [/\/dist\//] } },
    // What Vite made of a file is read again as long as the file stays the same: a quarter of the time to load all tests.
    experimental: { fsModuleCache: true, fsModuleCachePath: 'node_modules/.cache/vitest' },
    reporters: ['default', './test/helpers/plain-summary-reporter.ts'],
    tags: [
      {
        name: 'deep',
        description: 'Takes long or measures time or memory: `npm run test:deep`, not `npm test`',
      },
    ],
    projects: [
      { extends: true, test: { name: 'alone', include: alone } },
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...program, ...alone],
          env: { TEST_WITHOUT_PROGRAM: '1' },
          // A file puts back what it changes, so the next one in the process takes its modules over: a third of the work.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'program',
          include: program,
          isolate: false,
          globalSetup: 'test/helpers/kept-code.ts',
        },
      },
    ],
  },
});
