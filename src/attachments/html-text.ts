import { CliError } from '../errors.ts';

/** What a page says, without its pictures and with the addresses of its links. Throws CliError `usage` where it cannot be read. */
export async function convertHtml(html: string): Promise<string> {
  const { convert } = await import('html-to-text');
  try {
    return convert(html, {
      wordwrap: false,
      // A page of a hundred thousand nested elements would end the stack.
      limits: { maxDepth: 200 },
      selectors: [
        { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
        { selector: 'img', format: 'skip' },
        ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
          selector,
          options: { uppercase: false },
        })),
        { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
      ],
    });
  } catch (error) {
    throw new CliError('usage', 'the page cannot be turned into text', {
      hint: 'Save it as text to a file.',
      cause: error,
    });
  }
}
