import { toShellWord } from '../../command-line.ts';
import type { Model } from '../../copilot/model.ts';
import { findModel } from '../../copilot/model-choice.ts';
import { CliError, describeError } from '../../errors.ts';
import { type PromptText, sliceText } from '../../prompt-text.ts';
import {
  renderTemplate,
  stdinName,
  type Template,
  type TemplateInput,
  type TemplateValues,
  usesStdin,
} from '../../templates/template.ts';
import { listTemplates, readTemplate, type TemplateFile } from '../../templates/template-folder.ts';
import { toOneLine } from '../../terminal-text.ts';
import type { ReplApp } from '../app.ts';
import { forgetAnswers } from '../dialogs/begun-answers.ts';
import { askValues } from './ask-values.ts';
import { loadCatalogue, switchModel } from './model.ts';
import type { SlashCommand } from './slash-command.ts';

/** The person's prompt templates, as commands. A folder that cannot be read has none: the chat starts anyway. */
export function createOwnCommands(folder: string): SlashCommand[] {
  try {
    return listTemplates(folder).map(createOwnCommand);
  } catch {
    return [];
  }
}

function createOwnCommand(file: TemplateFile): SlashCommand {
  return {
    name: file.name,
    parameters: '[name=value…] [words]',
    description: 'one of your prompt templates',
    group: 'own',
    shell: `copilot-cli chat -t ${toShellWord(file.name)}`,
    describe: () => describeFile(file),
    findPrompt: skipPairs,
    run: (app, _, said) => sayOwnPrompt(app, file, said),
  };
}

async function describeFile(file: TemplateFile): ReturnType<NonNullable<SlashCommand['describe']>> {
  try {
    const template = await readTemplate(file);
    const { description, inputs, path } = template;
    return {
      needsWords: usesStdin(template) || inputs.some(({ required }) => required),
      description: toOneLine(description ?? 'one of your prompt templates'),
      details: [...inputs.map(describeInput), `It is kept in ${path}.`],
    };
  } catch (error) {
    return { description: `broken: ${describeError(error).message}`, details: [], needsWords: true };
  }
}

function describeInput({ name, description, default: byDefault, required }: TemplateInput): string {
  const state = required
    ? 'asked for if it is not given'
    : `"${toOneLine(byDefault ?? '')}" if it is not given`;
  return `[${name}=…] ${description === undefined ? '' : `${toOneLine(description)}; `}${state}.`;
}

async function sayOwnPrompt(app: ReplApp, file: TemplateFile, words: PromptText): Promise<void> {
  const template = await readTemplate(file);
  // Before anything is asked: whoever typed answers wants to see them used.
  const model = template.model === undefined ? undefined : await findNamed(app, template.model);
  const values = await complete(app, template, words);
  if (!values) return;
  const { prompt, system } = renderTemplate(template, values);
  if (template.schema)
    app.transcript.notice(
      `The schema of ${file.name} applies in the shell only: copilot-cli chat -t ${toShellWord(file.name)}`,
    );
  if (model && model.id !== app.session.model?.id) switchModel(app, model);
  if (system !== undefined) app.session.setSystem(system);
  forgetAnswers(app.dialogs, `/${template.name}`);
  await app.ask(prompt);
}

/** Asks for the missing values. Undefined if the person left. */
async function complete(
  app: ReplApp,
  template: Template,
  words: PromptText,
): Promise<TemplateValues | undefined> {
  const given = readValues(template, words);
  const wanted = template.inputs.filter(({ name, required }) => required && !(name in given));
  const questions = wanted.map(({ name, description }) => ({ name, question: description ?? name }));
  if (usesStdin(template) && !(stdinName in given))
    questions.push({ name: stdinName, question: 'Text for the prompt' });
  const asked = await askValues(app, { command: `/${template.name}`, words }, questions);
  return asked && { ...given, ...asked };
}

async function findNamed(app: ReplApp, name: string): Promise<Model | undefined> {
  const catalogue = await loadCatalogue(app);
  return catalogue && findModel(name, catalogue);
}

const pair = /^([A-Za-z_][\w-]*)=(?!=)(?:"([^"]*)"|(\S*))\s*/;

/**
 * Reads the words behind the name of a template. Pairs `name=value` come first; the rest is the text that the prompt is about. If the
 * template has no place for such a text and lacks one value, the rest is that value; otherwise it follows the prompt, as stdin does in the
 * shell. Throws CliError `usage` if a pair names an input that the template does not have.
 */
function readValues(template: Template, words: PromptText): TemplateValues {
  const values: Record<string, string> = {};
  let rest = words;
  for (let match = findPair(rest.text, template); match; match = findPair(rest.text, template)) {
    const [all, name = '', quoted, bare = ''] = match;
    if (!template.inputs.some((input) => input.name === name)) throw createUnknownError(name, template);
    values[name] = quoted ?? bare;
    rest = sliceText(rest, all.length);
  }
  if (rest.text === '') return values;
  const missing = template.inputs.filter(({ name, required }) => required && !(name in values));
  const [only] = missing;
  const place = only && missing.length === 1 && !usesStdin(template) ? only.name : stdinName;
  return { ...values, [place]: rest };
}

/** Pairs are data: a mention in one attaches nothing. */
function skipPairs(words: PromptText): PromptText {
  let rest = words;
  for (let [all] = pair.exec(rest.text) ?? []; all; [all] = pair.exec(rest.text) ?? [])
    rest = sliceText(rest, all.length);
  return rest;
}

/** A template without inputs takes no pairs: everything is text. */
function findPair(words: string, { inputs }: Template): RegExpExecArray | null {
  return inputs.length === 0 ? null : pair.exec(words);
}

function createUnknownError(name: string, template: Template): CliError {
  const names = template.inputs.map((input) => input.name).join(', ');
  return new CliError('usage', `the prompt has no variable named ${name}`, {
    hint: `It has: ${names}. To send them as text, put another word in front.`,
  });
}
