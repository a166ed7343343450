import type { DialectName } from '../dialects/chat-request.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { CliError } from '../errors.ts';
import { advise, modelList } from '../hint.ts';
import type { Model } from './model.ts';

/**
 * The dialects to try, best first: the one learnt from a refusal, the caller's own, then the most expressive one. Claude loses details on
 * `/chat/completions`, and most GPT models do not speak it. Throws CliError `model` if none is left.
 */
export function routeModel(
  model: Model,
  dialects: readonly Dialect[],
  { remembered, preferred }: { remembered?: string | undefined; preferred?: DialectName | undefined } = {},
): Dialect[] {
  const spoken = dialects.filter(({ path }) => model.endpoints.includes(path));
  if (spoken.length === 0) throw createUnspokenError(model);
  const others = model.endpointsAssumed ? dialects.filter((dialect) => !spoken.includes(dialect)) : [];
  const rank = (dialect: Dialect): number => {
    if (dialect.path === remembered) return 0;
    if (others.includes(dialect)) return dialect.name === 'responses' ? 3 : 4;
    return dialect.name === preferred ? 1 : 2;
  };
  return [...spoken, ...others].sort((a, b) => rank(a) - rank(b));
}

/** The error for a model that answers on none of the endpoints that this program can talk to. */
export function createUnspokenError({ id, endpoints }: Model): CliError {
  return new CliError(
    'model',
    `${id} answers on ${endpoints.join(' and ')} only, which this version cannot talk to`,
    {
      hint: advise`Choose one of: ${modelList}`,
    },
  );
}
