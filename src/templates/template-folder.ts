import { readdirSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { decodeUtf } from '../decode-utf.ts';
import { CliError } from '../errors.ts';
import { describeFileProblem } from '../file-problem.ts';
import { readFileStart } from '../file-start.ts';
import { addFile, advise, run } from '../hint.ts';
import { findNearest } from '../nearest.ts';
import { parseTemplate } from './parse-template.ts';
import type { Template } from './template.ts';

const extension = '.md';
const maxBytes = 1024 * 1024;
const nameShape = /^[a-z0-9-]+$/;

export type TemplateFile = { name: string; path: string };

/** The templates of a folder, `NAME.md`, by name. Other names are ignored, and a missing folder is empty. */
export function listTemplates(folder: string): TemplateFile[] {
  return readNames(folder).map((name) => ({ name, path: join(folder, `${name}${extension}`) }));
}

/** Throws CliError `usage` if no prompt template has this name. */
export function findTemplate(folder: string, name: string): TemplateFile {
  const files = listTemplates(folder);
  const file = files.find((candidate) => candidate.name === name);
  if (!file) throw createMissingError(name, files, folder);
  return file;
}

/** Throws CliError `config` if the file cannot be read or is not a prompt template. */
export async function readTemplate(file: TemplateFile): Promise<Template> {
  return parseTemplate(await readTemplateText(file), file.path);
}

/** The whole file, unchanged. Throws CliError `config` if it cannot be read. */
export async function readTemplateText({ path }: TemplateFile): Promise<string> {
  const bytes = await readBytes(path).catch((error: unknown) => {
    throw toConfigError(path, error);
  });
  if (bytes.length > maxBytes)
    throw new CliError('config', `${path} is larger than 1 MB`, {
      hint: advise`Shorten the prompt, and add files with ${addFile()}.`,
    });
  return decodeUtf(bytes);
}

/** A link may lead to a pipe that nobody writes to. */
async function readBytes(path: string): Promise<Buffer> {
  if (!(await stat(path)).isFile()) throw Object.assign(new Error(path), { code: 'it is not a file' });
  return readFileStart(path, maxBytes);
}

function readNames(folder: string): string[] {
  try {
    return (
      readdirSync(folder, { withFileTypes: true })
        // Reading a pipe or a socket could wait for ever.
        .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && entry.name.endsWith(extension))
        .map((entry) => basename(entry.name, extension))
        .filter((name) => nameShape.test(name))
        .sort()
    );
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return [];
    throw toConfigError(folder, error);
  }
}

function createMissingError(name: string, files: TemplateFile[], folder: string): CliError {
  const near = findNearest(
    name,
    files.map((file) => file.name),
    3,
  );
  if (!nameShape.test(name)) {
    return new CliError('usage', `"${name}" is not the name of a prompt template`, {
      hint: 'Names are lower-case letters, digits and dashes; a path has a slash or a dot.',
    });
  }
  return new CliError('usage', `there is no prompt template ${name} in ${folder}`, {
    hint:
      near.length > 0
        ? `There are: ${near.join(', ')}`
        : files.length > 0
          ? advise`See: ${run('templates')}`
          : `Write ${join(folder, `my-prompt${extension}`)}`,
  });
}

function toConfigError(path: string, error: unknown): CliError {
  const { reason, hint } = describeFileProblem(error);
  return new CliError('config', `${path} cannot be read: ${reason}`, { hint, cause: error });
}
