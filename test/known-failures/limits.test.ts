// The failures that users of Copilot's clients report most, numbered by frequency.
import { describe, expect, it } from 'vitest';
import type { ImagePart, Message } from '../../src/dialects/chat-request.ts';
import { createCli, parseOutput } from '../helpers/cli.ts';
import { createTestClient, says } from '../helpers/client.ts';
import { sampled } from '../helpers/sampled.ts';

const chatPath = '/chat/completions';
const chatModel = 'kimi-k2.7-code';

const show = (...images: ImagePart[]): Message => ({
  role: 'user',
  parts: [...images, { type: 'text', text: 'Look' }],
});
const createImage = (data: string) => ({
  type: 'image' as const,
  source: { mediaType: 'image/png', data: Buffer.from(data).toString('base64') },
});
const screenshot = createImage('pixels'.repeat(5_000));
const answered: Message = { role: 'assistant', parts: [{ type: 'text', text: 'A cat.' }] };

describe('limits', () => {
  it('failure 9: a limit of days is not asked again, and says when it ends and that no other model helps', async () => {
    const cli = await createCli();
    await cli.signIn();
    const message = "Sorry, you've exceeded your weekly rate limit.";
    cli.simulator.faults.add({
      path: chatPath,
      status: 429,
      headers: { 'retry-after': '600000' },
      body: { error: { message, code: 'user_weekly_rate_limited:individual_pro' } },
      times: 9,
    });
    const run = await cli.runHere(['chat', '--json', 'hi']);
    expect(run.code).toBe(7);
    expect(run.stderr).toContain(message);
    expect(run.stderr).toMatch(/Another model does not help\. Copilot asks to wait 7 days/);
    expect(parseOutput(run).error).toMatchObject({ retry_after_s: 600_000 });
    expect(cli.simulator.requestsTo(chatPath)).toHaveLength(1);
  });

  it('failure 9: a limit of a moment is waited out for as long as Copilot asks, and no longer', async () => {
    const client = await createTestClient();
    const body = { error: { message: 'slow', code: 'rate_limited' } };
    client.simulator.faults.add({ path: chatPath, status: 429, headers: { 'retry-after': '1' }, body });
    expect((await client.ask(chatModel, 'hi')).text).toBe('You said: hi');
    expect(client.waits.map(({ seconds }) => seconds)).toEqual([1]);
  });

  it('failure 10: a quota that is used up ends the command with the plan, the day of renewal and a model that may still answer', async () => {
    const cli = await createCli();
    await cli.signIn();
    cli.simulator.state.account.plan = 'exhausted';
    const run = await cli.runHere(['chat', '--json', 'hi']);
    expect(run.code).toBe(8);
    expect(run.stderr).toMatch(
      /You have no quota.*The plan is individual_pro\. The quota is renewed on 2026-12-01\./,
    );
    expect(run.stderr).toContain('copilot-cli chat -m gpt-5.3-codex');
    expect(parseOutput(run).error).toMatchObject({
      plan: 'individual_pro',
      resets_at: '2026-12-01T00:00:00.000Z',
    });
    expect(cli.simulator.requestsTo(chatPath)).toHaveLength(1);
  });

  it('failure 10: a quota that is used up is told where GitHub does not tell more', async () => {
    const cli = await createCli();
    await cli.signIn();
    cli.simulator.state.account.plan = 'exhausted';
    cli.simulator.state.account.user = 404;
    const run = await cli.runHere(['chat', 'hi']);
    expect(run.code).toBe(8);
    expect(run.stderr).toContain('You have no quota');
    expect(run.stderr).not.toMatch(/undefined|The plan|renewed on/);
  });

  sampled.it.each(['gpt-5-mini', 'claude-haiku-4.5', chatModel])(
    'failure 11: what a person says is charged once, whatever rounds of tools and background work follow: %s',
    async (model) => {
      const client = await createTestClient();
      const round: Message[] = [
        says('Read it'),
        { role: 'assistant', parts: [{ type: 'tool-call', id: 'call_1', name: 'read', arguments: '{}' }] },
        { role: 'tool', callId: 'call_1', parts: [{ type: 'text', text: 'It says hi' }], isError: false },
      ];
      const tools = [{ name: 'read', parameters: { type: 'object', properties: {} } }];
      await client.ask(model, { messages: round.slice(0, 1), tools });
      await client.ask(model, { messages: round, tools });
      await client.ask(model, 'Find a title', { initiator: 'agent' });
      expect(client.simulator.counts().initiator).toEqual({ user: 1, agent: 2, none: 0 });
    },
  );

  sampled.it.each(['gpt-5-mini', 'claude-haiku-4.5', 'gemini-3.5-flash'])(
    'failure 22: a conversation that images have made too large goes on without the older ones: %s',
    async (model) => {
      const client = await createTestClient({ gate: { maxBodyBytes: 30_000 } });
      const { text } = await client.ask(model, { messages: [show(screenshot), answered, says('And now?')] });
      expect(text).toBe('You said: And now?');
      expect(client.modelCalls()).toHaveLength(2);
      const sent = JSON.stringify(client.readBody(1));
      expect(sent).not.toContain(screenshot.source.data.slice(0, 100));
      // Words in place of the picture: data has no blanks.
      expect(sent).toMatch(/images? \w+/i);
      expect(client.notices.join(' ')).toMatch(/image/i);
    },
  );

  it('failure 22: a message whose own images are too large is refused with what to do', async () => {
    const client = await createTestClient({ gate: { maxBodyBytes: 30_000 } });
    await expect(client.ask('claude-haiku-4.5', { messages: [show(screenshot)] })).rejects.toMatchObject({
      code: 'input_too_large',
      hint: expect.stringMatching(/smaller images/),
    });
    expect(client.modelCalls()).toHaveLength(1);
  });

  sampled.it.each([
    ['gpt-5-mini', 1],
    ['claude-haiku-4.5', 5],
    ['gemini-3.5-flash', 10],
  ])('failure 22: of more images than a model takes, the last are sent: %s', async (model, limit) => {
    const client = await createTestClient({ answer: { text: 'Cats.' } });
    const images = Array.from({ length: limit + 2 }, (_, index) => createImage(`image number ${index}`));
    const { text } = await client.ask(model, {
      messages: images.flatMap((image) => [show(image), answered]).slice(0, -1),
    });
    expect(text).toBe('Cats.');
    const sent = JSON.stringify(client.readBody(0));
    const kept = images.filter(({ source }) => sent.includes(source.data));
    expect(kept).toEqual(images.slice(2));
    expect(client.notices.join(' ')).toMatch(/image/i);
  });

  sampled.it.each([
    [chatModel, /prompt token count of \d+ exceeds the limit of 224000/],
    ['claude-haiku-4.5', /prompt is too long: \d+ tokens > 136000 maximum/],
    ['gpt-5.3-codex', /exceeds the context window of this model/],
  ])('failure 25: too long an input is known for one in the words of %s', async (model, words) => {
    const client = await createTestClient();
    await expect(client.ask(model, 'word '.repeat(230_000))).rejects.toMatchObject({
      code: 'input_too_large',
      message: expect.stringMatching(words),
    });
    expect(client.modelCalls()).toHaveLength(1);
  });
});
