import { CliError } from '../errors.ts';
import { type CodeBlock, listCodeBlocks } from './code-blocks.ts';
import { toLanguageName } from './languages.ts';

export type CodeSelection = {
  /** Only blocks in this language, by any of its names. */
  language?: string;
  /** Only the last one of those. */
  last?: boolean;
};

/** The code of an answer, blocks one below the other. Throws CliError `schema` where there is none. */
export function selectCode(text: string, selection: CodeSelection = {}): string {
  return selectBlocks(text, selection)
    .map((block) => block.text)
    .join('\n');
}

/** The same as blocks, at least one. */
export function selectBlocks(text: string, { language, last = false }: CodeSelection = {}): CodeBlock[] {
  const blocks = listCodeBlocks(text);
  const wanted = language === undefined ? undefined : toLanguageName(language);
  const found = blocks.filter((block) => wanted === undefined || toLanguageName(block.language) === wanted);
  if (found.every(({ text }) => text.trim() === '')) throw createError(blocks, language);
  return last ? found.slice(-1) : found;
}

function createError(blocks: CodeBlock[], language: string | undefined): CliError {
  if (blocks.length === 0 || language === undefined) {
    const what = blocks.length === 0 ? 'the answer has no code block' : 'the code of the answer is empty';
    return new CliError('schema', what, { hint: 'Ask for one in the prompt.' });
  }
  const names = new Set(blocks.map((block) => block.language || 'none'));
  return new CliError('schema', `the answer has no code block in ${language}`, {
    hint: `Its blocks say: ${[...names].slice(0, 8).join(', ')}. Without a language, all are taken.`,
  });
}
