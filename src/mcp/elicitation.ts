import type { ElicitRequest, ElicitResult } from '@modelcontextprotocol/client';
import { isObject, type JsonObject, toFlag, toNumber, toObject, toText, toTexts } from '../json-value.ts';
import { cellWidth } from '../terminal/cell-width.ts';
import { cutSafely, safeWidth } from '../terminal/safe-width.ts';
import { stripControls, toOneLine } from '../terminal-text.ts';

/** What a server wants to know from the person. All texts are the server's, harmless for a terminal. Show who asks. */
export type Question = { server: string; message: string; fields: QuestionField[] };

export type QuestionField = {
  name: string;
  /** One line. */
  title: string;
  description: string | undefined;
  isRequired: boolean;
  /** By its name it is a password or the like. The protocol forbids servers to ask for one. */
  looksSecret: boolean;
  value:
    | {
        type: 'text';
        format: string | undefined;
        minLength: number;
        maxLength: number;
        usual: string | undefined;
      }
    | { type: 'number' | 'integer'; min: number; max: number; usual: number | undefined }
    | { type: 'yes-no'; usual: boolean | undefined }
    | { type: 'one-of'; choices: Choice[]; usual: string | undefined }
    | { type: 'some-of'; choices: Choice[]; min: number; max: number; usual: string[] };
};

export type Choice = { value: string; label: string };

/** `decline`: the person said no. `cancel`: the question was left. */
export type Answer =
  | { action: 'accept'; content: Record<string, string | number | boolean | string[]> }
  | { action: 'decline' | 'cancel' };

/** Asks the person, one question at a time. The signal ends the question: its answer is of no use any more. */
export type Elicit = (question: Question, signal: AbortSignal) => Promise<Answer>;

const maxFields = 50;
const maxChoices = 500;
const maxMessage = 4000;

/** Servers that ask in other ways than by a form get `decline`, and so does a form that nobody could fill in. */
export async function answerElicitation(
  server: string,
  { params }: ElicitRequest,
  elicit: Elicit,
  signal: AbortSignal,
): Promise<ElicitResult> {
  if ('mode' in params && params.mode === 'url') return { action: 'decline' };
  const question = toQuestion(
    server,
    params.message,
    'requestedSchema' in params ? params.requestedSchema : {},
  );
  if (question === undefined) return { action: 'decline' };
  return elicit(question, signal);
}

function toQuestion(server: string, message: string, schema: JsonObject): Question | undefined {
  const required = toTexts(schema.required);
  const entries = Object.entries(toObject(schema.properties));
  if (entries.length > maxFields) return undefined;
  const fields: QuestionField[] = [];
  for (const [name, given] of entries) {
    const value = isObject(given) ? toValue(given) : undefined;
    if (!isObject(given) || value === undefined) return undefined;
    fields.push({
      name,
      title: toOneLine(toText(given.title) ?? name).slice(0, 200),
      description: toText(given.description) && toOneLine(String(given.description)).slice(0, 1000),
      isRequired: required.includes(name),
      looksSecret: asksForSecret(`${name} ${toText(given.title) ?? ''} ${toText(given.description) ?? ''}`),
      value,
    });
  }
  // What the message asks for is typed into one of the fields.
  if (asksForSecret(message))
    for (const field of fields)
      field.looksSecret ||= ['text', 'number', 'integer'].includes(field.value.type);
  return { server, message: stripControls(message).slice(0, maxMessage), fields };
}

/** In the languages that forms are often written in. */
const secretWords =
  /pass(?:word|phrase|code|wd|wort)|kennwort|geheim|mot.?de.?passe|contrase(?:n|ñ)a|\bclave\b|\bsenha\b|wachtwoord|парол|密码|密碼|パスワード|비밀번호|secret|token|(?:api|access|private|signing|ssh|recovery|license).?key|credential|\b(?:pin|otp|2fa|mfa|cvv|seed|pat)\b|one.?time|(?:verification|recovery|backup|security).?(?:code|phrase)|seed.?phrase|mnemonic|card.?number|\bgh[opusr]_|github_pat_|\bsk-/i;

/** Marks without width, letters of other scripts and digits that stand for letters hide nothing. */
function asksForSecret(text: string): boolean {
  const shown = text
    .replaceAll(/\u001b\[[\d;]*[A-Za-z]/g, '')
    .normalize('NFKC')
    .replaceAll(/[\p{Cf}\p{Cc}]/gu, '');
  const bare = shown.normalize('NFKD').replaceAll(/\p{M}/gu, '');
  const plain = bare.replaceAll(
    /[013457@$аеіорсухѕԁһԛԝαοριν]/gi,
    (mark) => likeness[mark.toLowerCase()] ?? mark,
  );
  return [text, shown, bare, plain, plain.replaceAll(/(?<=\b\p{L})[ .·_-](?=\p{L}\b)/gu, '')].some((one) =>
    secretWords.test(one),
  );
}

/** Marks that look like another: digits, and letters of the Cyrillic and Greek scripts. */
const likeness: Record<string, string> = {
  а: 'a',
  е: 'e',
  і: 'i',
  о: 'o',
  р: 'p',
  с: 'c',
  у: 'y',
  х: 'x',
  ѕ: 's',
  ԁ: 'd',
  һ: 'h',
  ԛ: 'q',
  ԝ: 'w',
  α: 'a',
  ο: 'o',
  ρ: 'p',
  ι: 'i',
  ν: 'v',
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
};

function toValue(schema: JsonObject): QuestionField['value'] | undefined {
  const { type } = schema;
  if (type === 'boolean') return { type: 'yes-no', usual: toFlag(schema.default) };
  if (type === 'number' || type === 'integer')
    return {
      type,
      min: toNumber(schema.minimum) ?? Number.NEGATIVE_INFINITY,
      max: toNumber(schema.maximum) ?? Number.POSITIVE_INFINITY,
      usual: toNumber(schema.default),
    };
  if (type === 'array') {
    const choices = toChoices(toObject(schema.items));
    if (choices === undefined) return undefined;
    const [min, max] = [toNumber(schema.minItems) ?? 0, toNumber(schema.maxItems) ?? choices.length];
    return { type: 'some-of', choices, min, max, usual: toTexts(schema.default) };
  }
  if (type !== 'string') return undefined;
  const choices = toChoices(schema);
  if (choices) return { type: 'one-of', choices, usual: toText(schema.default) };
  return {
    type: 'text',
    format: toText(schema.format),
    minLength: toNumber(schema.minLength) ?? 0,
    maxLength: toNumber(schema.maxLength) ?? Number.POSITIVE_INFINITY,
    usual: toText(schema.default),
  };
}

function toChoices(schema: JsonObject): Choice[] | undefined {
  const titled = [schema.oneOf, schema.anyOf].find(Array.isArray) as unknown[] | undefined;
  if (titled) {
    const choices = titled.map(toObject).map(({ const: value, title }) => ({
      value: String(value),
      label: toLabel(toText(title) ?? String(value)),
    }));
    return choices.slice(0, maxChoices);
  }
  if (!Array.isArray(schema.enum)) return undefined;
  const labels = toTexts(schema.enumNames);
  return toTexts(schema.enum)
    .slice(0, maxChoices)
    .map((value, index) => ({ value, label: toLabel(labels[index] ?? value) }));
}

/** Narrower than a list is. */
const longestJoined = 70;

/** Letters that join are one cell for us, and a row of cells for some terminals: they would push the other choices off the screen. */
function toLabel(text: string): string {
  const line = toOneLine(text);
  return safeWidth(line) > 2 * cellWidth(line) ? cutSafely(line, longestJoined) : line;
}
