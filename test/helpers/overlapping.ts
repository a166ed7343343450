import { AsyncLocalStorage } from 'node:async_hooks';
import { aroundEach, describe, onTestFinished, type TestContext, TestRunner } from 'vitest';

type SuiteOptions = { tags?: string; timeout?: number };

const running = new AsyncLocalStorage<TestContext>();

/**
 * A group of tests that wait most of their time: some of them run at once. They share no state, and assert no time that work beside them
 * would lengthen. `expect.poll` belongs to the test that began last, so they use `vi.waitFor`.
 */
export function describeOverlapping(title: string, define: () => void, options: SuiteOptions = {}): void {
  describe.concurrent(title, options, () => {
    aroundEach((runTest, context) => running.run(context, runTest));
    define();
  });
}

/** What Vitest's `onTestFinished` does, also after a wait in an overlapping test, when Vitest no longer knows whose call it is. */
export function onTestEnd(clean: () => unknown): void {
  const register = running.getStore()?.onTestFinished ?? onTestFinished;
  register(async () => void (await clean()));
}

/** The test that calls this. Before the first test there is none. */
export function findTest(): { fullName: string; tags: readonly string[] } {
  const task = running.getStore()?.task ?? TestRunner.getCurrentTest();
  return { fullName: task?.fullName ?? '', tags: task?.tags ?? [] };
}
