import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    // Most tests wait for processes, and leave their own processor idle: three keep two of them busy.
    maxWorkers: 3,
    reporters: ['default', './test/helpers/plain-summary-reporter.ts'],
  },
});
