import type { Context } from '../context.ts';
import { CliError, describeError } from '../errors.ts';
import { joinSentences } from '../hint.ts';
import { writeJson } from '../output/json.ts';
import { writePaged } from '../output/paged.ts';
import { writeTable } from '../output/table.ts';
import {
  type ListedTemplate,
  templateColumns,
  toListedJson,
  toTemplateJson,
} from '../output/template-list.ts';
import {
  findTemplate,
  listTemplates,
  readTemplate,
  readTemplateText,
  type TemplateFile,
} from '../templates/template-folder.ts';
import { stripControls } from '../terminal-text.ts';
import type { TemplatesOptions } from './templates.ts';

export async function runTemplates(context: Context, options: TemplatesOptions): Promise<void> {
  switch (options.action) {
    case 'list':
      return listAll(context, options.json);
    case 'show':
      return showTemplate(context, options);
    default:
      return options satisfies never;
  }
}

async function listAll(context: Context, json: boolean): Promise<void> {
  const { io, templatesFolder, notice, warn } = context;
  const listed = await Promise.all(listTemplates(templatesFolder).map(readListed));
  if (json) return writeJson(io.stdout, { folder: templatesFolder, templates: listed.map(toListedJson) });
  if (listed.length === 0)
    return notice(
      `there are no prompt templates yet; write ${templatesFolder}/NAME.md, and use it with -t NAME.`,
    );
  await writePaged(context, (output) => writeTable(output, templateColumns, listed));
  for (const { error } of listed) {
    if (error) warn(toSentences(error));
  }
}

function toSentences(error: CliError): string {
  const { message, hint = '' } = describeError(error);
  return joinSentences(message, hint);
}

/** One that is broken does not hide the others. */
async function readListed(file: TemplateFile): Promise<ListedTemplate> {
  try {
    return { ...file, template: await readTemplate(file) };
  } catch (error) {
    if (error instanceof CliError) return { ...file, error };
    throw error;
  }
}

async function showTemplate(
  { io, templatesFolder }: Context,
  { name, json }: { name: string; json: boolean },
): Promise<void> {
  const file = findTemplate(templatesFolder, name);
  if (json) return writeJson(io.stdout, toTemplateJson(await readTemplate(file)));
  const text = await readTemplateText(file);
  return io.stdout.write(io.stdout.isTerminal ? stripControls(text) : text);
}
