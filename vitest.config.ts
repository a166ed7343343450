import { defineConfig } from 'vitest/config';

/** They measure time or memory in their own process, or take long: each has one to itself, warmed up by nobody else. */
const alone = [
  'test/dialects/**/random-bytes.test.ts',
  'test/dialects/endless-streams.test.ts',
  'test/markdown/linear-time.test.ts',
  'test/sse/decoder.test.ts',
  'test/tokens/token-counter.test.ts',
];

export default defineConfig({
  test: {
    testTimeout: 20_000,
    // The threads that the program starts have the same arguments.
    execArgv: ['--import', new URL('scripts/typescript-loader.mjs', import.meta.url).href],
    // Most tests wait for processes, and leave their own processor idle: three keep two of them busy.
    maxWorkers: 3,
    reporters: ['default', './test/helpers/plain-summary-reporter.ts'],
    projects: [
      { extends: true, test: { name: 'alone', include: alone } },
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: alone,
          // A file puts back what it changes, so the next one in the process takes its modules over: a third of the work.
          isolate: false,
        },
      },
    ],
  },
});
