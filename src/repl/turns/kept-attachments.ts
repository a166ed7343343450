import { existsSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { isUrl } from '../../attachments/collect-files.ts';
import { toShellWord } from '../../command-line.ts';
import { toObject } from '../../json-value.ts';
import { type PromptText, toTyped } from '../../prompt-text.ts';
import { type Attachment, describeAttachment } from './attachment.ts';

/** What is kept of the attachments of a prompt that was not sent. */
export type KeptAttachments = {
  files: readonly KeptFile[];
  /** Whether it had others, which nothing names: an image of the clipboard, or the output of a command. */
  hadOthers: boolean;
};

/** `path` is absolute, or a URL. */
type KeptFile = Pick<Extract<Attachment, { path: string }>, 'path' | 'label' | 'isListed'> & {
  type: 'files' | 'media';
};

export type KeptPrompt = PromptText & { kept?: KeptAttachments | undefined };

/** Undefined if there is nothing to keep. */
export function toKept(
  attachments: readonly Attachment[],
  { cwd, hadOthers = false }: { cwd: string; hadOthers?: boolean },
): KeptAttachments | undefined {
  const files = attachments.flatMap((one) => toKeptFile(one, cwd) ?? []);
  const isPart = hadOthers || files.length < attachments.length;
  return files.length > 0 || isPart ? { files, hadOthers: isPart } : undefined;
}

function toKeptFile(attachment: Attachment, cwd: string): KeptFile | undefined {
  if (!isLasting(attachment)) return undefined;
  const { type } = attachment;
  const name = type === 'files' ? attachment.spec : attachment.path;
  return {
    type,
    path: isUrl(name) ? name : resolve(cwd, name) + (name.endsWith('/') ? '/' : ''),
    ...(type === 'media' && attachment.label !== undefined && { label: attachment.label }),
    ...(attachment.isListed && { isListed: true }),
  };
}

/** Whether something names it in the next chat, too. */
function isLasting(attachment: Attachment): attachment is Exclude<Attachment, { type: 'text' }> {
  return attachment.type === 'files' || (attachment.type === 'media' && !attachment.isTemporary);
}

/** What is attached without a word: the command that attaches it again, the names of that, and the names of what no command attaches. */
export type KeptAlone = { command: PromptText | undefined; kept: string[]; lost: string[] };

export function keepAlone(attachments: readonly Attachment[], cwd: string): KeptAlone {
  const paths = attachments.flatMap((one) => toKeptFile(one, cwd)?.path ?? []);
  return {
    command: paths.length === 0 ? undefined : toTyped(`/attach ${paths.map(toShellWord).join(' ')}`),
    kept: attachments.filter(isLasting).map(describeAttachment),
    lost: attachments.filter((one) => !isLasting(one)).map(describeAttachment),
  };
}

/** What can be attached again, and the names of what is gone. What is there is checked like every attachment when it is sent. */
export function restoreKept(
  { files }: KeptAttachments,
  cwd: string,
): { attachments: Attachment[]; gone: string[] } {
  const attachments: Attachment[] = [];
  const gone: string[] = [];
  for (const { type, path, label, ...others } of files) {
    const name = toName(path, cwd);
    const own = { ...others, isOfDraft: true };
    if (!isUrl(path) && !existsSync(path) && !globSign.test(path)) gone.push(name);
    else if (type === 'files') attachments.push({ type, spec: name, ...own });
    else attachments.push({ type, path: name, ...(label !== undefined && { label }), ...own });
  }
  return { attachments, gone };
}

/** Whether the path may be a glob, of which nobody knows yet what it finds. */
const globSign = /[*?[{]/;

/** As it can be typed here. */
function toName(path: string, cwd: string): string {
  if (isUrl(path)) return path;
  const name = relative(cwd, path);
  if (name === '' || name === '..' || name.startsWith(`..${sep}`) || isAbsolute(name)) return path;
  return path.endsWith('/') ? `${name}/` : name;
}

/** As it stands in a line of JSON. */
export function toKeptFields(kept: KeptAttachments | undefined): Record<string, unknown> {
  if (!kept) return {};
  const { files, hadOthers } = kept;
  return { ...(files.length > 0 && { attached: files }), ...(hadOthers && { had_others: true }) };
}

/** Reads what `toKeptFields` wrote. Leaves out what cannot be read. */
export function readKeptFields({
  attached,
  had_others: others,
}: Record<string, unknown>): KeptAttachments | undefined {
  const files = Array.isArray(attached) ? attached.flatMap((one) => readFile(toObject(one)) ?? []) : [];
  const hadOthers = others === true || (Array.isArray(attached) && files.length < attached.length);
  return files.length > 0 || hadOthers ? { files, hadOthers } : undefined;
}

function readFile({ type, path, label, isListed }: Record<string, unknown>): KeptFile | undefined {
  if ((type !== 'files' && type !== 'media') || typeof path !== 'string') return undefined;
  if (!isUrl(path) && !isAbsolute(path)) return undefined;
  return {
    type,
    path,
    ...(typeof label === 'string' && { label }),
    ...(isListed === true && { isListed: true }),
  };
}
