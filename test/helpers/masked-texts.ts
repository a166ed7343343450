const copilotToken = `tid=0123456789abcdef;exp=1793000000;sku=yearly_subscriber;proxy-ep=proxy.individual.githubcopilot.com;ip=203.0.113.7:${'0a'.repeat(32)}`;

/** What it is, a text, and how it is masked. */
export const maskedTexts: [what: string, text: string, masked: string][] = [
  ['a token of an OAuth app', 'got gho_abcdEFGH1234 here', 'got [secret] here'],
  ['a token of a GitHub app', 'ghu_abcdEFGH1234', '[secret]'],
  ['a classic token', '"ghp_abcdEFGH1234"', '"[secret]"'],
  ['an installation token', '(ghs_abcdEFGH1234)', '([secret])'],
  ['a refresh token', 'ghr_abcdEFGH1234,x', '[secret],x'],
  ['a fine-grained token', 'github_pat_11ABCDE0Y_abc.', '[secret].'],
  ['a Copilot token, to its last field', `token ${copilotToken} end`, 'token [secret] end'],
  ['a Copilot token in JSON', JSON.stringify({ token: copilotToken, n: 1 }), '{"token":"[secret]","n":1}'],
  ['an API key', 'key sk-proj-abcd_EFGH-1234', 'key [secret]'],
  ['a bearer header', 'Authorization: Bearer abcdefghijklmnopqrstuvwx', 'Authorization: Bearer [secret]'],
  ['a token header', 'authorization: token 0123456789abcdef0123456789', 'authorization: token [secret]'],
  ['a token of Hugging Face', `hf_${'aB3'.repeat(9)}`, '[secret]'],
  ['a key of Stripe', `sk_live_${'aB3'.repeat(6)} x`, '[secret] x'],
  ['a token of Vault', `hvs.${'aB3_'.repeat(6)}`, '[secret]'],
  ['a key of Google', `key=AIza${'aB3-'.repeat(8)}abc`, 'key=[secret]'],
  ['a JSON Web Token', `eyJ${'aB3'.repeat(5)}.eyJ${'aB3'.repeat(5)}.${'aB3'.repeat(9)}`, '[secret]'],
  ['a basic header', `Authorization: Basic ${'aB3'.repeat(8)}==`, 'Authorization: Basic [secret]'],
  [
    'a key of Azure',
    `AccountName=a;AccountKey=${'aB3'.repeat(9)}==;x`,
    'AccountName=a;AccountKey=[secret];x',
  ],
  ['a token of Slack', 'xoxb-123456789012-abcdef', '[secret]'],
  ['a token of GitLab', `glpat-${'aB3'.repeat(7)}`, '[secret]'],
  ['a token behind an escape of JSON', String.raw`a\u003dghp_abcdEFGH1234`, String.raw`a\u003d[secret]`],
  [
    'a token at the beginning of a line in JSON',
    String.raw`"x\nsk-proj-abcdEFGH1234"`,
    String.raw`"x\n[secret]"`,
  ],
  ['a token in an encoded URL', 'x%3Aghp_abcdEFGH1234@y', 'x%3A[secret]@y'],
  ['a token in colour', `\x1b[1;32mnpm_${'aB3'.repeat(12)}\x1b[0m`, '\x1b[1;32m[secret]\x1b[0m'],
  [
    'a private key in base64',
    `tls.key: ${Buffer.from('-----BEGIN PRIVATE KEY-----\nMIIEvQ').toString('base64')}\nb`,
    'tls.key: [secret]\nb',
  ],
  ['two tokens', 'gho_abcd1234 ghu_abcd1234', '[secret] [secret]'],
  ['the same token twice', 'gho_abcd1234/gho_abcd1234', '[secret]/[secret]'],
];

export const body = Array.from({ length: 6 }, (_, at) => `${'MIIEpAIBAAKCAQEA'.repeat(4)}${at}`);
export const key = [
  '-----BEGIN OPENSSH PRIVATE KEY-----',
  ...body,
  'abcd==',
  '-----END OPENSSH PRIVATE KEY-----',
];

/** Private keys in a text. */
export const maskedKeys: [what: string, text: string, masked: string][] = [
  ['alone', key.join('\n'), '[secret]'],
  [
    'behind much text',
    `${'x\n'.repeat(70_000)}${key.join('\n')}\nend`,
    `${'x\n'.repeat(70_000)}[secret]\nend`,
  ],
  ['with other line ends', `a\r\n${key.join('\r\n')}\r\nb`, 'a\r\n[secret]\r\nb'],
  ['in JSON', JSON.stringify({ key: key.join('\n'), n: 1 }), '{"key":"[secret]","n":1}'],
  ['with numbers of lines', key.map((line, at) => `${at + 7}. ${line}`).join('\n'), '7. [secret]'],
  ['found by grep', key.map((line, at) => `a/b.txt-${at}-${line}`).join('\n'), 'a/b.txt-0-[secret]'],
  ['without its end', [...key.slice(0, 5), 'next line'].join('\n'), '[secret]next line'],
  ['without its beginning', ['first line', ...key.slice(4), 'last'].join('\n'), 'first line\n[secret]\nlast'],
  ['twice', [...key, 'and', ...key].join('\n'), '[secret]\nand\n[secret]'],
  ['in one line', `k: "${key.join(' ')}"`, 'k: "[secret]"'],
  ['as a text in JSON in a text', `k: "${key.join('\\\\n')}"`, 'k: "[secret]"'],
  ['with a header', [key[0], 'Proc-Type: 4,ENCRYPTED', '', ...key.slice(1, 5)].join('\n'), '[secret]'],
];
