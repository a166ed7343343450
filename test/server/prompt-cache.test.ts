import { expect, it } from 'vitest';
import { cacheShapes } from '../../scripts/bench/cache-shapes.ts';
import { toObject } from '../../src/json-value.ts';
import { startTestServer } from '../helpers/api-server.ts';

it.each(cacheShapes)(
  '$title reads nearly all of its prompt from the cache from the third round on',
  async ({ path, headers, toBody }) => {
    const server = await startTestServer({ answer: { text: 'Yes' }, checkSignatures: false });
    for (let round = 1; round <= 4; round++) {
      const response = await server.post(path, toBody(round), headers);
      expect(response.status).toBe(200);
      await response.text();
    }
    const shares = server.records.map(
      ({ usage }) => (usage?.cachedInputTokens ?? 0) / (usage?.inputTokens ?? 1),
    );
    expect(shares[0]).toBe(0);
    expect(Math.min(...shares.slice(2))).toBeGreaterThan(0.9);
    expect(server.simulator.counts().initiator).toMatchObject({ user: 1, agent: 3 });
  },
);

it('Claude Code with a system message at the end is asked natively, with the same beginning in each round', async () => {
  const shape = cacheShapes.find(({ title }) => title.includes('opus'));
  if (!shape) throw new Error('there is no such shape');
  const server = await startTestServer({ answer: { text: 'Yes' }, checkSignatures: false });
  const bodies: Record<string, unknown>[] = [];
  for (let round = 1; round <= 3; round++) {
    const response = await server.post(shape.path, shape.toBody(round), shape.headers);
    expect(response.headers.get('x-copilot-cli-route')).toMatch(/^native/);
    await response.text();
    bodies.push(toObject(server.modelCalls().at(-1)?.body));
  }
  for (const { system, tools, messages } of bodies) {
    expect(system).toEqual(bodies[0]?.system);
    expect(tools).toEqual(bodies[0]?.tools);
    expect(JSON.stringify(messages)).not.toContain('"role":"system"');
    expect(JSON.stringify((messages as unknown[]).at(-1))).toContain('cache_control');
  }
});
