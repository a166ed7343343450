type Language = {
  /** All lower case. The first one is how we call it. */
  names: string[];
  /** Without the dot. The first one is given to files without a name. */
  extensions: string[];
};

/** What models write after a fence, and what people write after -x. */
const languages: Language[] = [
  { names: ['javascript', 'js', 'mjs', 'cjs', 'node'], extensions: ['js', 'mjs', 'cjs'] },
  { names: ['typescript', 'ts', 'mts', 'cts'], extensions: ['ts', 'mts', 'cts'] },
  { names: ['jsx', 'javascriptreact'], extensions: ['jsx'] },
  { names: ['tsx', 'typescriptreact'], extensions: ['tsx'] },
  { names: ['python', 'py', 'python3'], extensions: ['py', 'pyi'] },
  { names: ['bash', 'sh', 'shell', 'zsh', 'shellscript'], extensions: ['sh', 'bash', 'zsh'] },
  { names: ['powershell', 'ps1', 'pwsh'], extensions: ['ps1'] },
  { names: ['c'], extensions: ['c', 'h'] },
  { names: ['cpp', 'c++', 'cc', 'cxx'], extensions: ['cpp', 'cc', 'cxx', 'hpp'] },
  { names: ['csharp', 'cs', 'c#'], extensions: ['cs', 'csproj'] },
  { names: ['go', 'golang'], extensions: ['go', 'mod'] },
  { names: ['rust', 'rs'], extensions: ['rs'] },
  { names: ['java'], extensions: ['java'] },
  { names: ['kotlin', 'kt', 'kts'], extensions: ['kt', 'kts'] },
  { names: ['swift'], extensions: ['swift'] },
  { names: ['ruby', 'rb'], extensions: ['rb'] },
  { names: ['php'], extensions: ['php'] },
  { names: ['perl', 'pl'], extensions: ['pl', 'pm'] },
  { names: ['lua'], extensions: ['lua'] },
  { names: ['haskell', 'hs'], extensions: ['hs'] },
  { names: ['elixir', 'ex', 'exs'], extensions: ['ex', 'exs'] },
  { names: ['scala'], extensions: ['scala'] },
  { names: ['dart'], extensions: ['dart'] },
  { names: ['r'], extensions: ['r'] },
  { names: ['sql', 'mysql', 'postgresql', 'postgres', 'sqlite'], extensions: ['sql'] },
  { names: ['html', 'htm'], extensions: ['html', 'htm'] },
  { names: ['css'], extensions: ['css'] },
  { names: ['scss', 'sass'], extensions: ['scss', 'sass'] },
  { names: ['vue'], extensions: ['vue'] },
  { names: ['svelte'], extensions: ['svelte'] },
  { names: ['xml'], extensions: ['xml'] },
  { names: ['svg'], extensions: ['svg'] },
  { names: ['json', 'jsonc', 'json5'], extensions: ['json', 'jsonc', 'json5'] },
  { names: ['yaml', 'yml'], extensions: ['yaml', 'yml'] },
  { names: ['toml'], extensions: ['toml'] },
  { names: ['ini', 'cfg', 'conf'], extensions: ['ini', 'cfg', 'conf'] },
  { names: ['dotenv', 'env'], extensions: ['env'] },
  { names: ['graphql', 'gql'], extensions: ['graphql', 'gql'] },
  { names: ['protobuf', 'proto'], extensions: ['proto'] },
  { names: ['terraform', 'hcl', 'tf'], extensions: ['tf', 'hcl'] },
  { names: ['dockerfile', 'docker'], extensions: ['dockerfile'] },
  { names: ['makefile', 'make'], extensions: ['mk'] },
  { names: ['diff', 'patch'], extensions: ['diff', 'patch'] },
  { names: ['markdown', 'md', 'mdx'], extensions: ['md', 'mdx'] },
  { names: ['latex', 'tex'], extensions: ['tex'] },
  { names: ['csv'], extensions: ['csv'] },
  { names: ['text', 'txt', 'plaintext', 'plain'], extensions: ['txt'] },
];

const byName = new Map(languages.flatMap((language) => language.names.map((name) => [name, language])));
const byExtension = new Map(
  languages.flatMap((language) => language.extensions.map((extension) => [extension, language])),
);

/** One name for all the names of a language; a language that we do not know keeps its own. */
export function toLanguageName(name: string): string {
  const lowerCase = name.toLowerCase();
  return byName.get(lowerCase)?.names[0] ?? lowerCase;
}

export function isLanguageName(word: string): boolean {
  return byName.has(word.toLowerCase());
}

/** The extension of a file in this language, without the dot. */
export function toExtension(language: string): string {
  return byName.get(language.toLowerCase())?.extensions[0] ?? 'txt';
}

export function isKnownExtension(extension: string): boolean {
  return byExtension.has(extension.toLowerCase());
}

/** The language of a file by its name, or nothing. */
export function toLanguageOfFile(path: string): string {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1] ?? '';
  return byExtension.get(extension.toLowerCase())?.names[0] ?? '';
}
