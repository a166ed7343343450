import type { ErrorObject } from 'ajv';

const mostTold = 20;

/** What is wrong with an answer: a JSON pointer and a few words each, nothing twice, and no more than a model can use. */
export function describeProblems(errors: readonly ErrorObject[]): string[] {
  const sentences = [...new Set(errors.map(describeProblem))];
  if (sentences.length <= mostTold) return sentences;
  return [...sentences.slice(0, mostTold), `and ${sentences.length - mostTold} more problems`];
}

/** The words that ask a model once more, after an answer that had these problems. */
export function toRepairPrompt(problems: readonly string[]): string {
  const list = problems.map((problem) => `- ${problem}`).join('\n');
  return [
    `Your answer does not follow the JSON Schema:\n${list}`,
    'Answer again with the whole corrected JSON value, and with nothing before or after it.',
  ].join('\n\n');
}

function describeProblem({ instancePath, keyword, message = 'is not valid', params }: ErrorObject): string {
  const place = instancePath || 'the answer';
  switch (keyword) {
    case 'enum':
      return `${place} must be one of ${toList(params.allowedValues)}`;
    case 'const':
      return `${place} must be ${toText(params.allowedValue)}`;
    case 'additionalProperties':
      return `${place} must not have the property ${toText(params.additionalProperty)}`;
    case 'unevaluatedProperties':
      return `${place} must not have the property ${toText(params.unevaluatedProperty)}`;
    default:
      return `${place} ${message}`;
  }
}

function toList(values: unknown): string {
  const all = Array.isArray(values) ? values : [];
  const more = all.length > mostTold ? ', …' : '';
  return all.slice(0, mostTold).map(toText).join(', ') + more;
}

function toText(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
