import { createRandom, type Random } from './random.ts';

/**
 * A Markdown answer of about this many bytes of UTF-8, the same for the same arguments: headings, paragraphs, lists,
 * tables, code, quotes, Chinese, Japanese, Korean and emoji. It ends after a whole block, at most some blocks late.
 */
export function createLongAnswer(bytes: number, seed = 1): string {
  const random = createRandom(seed);
  const blocks: string[] = [];
  for (let size = 0, section = 1; size < bytes; section += 1) {
    for (const writeBlock of blockWriters) {
      const block = writeBlock(random, section);
      blocks.push(block);
      size += Buffer.byteLength(block) + 2;
      if (size >= bytes) break;
    }
  }
  return `${blocks.join('\n\n')}\n`;
}

type BlockWriter = (random: Random, section: number) => string;

const blockWriters: BlockWriter[] = [
  (random, section) => `## ${section}. ${capitalize(writeWords(random, 3))}`,
  writeParagraph,
  writeList,
  (random, section) => writeCode(random, 2 * section),
  (random) => `> ${writeSentence(random)}\n> ${writeSentence(random)}`,
  writeTable,
  writeNumberedList,
  (_, section) =>
    `${takeTurns(foreignSentences, section)} ${takeTurns(emoji, section)} ${takeTurns(foreignSentences, section + 1)}`,
  (random, section) => writeCode(random, 2 * section + 1),
  (_, section) => (section % 5 === 0 ? '---' : `### Notes on ${section}`),
  writeParagraph,
];

const words =
  'queue request answer stream token buffer reader writer cache index partition replica leader quorum latency timeout retry signal handler buffer column row key value order write read'.split(
    ' ',
  );

const foreignSentences = [
  '分布式系统必须在一致性和可用性之间做出选择。',
  '日本語の文章は空白なしで続き、端末では一文字が二桁を占めます。',
  '한국어 문장도 두 칸씩 차지합니다.',
  'Größe, naïve, Łódź, ελληνικά и кириллица.',
];

const emoji = ['🚀', '✅', '👩‍💻', '🇩🇪', '👍🏽', '⚠️', '1️⃣'];

/** The digit in each makes one block of code differ from the next. */
const programs: { language: string; write: (digit: number) => string }[] = [
  {
    language: 'typescript',
    write: (digit) =>
      `type Entry = { key: string; value: number };\n\nexport function take${digit}(entries: Entry[]): Entry[] {\n  // The first ones are the oldest.\n  return entries.filter(({ value }) => value > ${digit}).slice(0, ${digit});\n}`,
  },
  {
    language: 'python',
    write: (digit) =>
      `def total_${digit}(rows: list[dict]) -> int:\n    """Sum of all values above ${digit}."""\n    return sum(row["value"] for row in rows if row["value"] > ${digit})`,
  },
  {
    language: 'rust',
    write: (digit) =>
      `fn scale_${digit}(values: &[u64]) -> Vec<u64> {\n    values.iter().map(|value| value * ${digit}).collect()\n}`,
  },
  { language: 'bash', write: (digit) => `for file in *.log; do\n\thead -n ${digit} "$file" | sort -u\ndone` },
  {
    language: 'json',
    write: (digit) =>
      `{\n  "name": "entry-${digit}",\n  "tags": ["新しい", "plain"],\n  "count": ${digit}\n}`,
  },
  {
    language: 'diff',
    write: (digit) => `@@ -${digit},2 +${digit},2 @@\n-const limit = ${digit};\n+const limit = ${digit + 1};`,
  },
  { language: '', write: (digit) => `no language here, line ${digit}` },
];

function writeCode(random: Random, turn: number): string {
  const { language, write } = takeTurns(programs, turn);
  return `\`\`\`${language}\n${write(1 + random.integer(9_998))}\n\`\`\``;
}

function writeParagraph(random: Random): string {
  const sentences = Array.from({ length: 3 + random.integer(3) }, () => writeSentence(random));
  return `${sentences.join(' ')} See [the ${random.pick(words)}](https://example.com/${random.integer(999)}).`;
}

function writeSentence(random: Random): string {
  const [before, after] = [
    writeWords(random, 3 + random.integer(6)),
    writeWords(random, 2 + random.integer(6)),
  ];
  const marked = random.pick(['**a strong word**', '*emphasis*', '`inline.code()`', '~~not this~~', 'plain']);
  return `${capitalize(before)} ${marked} ${after}.`;
}

function writeList(random: Random): string {
  return Array.from({ length: 3 }, () => {
    const nested = random.chance(0.4)
      ? `\n  - ${writeWords(random, 4)}\n  - [ ] ${writeWords(random, 3)}`
      : '';
    return `- ${writeSentence(random)}${nested}`;
  }).join('\n');
}

function writeNumberedList(random: Random): string {
  return [1, 2, 3].map((number) => `${number}. ${writeSentence(random)}`).join('\n');
}

function writeTable(random: Random): string {
  const rows = Array.from(
    { length: 2 + random.integer(4) },
    () => `| ${random.pick(words)} | ${random.integer(9_999)} | ${random.pick([...emoji, '漢字', 'yes'])} |`,
  );
  return ['| Name | Count | Mark |', '| :--- | ---: | :---: |', ...rows].join('\n');
}

function writeWords(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.pick(words)).join(' ');
}

function capitalize(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function takeTurns<T>(list: readonly T[], turn: number): T {
  return list[turn % list.length] as T;
}
