import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findProgram } from '../../../src/find-program.ts';
import { startTestServer } from '../../helpers/api-server.ts';
import { createAnswer } from '../answers.ts';

const executablePath = ['chromium', 'chromium-browser', 'google-chrome'].map((name) =>
  findProgram(name, { env: process.env }),
);
const path = executablePath.find((found) => found !== undefined);

/** Runs where a browser is installed, which CI sees to. */
describe.skipIf(path === undefined && !process.env.CI)(
  'the usage page in a browser',
  { tags: 'deep' },
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: path ?? 'chromium', args: ['--no-sandbox'] });
    });
    afterAll(() => browser?.close());

    async function open(options: BrowserContextOptions = {}) {
      const server = await startTestServer({ account: { plan: 'paid-requests' } });
      const answer = { session: 's-1', client: 'claude-cli', folder: 'shop', at: Date.now() };
      server.count(createAnswer({ ...answer, model: 'a-model-with-a-rather-long-name-2026-11-28-preview' }));
      server.count(createAnswer({ ...answer, initiator: 'agent' }));
      const context = await browser.newContext(options);
      onTestFinished(() => context.close());
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(`${server.url}/usage`);
      return { server, answer, page, complaints };
    }

    const readColor = (page: Page): Promise<string> =>
      page.evaluate('getComputedStyle(document.body).backgroundColor');

    it('is light or dark, as the browser prefers', async () => {
      const light = await open({ colorScheme: 'light' });
      const dark = await open({ colorScheme: 'dark' });
      expect(await readColor(light.page)).toBe('rgb(255, 255, 255)');
      expect(await readColor(dark.page)).toBe('rgb(13, 17, 23)');
    });

    it.each([360, 800, 1600])('fits a window of %s pixels', async (width) => {
      const { page } = await open({ viewport: { width, height: 800 } });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      const cut = await page.evaluate(`[...document.querySelectorAll('dd, td, th, h2, p, div')]
      .filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth + 1)
      .map(({ textContent }) => textContent)`);
      expect(cut).toEqual([]);
    });

    it('shows a new answer by itself, and the browser has nothing to complain about', async () => {
      const { server, answer, page, complaints } = await open();
      const requests = page.locator('dl div').first();
      expect(await requests.innerText()).toContain('1 by you, 1 by agents');
      server.count(createAnswer({ ...answer, initiator: 'agent' }));
      await expect.poll(() => requests.innerText(), { timeout: 15_000 }).toContain('1 by you, 2 by agents');
      expect(await page.locator('td').first().innerText()).toMatch(/^claude-cli in shop\s+s-1$/);
      expect(complaints).toEqual([]);
    });
  },
);
