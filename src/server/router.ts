import type { Route } from './call.ts';

export type RouteMatch = { route: Route; params: Record<string, string> };

/** `/v1` in front is optional, and some clients add it to a base address that has it already. */
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
  const matches = routes.flatMap((route) => {
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

/** Undefined for what no client escapes in this way. */
function decode(params: Record<string, string>): Record<string, string> | undefined {
  try {
    return Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
  } catch {
    return undefined;
  }
}
