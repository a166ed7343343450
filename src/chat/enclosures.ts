import { describeSize, toFormatName } from '../attachments/load-media.ts';
import type { Context } from '../context.ts';
import { countLines, describeCount } from '../describe-count.ts';
import type { Instructions } from '../instructions/load-instructions.ts';

/** An attachment of a prompt. */
export type Enclosure = {
  /** The path or URL as given; `stdin` for piped data. */
  path: string;
  kind: 'file' | 'page' | 'image' | 'document' | 'instructions';
  bytes: number;
  /** Of a text. */
  text?: string;
  /** Of an image or a document. */
  mediaType?: string;
  /** The folder or the glob that brought it along. */
  holder?: string;
};

/** Something that the person mentioned and that does not go along. */
export type Omission = {
  sentence: string;
  /** Whether the person may take it for sent: it is there. */
  isWarning: boolean;
};

export function toInstructionEnclosures(instructions: readonly Instructions[]): Enclosure[] {
  return instructions.map(({ path, text }) => ({
    path,
    kind: 'instructions',
    bytes: Buffer.byteLength(text),
    text,
  }));
}

/** The form in `--json`. */
export function toEnclosureJson({ path, kind, bytes }: Enclosure): Record<string, unknown> {
  return { path, kind, bytes };
}

/** Attachments are listed on a terminal only; omitted files are reported everywhere. */
export function tellEnclosures(
  context: Context,
  { enclosures, omissions }: { enclosures: readonly Enclosure[]; omissions: readonly Omission[] },
  onNotice: (sentence: string) => void = context.warn,
): void {
  for (const line of describeEnclosures(enclosures)) context.notice(line);
  for (const { sentence, isWarning } of omissions) {
    if (isWarning) onNotice(sentence);
    else context.notice(sentence);
  }
}

/** A line for each named thing: `notes.txt, 12 lines`, or `src: 2 files, ~40 tokens`. */
export function describeEnclosures(enclosures: readonly Enclosure[]): string[] {
  const holders = new Map<string, Enclosure[]>();
  const lines: (() => string)[] = [];
  for (const enclosure of enclosures) {
    const { holder } = enclosure;
    const others = holder === undefined ? undefined : holders.get(holder);
    if (others) others.push(enclosure);
    else if (holder === undefined) lines.push(() => describeOne(enclosure));
    else {
      const held = [enclosure];
      holders.set(holder, held);
      lines.push(() => `${holder}: ${describeCount(held.length, 'file')}, ${describeTokens(held)}`);
    }
  }
  return lines.map((describe) => describe());
}

function describeOne(enclosure: Enclosure): string {
  const { path, kind, bytes, text = '', mediaType = '' } = enclosure;
  switch (kind) {
    case 'file':
    case 'page':
      return `${path}, ${describeCount(countLines(text), 'line')}`;
    case 'image':
    case 'document':
      return `${path}, ${toFormatName(mediaType)} of ${describeSize(bytes)}`;
    case 'instructions':
      return `${path}, ${describeTokens([enclosure])}`;
    default:
      return kind satisfies never;
  }
}

/** A figure for people, before anything is sent: to count takes a tenth of a second, and to divide by four takes none. */
function describeTokens(enclosures: readonly Enclosure[]): string {
  const characters = enclosures.reduce((sum, { text = '' }) => sum + text.length, 0);
  return `~${Number(Math.ceil(characters / 4).toPrecision(2))} tokens`;
}
