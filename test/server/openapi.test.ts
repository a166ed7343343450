import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { toObject } from '../../src/json-value.ts';
import { createAuthRoutes } from '../../src/server/auth-routes.ts';
import { createMetrics, createMetricsRoute } from '../../src/server/metrics.ts';
import { createOpenApiRoute, toOpenApi } from '../../src/server/openapi.ts';
import type { Route } from '../../src/server/router.ts';
import { createUsageRoutes } from '../../src/server/usage/usage-routes.ts';
import { serveRoutes } from './serve-routes.ts';

const handle = async (): Promise<void> => {};
const routes: Route[] = [
  { method: 'POST', path: '/chat/completions', summary: 'Answers', dialect: 'chat-completions', handle },
  { method: 'POST', path: '/messages', summary: 'Answers', dialect: 'messages', handle },
  { method: 'GET', path: '/models/:id', summary: 'A model', dialect: 'chat-completions', handle },
  { method: 'GET', path: '/models/*', summary: 'A model with a slash', dialect: 'chat-completions', handle },
  { method: 'POST', path: '/models/:name', summary: 'Changes it', dialect: 'chat-completions', handle },
  { method: 'GET', path: '/files/*', summary: 'A file', dialect: 'responses', handle },
  { method: 'GET', path: '/', summary: 'Hello', dialect: 'chat-completions', isOpen: true, handle },
];

describe('the OpenAPI document', () => {
  it('is valid, with the routes of this server too', async () => {
    const { context, usage, metrics } = createNothing();
    const own = [...createAuthRoutes({ context, onAccountChange() {} }), ...createUsageRoutes(usage)];
    const all: Route[] = [...routes, ...own, createMetricsRoute(metrics), createOpenApiRoute(() => all)];
    const document = toOpenApi(all, '1.2.3');
    const result = await new Validator().validate(structuredClone(document));
    expect(result).toMatchObject({ valid: true });
    expect(Object.keys(toObject(document.paths))).toEqual(
      expect.arrayContaining(['/auth/login', '/usage/reset/{sessionId}', '/metrics', '/openapi.json']),
    );
    const ids = JSON.stringify(document).match(/"operationId":"[^"]+"/g) ?? [];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has an entry for each route, and one path for routes that differ in names alone', () => {
    const paths = toObject(toOpenApi(routes, '1.2.3').paths);
    expect(Object.entries(paths).map(([path, item]) => [path, Object.keys(toObject(item))])).toEqual([
      ['/chat/completions', ['post']],
      ['/messages', ['post']],
      ['/models/{id}', ['get', 'post']],
      ['/files/{rest}', ['get']],
      ['/', ['get']],
    ]);
    expect(paths['/models/{id}']).toMatchObject({
      get: { summary: 'A model', parameters: [{ name: 'id', in: 'path', required: true }] },
      post: { parameters: [{ name: 'id' }] },
    });
  });

  it('words failures in the dialect of the route', () => {
    const paths = toObject(toOpenApi(routes, '1.2.3').paths);
    const readRef = (path: string): string => {
      const [ref] = JSON.stringify(paths[path]).match(/#\/components\/schemas\/\w+/) ?? [];
      return ref ?? '';
    };
    expect(readRef('/messages')).toBe('#/components/schemas/AnthropicError');
    expect(readRef('/chat/completions')).toBe('#/components/schemas/OpenAiError');
  });

  it('says what is open, and that /v1 may stand in front', () => {
    const { servers, paths } = toOpenApi(routes, '1.2.3');
    expect(servers).toMatchObject([{ url: '/' }, { url: '/v1' }]);
    expect(toObject(paths)['/']).toMatchObject({ get: { security: [] } });
    expect(toObject(toObject(paths)['/messages']).post).not.toHaveProperty('security');
  });

  it('is served', async () => {
    const route = createOpenApiRoute(() => routes);
    const ask = await serveRoutes([route], { version: '1.2.3' });
    expect((await ask('GET', '/openapi.json')).json).toMatchObject({ info: { version: '1.2.3' } });
  });
});

/** The document calls none of them. */
function createNothing() {
  const metrics = createMetrics({
    live: () => [],
    queue: () => ({ active: 0, queued: 0 }),
    memory: process.memoryUsage,
  });
  return { context: { now: Date.now } as never, usage: {} as never, metrics };
}
