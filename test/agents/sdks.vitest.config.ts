import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The tests of test/server/sdk with the SDKs of the folder that SDK_FOLDER names, in place of the pinned ones. */
const folder = process.env.SDK_FOLDER ?? '';
const packages = (process.env.SDK_PACKAGES ?? '').split(' ').filter(Boolean);

export default defineConfig({
  resolve: {
    alias: packages.map((name) => ({
      find: new RegExp(`^${name}(?=/|$)`),
      replacement: join(folder, 'node_modules', name),
    })),
  },
  test: {
    include: ['test/server/sdk/**/*.test.ts'],
    testTimeout: 30_000,
    execArgv: ['--import', new URL('../../scripts/typescript-loader.mjs', import.meta.url).href],
    maxWorkers: 2,
    env: { TEST_WITHOUT_PROGRAM: '1' },
    tags: [{ name: 'deep', description: 'Takes long' }],
  },
});
