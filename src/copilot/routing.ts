import type { DialectName } from '../dialects/chat-request.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { CliError } from '../errors.ts';
import { advise, modelList } from '../hint.ts';
import type { Model } from './model.ts';

/**
 * The dialects in which a model can be asked, the one to try first in front: the one remembered from an earlier refusal, the
 * caller's own, then the one that carries most of what the model says. Claude speaks `/chat/completions` with losses, and most
 * GPT models do not speak it at all. Throws CliError `model` where none is left.
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
