import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { checkLink } from '../../attachments/check-link.ts';
import { collectFiles } from '../../attachments/collect-files.ts';
import { createFinder, type Found, readFound } from '../../attachments/found.ts';
import { defaultMaxImageBytes, loadMediaFile } from '../../attachments/load-media.ts';
import { sniffMediaType } from '../../attachments/media-type.ts';
import { splitCommand } from '../../command-line.ts';
import { describeCount } from '../../describe-count.ts';
import { CliError } from '../../errors.ts';
import { toOneLine } from '../../terminal-text.ts';
import type { ReplApp } from '../app.ts';
import { expandHome } from '../home-path.ts';
import { type Attachment, describeAttachment } from '../turns/attachment.ts';
import type { SlashCommand } from './slash-command.ts';

export const attachCommand: SlashCommand = {
  name: 'attach',
  label: 'attach files',
  parameters: '[path…|none]',
  description: 'attach files to your next prompt: text, images, PDFs',
  group: 'answers',
  details: [
    '[path…] are files, folders, globs or URLs. Without one, the command lists what is attached.',
    '[none] detaches everything. A typed @path in a prompt attaches a file, too; what is pasted is text, also behind a typed @.',
  ],
  shell: 'copilot-cli chat -f FILE -a IMAGE',
  run: attachFiles,
};

/** Attaches files to the next prompt. All are checked first, and none is attached if one cannot be. */
async function attachFiles(app: ReplApp, words: string): Promise<void> {
  const { session, transcript } = app;
  if (words === 'none') {
    const { length } = session.attachments;
    session.dropAttachments();
    return transcript.notice(length === 0 ? 'Nothing was attached.' : 'Nothing is attached now.');
  }
  if (words === '') return listAttachments(app);
  const checked = await app.work('Reading', async (signal) => {
    const found: { attachment: Attachment; sentence: string }[] = [];
    const paths = listPaths(app, words);
    for (const path of paths) {
      const checking = checkPath(app, expandHome(path, app.context.home), signal);
      found.push(await (paths.length > 1 ? checking.catch(failAll) : checking));
    }
    return found;
  });
  if (!checked) return;
  for (const { attachment, sentence } of checked) {
    session.attach(attachment);
    transcript.notice(sentence);
  }
  warnOfBlindness(app);
}

/** Whoever named several files must not think that the others are attached. */
function failAll(error: unknown): never {
  throw error instanceof CliError ? error.addHint('None of these is attached.') : error;
}

/** All the words are one path if that file exists: a path that was dragged into a terminal may contain spaces. */
function listPaths({ context }: ReplApp, words: string): string[] {
  return existsSync(resolve(context.cwd, words)) ? [words] : splitCommand(words);
}

function listAttachments({ session, transcript, look }: ReplApp): void {
  const { attachments } = session;
  if (attachments.length === 0) {
    transcript.notice('Nothing is attached. /attach PATH attaches a file to your next prompt.');
    return;
  }
  transcript.print([
    ...attachments.map((one) => `  ${look.theme.paint('accent', toOneLine(describeAttachment(one)))}`),
    look.theme.paint('dim', 'They go with your next prompt; /attach none drops them.'),
  ]);
}

async function checkPath(
  app: ReplApp,
  path: string,
  signal: AbortSignal,
): Promise<{ attachment: Attachment; sentence: string }> {
  const { context, session } = app;
  const { cwd, configFolder } = context;
  const finder = createFinder(cwd);
  const found = await finder.find(path);
  const info = await stat(found.target ?? found.path).catch(() => undefined);
  // A pipe or a device would be read twice, or never end.
  if (info && !info.isFile() && !info.isDirectory())
    throw new CliError('usage', `${path} is neither a file nor a folder`);
  const reading = { cwd, configFolder, person: context, finder, signal };
  if (info?.isFile() && (await isMedia(found))) {
    const { model } = session;
    await checkLink(path, found, reading);
    await loadMediaFile(found, {
      maxBytes: model?.maxImageBytes ?? defaultMaxImageBytes,
      mediaTypes: model?.imageTypes ?? [],
      onNotice: () => {},
      signal,
    });
    return { attachment: { type: 'media', path }, sentence: `Attached ${path}.` };
  }
  const files = await collectFiles([path], {
    ...reading,
    onNotice: context.warn,
    // A page is fetched once, when the prompt is sent. Until then it stands for its text.
    fetchText: async (url) => url,
  });
  const inside =
    files.length === 1 && files[0]?.label === path ? '' : `, ${describeCount(files.length, 'file')}`;
  return { attachment: { type: 'files', spec: path }, sentence: `Attached ${path}${inside}.` };
}

async function isMedia(found: Found): Promise<boolean> {
  const start = await readFound(found, 32).catch(() => undefined);
  return start !== undefined && sniffMediaType(start) !== undefined;
}

/** Warns if the model does not see what is attached. */
export function warnOfBlindness({ session: { attachments, model }, transcript }: ReplApp): void {
  const unseen = attachments.filter(({ type }) => type === 'media').map(describeAttachment);
  if (model && unseen.length > 0 && !model.abilities.includes('vision'))
    transcript.notice(
      `${model.id} does not read images or documents (${unseen.map(toOneLine).join(', ')}); /model chooses one that does.`,
      'warning',
    );
}
