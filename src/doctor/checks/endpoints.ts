import { describeCount } from '../../describe-count.ts';
import type { CliError } from '../../errors.ts';
import { joinHints, run } from '../../hint.ts';
import { type Finding, joinFindings, type Outcome, ok, warn } from '../check.ts';

/** An endpoint of the person's own, as `endpoints add` keeps it. */
export type EndpointFacts = {
  name: string;
  /** The models that it has. Fails if its entry is not valid, its key is missing, or it does not answer. */
  models: Outcome<number>;
};

export function checkEndpoints(endpoints: readonly EndpointFacts[]): Finding {
  const problems = endpoints.flatMap(({ name, models }) =>
    models.ok
      ? []
      : [
          warn(
            describeProblem(name, models.error),
            joinHints(models.error.hint, run(`endpoints test ${name}`)),
          ),
        ],
  );
  const words = endpoints.map(({ name, models }) =>
    models.ok ? `${name} with ${describeCount(models.value, 'model')}` : name,
  );
  const joined = joinFindings(problems);
  // The words of an error may be those of the person's own command for the key.
  const states = endpoints.map(
    ({ name, models }) => `${name}: ${models.ok ? 'works' : `error ${models.error.code}`}`,
  );
  if (joined) return { ...joined, report: states.join(', ') };
  return ok(words.length === 0 ? 'none is added' : words.join(', '));
}

function describeProblem(name: string, { message }: CliError): string {
  return message.includes(name) ? message : `${name}: ${message}`;
}
