import { expect, it } from 'vitest';
import { createCreditBudget } from '../../src/chat/credits.ts';
import { type Model, readPrice } from '../../src/copilot/model.ts';
import type { Usage } from '../../src/dialects/chat-event.ts';
import { type ChatRequest, createTextMessage } from '../../src/dialects/chat-request.ts';

/** A credit a token, in and out. */
const model = {
  id: 'm',
  price: readPrice({ token_prices: { batch_size: 1, default: { input_price: 1, output_price: 1 } } }),
} as Model;
/** Eight tokens. */
const request: ChatRequest = { model: 'm', messages: [createTextMessage('user', 'hello')] };
const usage = { credits: undefined } as Usage;

it('sets aside what requests under way cost, and takes what they did cost', async () => {
  const budget = await createCreditBudget(model, { limit: 20, spent: 0 });
  const [first, second] = [budget.reserve(request), budget.reserve(request)];
  expect(budget.reserve(request)).toBeUndefined();
  expect(budget.spent).toBe(0);
  first?.settle({ ...usage, credits: 2 });
  expect(budget.spent).toBe(2);
  const third = budget.reserve(request);
  expect(third).toBeDefined();
  second?.settle({ ...usage, estimatedCredits: 3 });
  third?.settle(undefined);
  expect(budget.spent).toBe(13);
});

it('gives back what was set aside for a request that was refused', async () => {
  const budget = await createCreditBudget(model, { limit: 10, spent: 0 });
  const first = budget.reserve(request);
  expect(budget.reserve(request)).toBeUndefined();
  first?.release();
  expect(budget.reserve(request)).toBeDefined();
  expect(budget.spent).toBe(0);
});

it('counts what was spent before', async () => {
  const budget = await createCreditBudget(model, { limit: 10, spent: 3 });
  expect(budget.reserve(request)).toBeUndefined();
});

it('cannot be kept where the price is not known', async () => {
  await expect(
    createCreditBudget({ ...model, price: undefined }, { limit: 1, spent: 0 }),
  ).rejects.toMatchObject({
    code: 'model',
  });
});
