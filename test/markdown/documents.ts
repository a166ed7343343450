import { readFileSync } from 'node:fs';

/** One of nearly everything. */
export const richDocument = readFileSync(new URL('rich.md', import.meta.url), 'utf8');

/** Texts whose blocks are hard to tell apart before they are over, by what is hard about them. */
export const documents: Record<string, string> = {
  'one of nearly everything': richDocument,
  'underlined headings': 'One\n===\n\nTwo\nlines\n---\ntext\n- item\n---\n> quote\n---\n=\n===\n\n--\n-\n',
  'loose and tight lists':
    '- a\n- b\n\n- c\n\n  more\n    - d\n\n        code\n\n1. x\n1. y\n10) z\n\n\n* * *\n* e\n  lazy\nlazy too\n-\n- \n\n-\n\n  far\n',
  'fences in lists':
    '1. do\n   ```sh\n   npm ci\n\n   # no heading\n   ```\n2. do\n```js\nlet a\n```\n3. then\n   ~~~\n   ```\n  out\n',
  'lazy quotations': '> a\nb\n> > c\nd\n> - e\nf\n\n> g\n>\n> h\n```\nno\n```\n> ```\n> code\nout\n>',
  tables:
    'text\n| a | b |\n|---|:-:|\n| 1 | `x\\|y` | more |\n| 2 |\n- item\n\na|b\n-|-\n1|2\n\n| a |\n|---|---|\n\n|h|\n|-|\n> q\n',
  'long paragraphs': [
    ...Array.from({ length: 40 }, (_, at) => `line ${at} of *text* and 2 * ${at}`),
    'a **mark over',
    ...Array.from({ length: 20 }, (_, at) => `line ${at} with snake_case`),
    'two lines** and `code',
    'over` two',
    '===',
    ...Array.from({ length: 20 }, (_, at) => `> [a link](http://x.y/${at})`),
    ...Array.from({ length: 90 }, (_, at) => `line ${at} behind *an open mark`),
    'a | b',
    '--|--',
    '1 | 2',
    '',
  ].join('\n'),
  html: '<div>\n*a*\n\n*b*\n</div>\n\n<!-- c\n\n# d -->\ntext <b>e</b><br>f\n<pre>\n\n*g*</pre>\n<x-y z="1">\n\n<script',
  'reference links':
    '[a] and [a][b]\n\n[A]: https://a.example "t"\n[b]: <https://b.example>\ntext [c]\n\n[a], [x][B], [c][], ![i][a]\n\n[^1]: https://f.example\n[__proto__]: https://p.example\n\n[^1] [__proto__] [constructor]\n',
  'indented code': '    a\n\n    b\n\n\ntext\n    lazy\n\n\tc\n \td\n-\te\n\n\t\tf\n',
  'a fence that stays open': 'a\n\n```python\ndef f():\n    """\n    text\n\n    `` ` \n```x\n~~~\n',
  'scripts and emoji':
    '# 你好，世界\n\n这是**很重要**的，这是`代码`。\n한국어 텍스트 **굵게**\n👩‍👩‍👧‍👦👍🏽🇩🇪 e\u0301a\u0308 नमस्ते ﷽\n\n|名|値|\n|-|-:|\n|あ|１|\n\n- 🎉 ok\n',
  hostile:
    '\u001b[31mred\u001b[0m \u001b]0;t\u0007 \u009b2J a\rb\u0000\n\n`\u202ecode\u2066`\n\n```\n\u202e evil\u0008\n```\n[x](\u001b]8;;http://e\u0007) &#27;[2J &#x9b;1m\n\n[y](http://a\u0007b) ![z](javascript:alert(1))\n\ud800 \udc00 lone\u2028sep\ufeff\n',
  'marks and nothing else': '***\n__\n**\n#\n##\n>\n>>\n-\n+\n1.\n```\n\n```\n|\n|-|\n[\n]\n<\n&\n\\\n',
  'line ends of Windows': '# a\r\n\r\n- b\r\n- c\r\n\r\n```js\r\nlet d\r\n```\r\ne  \r\nf\r\n',
};
