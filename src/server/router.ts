import type { DialectName } from '../dialects/chat-request.ts';
import type { Call } from './call.ts';
import type { Services } from './services.ts';

/** A row of the table of all routes, from which the OpenAPI document is made, too. */
export type Route = {
  method: 'GET' | 'POST';
  /** Without `/v1`; a step such as `:id` matches any text. A last step `*` matches the rest of the path. */
  path: string;
  /** One line of the OpenAPI document. */
  summary: string;
  /** The dialect in which failures are worded. */
  dialect: DialectName;
  /** Open without a key: the route reveals nothing and changes nothing. */
  isOpen?: boolean;
  /** Throws a failure before anything is written. */
  handle(call: Call, services: Services): Promise<void>;
};

/** A row whose failures are worded as OpenAI does, unless `rest` says otherwise. */
export function toRoute(
  method: Route['method'],
  path: string,
  summary: string,
  handle: Route['handle'],
  rest: Partial<Pick<Route, 'dialect' | 'isOpen'>> = {},
): Route {
  return { method, path, summary, dialect: 'chat-completions', handle, ...rest };
}

type RouteMatch = { route: Route; params: Record<string, string> };

/** A leading `/v1` is optional, and may be doubled: some clients add it to a base URL that has it. */
export function toBarePath(path: string): string {
  const bare = path.replace(/^(?:\/v1(?=\/|$))+/, '').replace(/(?<=.)\/+$/, '');
  return bare === '' ? '/' : bare;
}

/** The route for a method and a bare path, or the methods that the path has, or nothing. HEAD goes where GET goes. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): RouteMatch | { allowed: string[] } | undefined {
  // `/responses/input_tokens` is not the id of a response.
  const literal = routes.filter((route) => route.path === path);
  const matches =
    literal.length > 0
      ? literal.map((route) => ({ route, params: {} }))
      : routes.flatMap((route) => {
          const params = matchPath(route.path, path);
          return params ? [{ route, params }] : [];
        });
  const wanted = method === 'HEAD' ? 'GET' : method;
  const match = matches.find(({ route }) => route.method === wanted);
  if (match) return match;
  return matches.length === 0
    ? undefined
    : { allowed: [...new Set(matches.map(({ route }) => route.method))] };
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const expected = pattern.split('/');
  const given = path.split('/');
  if (expected.at(-1) === '*' ? given.length < expected.length : given.length !== expected.length)
    return undefined;
  const params: Record<string, string> = {};
  for (const [index, step] of expected.entries()) {
    if (step === '*') params.rest = given.slice(index).join('/');
    else if (step.startsWith(':')) params[step.slice(1)] = given[index] ?? '';
    else if (step !== given[index]) return undefined;
  }
  return decode(params);
}

/** Undefined for a malformed escape, which no client sends. */
function decode(params: Record<string, string>): Record<string, string> | undefined {
  try {
    return Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
  } catch {
    return undefined;
  }
}
