import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';
import { listShallowFiles } from './deep-files.ts';

/** Ends a run with one plain line, `N passed, N failed`, which any log reader can find. Before it, it names what passed only when it was tried again. */
export default class PlainSummaryReporter implements Reporter {
  private filter: readonly string[] = [];

  onInit({ config }: Vitest): void {
    this.filter = config.tagsFilter ?? [];
  }

  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0, left: 0 };
    const shallow = new Set(listShallowFiles(new URL('../..', import.meta.url)));
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const isLeft = this.isLeft(test);
        counts[isLeft ? 'left' : test.result().state] += 1;
        if (isLeft && !this.isDeepRun() && shallow.has(module.relativeModuleId)) {
          counts.failed += 1;
          process.exitCode = 1;
          process.stdout.write(
            `npm run test:deep would not find this one: ${module.relativeModuleId}: ${test.fullName}\n`,
          );
        }
        if (test.diagnostic()?.flaky)
          process.stdout.write(`passed when tried again: ${module.relativeModuleId}: ${test.fullName}\n`);
      }
      if (module.errors().length > 0) counts.failed += 1;
    }
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
    // The deep run loads only the files with such tests.
    const left = counts.left > 0 && !this.isDeepRun() ? `; npm run test:deep runs ${counts.left} others` : '';
    process.stdout.write(`${counts.passed} passed, ${counts.failed} failed${skipped}${left}\n`);
  }

  private isDeepRun(): boolean {
    return this.filter.includes('deep');
  }

  /** True for a test that the filter of this run leaves to the other run. */
  private isLeft({ tags }: TestCase): boolean {
    return this.filter.includes(tags.includes('deep') ? '!deep' : 'deep');
  }
}
