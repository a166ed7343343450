import { describe, expect, it } from 'vitest';
import { createAnthropic, createOpenai, models, pixel, startSdkServer } from './clients.ts';

describe('lists of models', () => {
  it.each(['/v1', '', '/v1/v1'])('come to the openai package below "%s"', async (base) => {
    const server = await startSdkServer();
    const listed: string[] = [];
    for await (const model of createOpenai(server, 'any', base).models.list()) listed.push(model.id);
    expect(listed).toEqual(expect.arrayContaining([...models, 'text-embedding-3-small']));
  });

  it.each(['/v1', ''])('come to the Anthropic package below "%s"', async (base) => {
    const server = await startSdkServer();
    const listed: string[] = [];
    for await (const model of createAnthropic(server, 'any', base).models.list({ limit: 1000 })) {
      expect(model.type).toBe('model');
      expect(model.display_name).not.toBe('');
      listed.push(model.id);
    }
    // As Anthropic spells them: Claude Code knows its models by these names.
    const spelt = models.map((id) => (id.startsWith('claude-') ? id.replaceAll('.', '-') : id));
    expect(listed).toEqual(expect.arrayContaining(spelt));
  });

  it('tell one model, by its name', async () => {
    const server = await startSdkServer();
    expect((await createOpenai(server).models.retrieve('gpt-4.1')).id).toBe('gpt-4.1');
    const claude = await createAnthropic(server).models.retrieve('claude-sonnet-4-6');
    expect(claude).toMatchObject({ id: 'claude-sonnet-4.6', type: 'model' });
    await expect(createOpenai(server).models.retrieve('gpt-9000')).rejects.toMatchObject({ status: 404 });
  });

  it('tell one model by a name with a slash in it, which packages escape', async () => {
    const server = await startSdkServer();
    const found = await createOpenai(server).models.retrieve('openai/gpt-4.1');
    expect(found.id).toBe('gpt-4.1');
  });
});

describe('embeddings of the openai package', () => {
  const model = 'text-embedding-3-small';

  it('are the same numbers as floats and as base64, which the package asks for', async () => {
    const server = await startSdkServer();
    const { embeddings } = createOpenai(server);
    const usual = await embeddings.create({ model, input: ['a', 'b'] });
    const floats = await embeddings.create({ model, input: ['a', 'b'], encoding_format: 'float' });
    expect(usual.data.map(({ index }) => index)).toEqual([0, 1]);
    for (const [index, { embedding }] of usual.data.entries()) {
      expect(embedding).toHaveLength(1536);
      for (const [place, number] of embedding.entries())
        expect(number).toBeCloseTo(floats.data[index]?.embedding[place] ?? Number.NaN, 6);
    }
    expect(usual.usage.prompt_tokens).toBeGreaterThan(0);
  });

  it('have as many dimensions as were asked for', async () => {
    const server = await startSdkServer();
    const { data } = await createOpenai(server).embeddings.create({ model, input: 'a', dimensions: 256 });
    expect(data[0]?.embedding).toHaveLength(256);
  });

  it('are made of more texts than Copilot takes at once', async () => {
    const server = await startSdkServer();
    const input = Array.from({ length: 1030 }, (_, index) => `text ${index}`);
    const { data } = await createOpenai(server).embeddings.create({ model, input, dimensions: 4 });
    expect(data.map(({ index }) => index)).toEqual(input.map((_, index) => index));
  });

  it('refuse what is no text, and say which field is wrong', async () => {
    const server = await startSdkServer();
    const refused = createOpenai(server).embeddings.create({ model, input: [] });
    await expect(refused).rejects.toMatchObject({ status: 400, message: expect.stringContaining('input') });
  });
});

describe('countTokens of the Anthropic package', () => {
  it.each(models)('counts for %s, or says that it cannot', async (model) => {
    const server = await startSdkServer();
    const count = createAnthropic(server).messages.countTokens({
      model,
      system: 'Be brief.',
      messages: [{ role: 'user', content: 'How many tokens are these?' }],
    });
    const told = await count.catch((error: { status?: number }) => error.status);
    if (typeof told === 'object') expect(told.input_tokens).toBeGreaterThan(5);
    else expect(told).toBe(400);
  });

  it('counts the rest of a request with a field of a beta', async () => {
    const server = await startSdkServer();
    const { input_tokens } = await createAnthropic(server).beta.messages.countTokens({
      model: 'claude-sonnet-4.6',
      betas: ['context-management-2025-06-27'],
      context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] },
      messages: [{ role: 'user', content: 'hi' }],
    });
    expect(input_tokens).toBeGreaterThan(0);
    const [asked] = server.simulator.requestsTo('/v1/messages/count_tokens');
    expect(asked?.headers['anthropic-beta']).toBe('context-management-2025-06-27');
  });

  it('counts images with Claude', async () => {
    const server = await startSdkServer();
    const source = { type: 'base64' as const, media_type: 'image/png' as const, data: pixel };
    const { input_tokens } = await createAnthropic(server).messages.countTokens({
      model: 'claude-sonnet-4.6',
      messages: [{ role: 'user', content: [{ type: 'image', source }] }],
    });
    expect(input_tokens).toBeGreaterThan(0);
  });
});
