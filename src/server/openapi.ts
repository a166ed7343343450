import type { DialectName } from '../dialects/chat-request.ts';
import type { JsonObject } from '../json-value.ts';
import { writeJson } from './call.ts';
import { type Route, toRoute } from './router.ts';

/** The OpenAPI 3.1 document of these routes. If two routes take the same requests, the first one counts, as in the router. */
export function toOpenApi(routes: readonly Route[], version: string): JsonObject {
  return {
    openapi: '3.1.0',
    info: {
      title: 'copilot-cli serve',
      version,
      description:
        'A local API for every model of a GitHub Copilot account, in the dialects of OpenAI and Anthropic.',
    },
    servers: [
      { url: '/', description: 'As it is' },
      { url: '/v1', description: 'The same, for clients that put /v1 in front' },
    ],
    // A key is needed only if the server was started with one.
    security: [{ bearer: [] }, { apiKey: [] }, {}],
    paths: toPaths(routes),
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      },
      headers: {
        RequestId: { description: 'The id of the request in the log', schema: { type: 'string' } },
      },
      schemas: errorSchemas,
    },
  };
}

/** `GET /openapi.json`. `listRoutes` returns the table of routes, which includes this one. */
export function createOpenApiRoute(listRoutes: () => readonly Route[]): Route {
  return toRoute(
    'GET',
    '/openapi.json',
    'This document',
    async (call, { version }) => writeJson(call, 200, toOpenApi(listRoutes(), version)),
    { isOpen: true },
  );
}

function toPaths(routes: readonly Route[]): JsonObject {
  const paths = new Map<string, { template: string; operations: JsonObject }>();
  for (const route of routes) {
    const { template, names } = toTemplate(route.path);
    // In OpenAPI, templates that differ in names alone are the same path.
    const shape = template.replaceAll(/\{[^}]*\}/g, '{}');
    const known = paths.get(shape);
    const operations = known?.operations ?? {};
    operations[route.method.toLowerCase()] ??= toOperation(route, known ? readNames(known.template) : names);
    paths.set(shape, known ?? { template, operations });
  }
  return Object.fromEntries([...paths.values()].map(({ template, operations }) => [template, operations]));
}

/** `/models/:id` as `/models/{id}`, and a last `*` as `{rest}`. */
function toTemplate(path: string): { template: string; names: string[] } {
  const template = path
    .split('/')
    .map((step) => (step === '*' ? '{rest}' : step.replace(/^:(.+)$/, '{$1}')))
    .join('/');
  return { template, names: readNames(template) };
}

function readNames(template: string): string[] {
  return [...template.matchAll(/\{([^}]*)\}/g)].map(([, name = '']) => name);
}

function toOperation({ method, path, summary, dialect, isOpen }: Route, names: string[]): JsonObject {
  const headers = { 'x-request-id': { $ref: '#/components/headers/RequestId' } };
  const schema = { $ref: `#/components/schemas/${toErrorSchemaName(dialect)}` };
  return {
    operationId: toOperationId(method, path),
    summary,
    tags: [path.split('/')[1] || 'server'],
    ...(isOpen && { security: [] }),
    ...(names.length > 0 && {
      parameters: names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    }),
    ...(method === 'POST' && {
      requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
    }),
    responses: {
      200: { description: summary, headers },
      default: { description: 'A failure', headers, content: { 'application/json': { schema } } },
    },
  };
}

/** `post_chat_completions`, `get_models_id`. */
function toOperationId(method: string, path: string): string {
  const steps = path.split('/').flatMap((step) => step.match(/\w+/g) ?? (step === '*' ? ['rest'] : []));
  return [method.toLowerCase(), ...steps].join('_');
}

const text = { type: 'string' };

/** How OpenAI's clients read a failure. */
const openai: JsonObject = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['message', 'code'],
      properties: {
        message: text,
        type: text,
        param: { type: ['string', 'null'] },
        code: { type: ['string', 'null'] },
      },
    },
  },
};

/** How Anthropic's clients read one. */
const anthropic: JsonObject = {
  type: 'object',
  required: ['type', 'error'],
  properties: {
    type: { const: 'error' },
    error: { type: 'object', required: ['type', 'message'], properties: { type: text, message: text } },
  },
};

/** The schemas of what a failure looks like, under the names that `toErrorSchemaName` gives. */
const errorSchemas: Record<string, JsonObject> = { OpenAiError: openai, AnthropicError: anthropic };

function toErrorSchemaName(dialect: DialectName): string {
  return dialect === 'messages' ? 'AnthropicError' : 'OpenAiError';
}
