import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';

/** Ends a run with one plain line, `N passed, N failed`, which any log reader can find. Before it, it names what passed only when it was tried again. */
export default class PlainSummaryReporter implements Reporter {
  private filter: readonly string[] = [];

  onInit({ config }: Vitest): void {
    this.filter = config.tagsFilter ?? [];
  }

  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0, left: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        counts[this.isLeft(test) ? 'left' : test.result().state] += 1;
        if (test.diagnostic()?.flaky)
          process.stdout.write(`passed when tried again: ${module.relativeModuleId}: ${test.fullName}\n`);
      }
      if (module.errors().length > 0) counts.failed += 1;
    }
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
    const owner = this.filter.includes('deep') ? 'npm test' : 'npm run test:deep';
    const left = counts.left > 0 ? `; ${owner} runs ${counts.left} others` : '';
    process.stdout.write(`${counts.passed} passed, ${counts.failed} failed${skipped}${left}\n`);
  }

  /** True for a test that the filter of this run leaves to the other run. */
  private isLeft({ tags }: TestCase): boolean {
    return this.filter.includes(tags.includes('deep') ? '!deep' : 'deep');
  }
}
