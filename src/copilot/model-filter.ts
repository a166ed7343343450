import { CliError } from '../errors.ts';
import { suggest } from '../nearest.ts';
import type { Model } from './model.ts';
import { type FieldValue, findField, type ModelField, modelFields } from './model-fields.ts';

type Test = (model: Model) => boolean;

type Token = { text: string; at: number; kind: 'word' | 'quoted' | 'sign' | 'unknown' | 'end' };

const maxLength = 1000;
const tokenPattern = /\s*(?:("[^"]*"|'[^']*')|(&&|\|\||[<>=!]=|[<>=~!()])|([\p{L}\p{N}_./:-]+)|(\S))/uy;
const comparisons = ['=', '==', '!=', '<', '<=', '>', '>=', '~'];

/**
 * Reads a filter such as `vision && context>=200k && (price<300 || vendor=openai)`. A field alone asks whether the model has it. `!` comes
 * before `&&`, and `&&` before `||`. `=` and `~` (contains) ignore case. What the catalogue does not say fits no comparison but `!=`.
 * Always ends, and reads nothing but the model. Throws CliError `usage` that points at the place.
 */
export function parseModelFilter(text: string): Test {
  const fail = (at: number, problem: string): never => {
    const rest = text.slice(at).replace(/\s+/g, ' ').trim();
    const place = rest === '' ? 'the end' : rest.length > 30 ? `${rest.slice(0, 30)}…` : rest;
    throw new CliError('usage', `--filter at column ${at + 1} (${place}): ${problem}`, {
      hint: `Fields: ${[...modelFields.keys()].join(', ')}. Signs: ${comparisons.join(' ')} && || ! ( )`,
      details: { column: at + 1 },
    });
  };
  if (text.length > maxLength) fail(maxLength, `a filter has at most ${maxLength} characters`);
  const tokens = readTokens(text);
  let index = 0;
  const peek = (): Token => tokens[index] as Token;
  const take = (): Token => tokens[index++] as Token;
  const takes = (...signs: string[]): string | undefined => {
    const { kind, text: sign } = peek();
    return kind === 'sign' && signs.includes(sign) ? take().text : undefined;
  };

  function readAny(): Test {
    const tests = [readAll()];
    while (takes('||')) tests.push(readAll());
    return (model) => tests.some((test) => test(model));
  }

  function readAll(): Test {
    const tests = [readOne()];
    while (takes('&&')) tests.push(readOne());
    return (model) => tests.every((test) => test(model));
  }

  function readOne(): Test {
    if (takes('!')) {
      const test = readOne();
      return (model) => !test(model);
    }
    if (takes('(')) {
      const test = readAny();
      if (!takes(')')) fail(peek().at, `a ) is missing${describeFound(peek())}`);
      return test;
    }
    return readComparison();
  }

  function readComparison(): Test {
    const name = take();
    if (name.kind !== 'word') fail(name.at, `a field is missing${describeFound(name)}`);
    const field =
      findField(name.text) ??
      fail(name.at, `there is no field ${name.text}${suggest(name.text, [...modelFields.keys()])}`);
    const sign = takes(...comparisons);
    if (sign === undefined) return (model) => isThere(field.read(model));
    const value = take();
    if (value.kind !== 'word' && value.kind !== 'quoted')
      fail(value.at, `a value is missing${describeFound(value)}`);
    return toTest(field, sign, value, (problem) =>
      fail(problem === 'sign' ? name.at : value.at, describeProblem(problem, name.text, sign)),
    );
  }

  const test = readAny();
  if (peek().kind !== 'end') fail(peek().at, `expected && or ||${describeFound(peek())}`);
  return test;
}

function readTokens(text: string): Token[] {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  for (let match = tokenPattern.exec(text); match; match = tokenPattern.exec(text)) {
    const [, quoted, sign, word, unknown = ''] = match;
    const raw = quoted ?? sign ?? word ?? unknown;
    const at = match.index + match[0].length - raw.length;
    if (quoted !== undefined) tokens.push({ text: quoted.slice(1, -1), at, kind: 'quoted' });
    else
      tokens.push({
        text: raw,
        at,
        kind: sign !== undefined ? 'sign' : word !== undefined ? 'word' : 'unknown',
      });
  }
  return [...tokens, { text: '', at: text.trimEnd().length, kind: 'end' }];
}

function describeFound({ kind, text }: Token): string {
  return kind === 'end' ? '' : `, found ${text}`;
}

type Problem = 'number' | 'flag' | 'sign';

function describeProblem(problem: Problem, name: string, sign: string): string {
  if (problem === 'number') return `${name} is a number, such as 200k`;
  if (problem === 'flag') return `${name} is true or false`;
  return `${name} cannot be compared with ${sign}`;
}

function toTest(
  { kind, read }: ModelField,
  sign: string,
  { text }: Token,
  fail: (problem: Problem) => never,
): Test {
  if (kind === 'number') {
    if (sign === '~') fail('sign');
    const wanted = parseAmount(text) ?? fail('number');
    return (model) => compareNumbers(read(model) as number | undefined, sign, wanted);
  }
  if (/[<>]/.test(sign)) fail('sign');
  if (kind === 'flag') {
    if (sign === '~') fail('sign');
    if (!/^(?:true|false|yes|no)$/i.test(text)) fail('flag');
    const wanted = /^(?:true|yes)$/i.test(text) === (sign !== '!=');
    return (model) => read(model) === wanted;
  }
  const wanted = text.toLowerCase();
  const fits = (own: string): boolean =>
    sign === '~' ? own.toLowerCase().includes(wanted) : own.toLowerCase() === wanted;
  return (model) => {
    const value = read(model) as string | readonly string[] | undefined;
    const hasIt = (typeof value === 'string' ? [value] : (value ?? [])).some(fits);
    return sign === '!=' ? !hasIt : hasIt;
  };
}

function compareNumbers(own: number | undefined, sign: string, wanted: number): boolean {
  if (own === undefined) return sign === '!=';
  switch (sign) {
    case '<':
      return own < wanted;
    case '<=':
      return own <= wanted;
    case '>':
      return own > wanted;
    case '>=':
      return own >= wanted;
    case '!=':
      return own !== wanted;
    default:
      return own === wanted;
  }
}

/** `200k` and `1.5M` as tables show them. */
function parseAmount(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([km]?)$/i.exec(text) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits) * ({ k: 1000, m: 1_000_000 }[unit.toLowerCase()] ?? 1);
}

function isThere(value: FieldValue): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false && value !== '';
}

/** Reads `price` or `context:desc`. Models of which the field is unknown come last. Throws CliError `usage`. */
export function parseModelSort(text: string): (models: readonly Model[]) => Model[] {
  const [, name = '', direction = 'asc'] = /^([^:]*)(?::(.*))?$/s.exec(text.trim()) ?? [];
  const field = findField(name);
  if (!field)
    throw new CliError(
      'usage',
      `--sort: there is no field ${name}${suggest(name, [...modelFields.keys()])}`,
      {
        hint: `Fields: ${[...modelFields.keys()].join(', ')}`,
      },
    );
  if (direction !== 'asc' && direction !== 'desc')
    throw new CliError('usage', `--sort ${name}: the order is asc or desc, not ${direction}`);
  const sign = direction === 'desc' ? -1 : 1;
  const compare = (one: FieldValue, other: FieldValue): number => {
    if (one === undefined || other === undefined)
      return Number(one === undefined) - Number(other === undefined);
    if (typeof one === 'string' && typeof other === 'string') return sign * one.localeCompare(other, 'en');
    const toOrder = (value: FieldValue): number => (Array.isArray(value) ? value.length : Number(value));
    return sign * (toOrder(one) - toOrder(other));
  };
  return (models) => [...models].sort((one, other) => compare(field.read(one), field.read(other)));
}
