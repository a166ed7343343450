import type { FormatCallback, HtmlToTextOptions } from 'html-to-text';
import { CliError } from '../errors.ts';

/** No real page is nested more deeply. The rest is cut, with a mark. */
const mostNested = 1_000;
const cutMark = '[… what is nested more deeply is left out]';

/** No real page has larger table spans. */
const mostSpanned = 100;
/** The most table fields that spans may cover. */
const mostCovered = 200_000;

/**
 * The text of a page, with its links. A job of `worker.ts`: a hostile page takes very long. Throws CliError `usage` if it cannot be read.
 */
export async function convertHtml(html: string): Promise<string> {
  const { convert } = await import('html-to-text');
  const options: HtmlToTextOptions = {
    wordwrap: false,
    // A hundred thousand nested elements would overflow the stack.
    limits: { maxDepth: mostNested, ellipsis: cutMark },
    formatters: { boundedTable: formatTable },
    selectors: [
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
      { selector: 'img', format: 'skip' },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
        selector,
        options: { uppercase: false },
      })),
      { selector: 'table', format: 'boundedTable', options: { uppercaseHeaderCells: false } },
    ],
  };
  try {
    const text = convert(html, options);
    if (text.replaceAll(cutMark, '').trim() === '' && text.includes(cutMark))
      throw new CliError('usage', `the page is nested more than ${mostNested} elements deep`, {
        hint: 'Save it as text to a file.',
      });
    return text;
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError('usage', 'the page cannot be turned into text', {
      hint: 'Save it as text to a file.',
      cause: error,
    });
  }
}

/** The library lays out as many columns as a cell claims to span. */
const formatTable: FormatCallback = (table, walk, builder, options) => {
  let left = mostCovered;
  const inside = [...table.children];
  for (let element = inside.pop(); element; element = inside.pop()) {
    if (element.name === 'table') continue;
    // No spread into arguments: there may be a million children.
    for (const child of element.children ?? []) inside.push(child);
    const { attribs } = element;
    if (!attribs || (attribs.colspan === undefined && attribs.rowspan === undefined)) continue;
    const columns = toSpan(attribs.colspan);
    const rows = toSpan(attribs.rowspan);
    left -= columns * rows;
    attribs.colspan = String(left > 0 ? columns : 1);
    attribs.rowspan = String(left > 0 ? rows : 1);
  }
  builder.options.formatters?.dataTable?.(table, walk, builder, options);
};

function toSpan(text: string | undefined): number {
  const span = Math.trunc(Number(text));
  return span >= 1 ? Math.min(span, mostSpanned) : 1;
}
