import { describe, expect, it } from 'vitest';
import { createCli } from '../helpers/cli.ts';

describe('words where a command has no place for them', () => {
  it.each([
    [
      'endpoints add ollama http://localhost:11434/v1',
      'endpoints add ollama --url http://localhost:11434/v1',
    ],
    ['endpoints add ollama localhost:11434', 'endpoints add ollama --url http://localhost:11434'],
    [
      'endpoints add ai.example.com:443/v1 gateway',
      'endpoints add gateway --url https://ai.example.com:443/v1',
    ],
    ['endpoints http://localhost:1/v1', 'endpoints add NAME --url http://localhost:1/v1'],
    ['endpoints ollama', 'endpoints test ollama'],
    ['endpoints test ollama llama3.2', 'endpoints test ollama -m llama3.2'],
    ['accounts octocat', 'accounts switch octocat'],
    ['accounts list octocat', 'accounts switch octocat'],
    ['config model', 'config get model'],
    ['config model=gpt-5-mini', 'config set model gpt-5-mini'],
    ['config theme dark', 'config set theme dark'],
    ['config set theme=dark', 'config set theme dark'],
    ['config get theme dark', 'config set theme dark'],
    ['config set extra-headers X-A:b c', "config set extra-headers 'X-A:b c'"],
    ['sessions notes', 'sessions show notes'],
    ['sessions 100', 'sessions list -n 100'],
    ['sessions list 100', 'sessions list -n 100'],
    ['sessions export notes notes.md', 'sessions export notes -o notes.md'],
    ['sessions rename notes my notes', "sessions rename notes 'my notes'"],
    ['models haiku', 'models show haiku'],
    ['models vision', 'models --ability vision'],
    ['models list haiku', 'models show haiku'],
    ['templates translate', 'templates show translate'],
    ['login TENANT.ghe.com', 'login --host TENANT.ghe.com'],
    ['login gh', 'login --from gh'],
    ['logout octocat', 'logout --account octocat'],
    ['serve 5000', 'serve --port 5000'],
    ['serve claude', 'serve run -- claude'],
    ['serve cursor', 'serve --for cursor'],
    ['doctor report.md', 'doctor --bundle report.md'],
    ['status octocat', 'status --account octocat'],
    ['usage octocat', 'usage --account octocat'],
  ])('are answered with what to type: %s', async (typed, meant) => {
    const cli = await createCli();
    const { code, stdout, stderr } = await cli.runHere(typed.split(' '));
    expect(stderr).toContain(`; did you mean "copilot-cli ${meant}"?`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it.each([
    ['endpoints add http://localhost:1/v1', 'endpoints add NAME --url http://localhost:1/v1'],
    ['sessions delete 90d', 'sessions delete --older-than 90d'],
    ['sessions delete all', 'sessions delete --all'],
    ['models alias fast=haiku', 'models alias fast haiku'],
    ['config set', 'config set model gpt-5-mini'],
    ['models show', 'models show haiku'],
    ['run', 'run review.md'],
    ['serve run', 'serve run -- claude'],
  ])('have a line to type in their error: %s', async (typed, meant) => {
    const cli = await createCli();
    await cli.signIn();
    const { code, stderr } = await cli.runHere(typed.split(' '));
    expect(stderr).toContain(`copilot-cli ${meant}`);
    expect(code).toBe(2);
  });

  it('name the shells of the completion', async () => {
    const cli = await createCli();
    const { code, stderr } = await cli.runHere(['completion']);
    expect(stderr).toContain('Choose one of: bash, zsh, fish, powershell.');
    expect(code).toBe(2);
  });

  it('remove no alias by giving it another name', async () => {
    const cli = await createCli();
    await cli.signIn();
    await cli.runHere(['models', 'alias', 'fast', 'gpt-5-mini']);
    const { code, stderr } = await cli.runHere(['models', 'alias', 'remove', 'fast']);
    expect(stderr).toContain('copilot-cli models alias --remove fast');
    expect(code).toBe(2);
    expect((await cli.runHere(['models', 'alias'])).stdout).toBe('fast\tgpt-5-mini\n');
  });
});

describe('a value for a flag that takes none', () => {
  it.each([
    [
      ['endpoints', 'add', 'corp', '--url', 'http://127.0.0.1:9/v1', '--key', 'sk-abc'],
      /--key takes no value; it means: ask for its key, or read it from stdin.* --dialect messages --key\./,
    ],
    [
      ['login', '--with-token', 'ghp_secretsecret'],
      /--with-token takes no value; .* login --with-token < token\.txt/,
    ],
    [['mcp', 'list', '--json', 'sk-out.json'], /--json takes no value; it means: print JSON/],
    [
      ['endpoints', 'add', 'corp', 'http://127.0.0.1:9/v1', 'sk-proj-abcdefgh'],
      /too many arguments for "endpoints add"/,
    ],
    [['endpoints', 'add', 'corp', 'sk-abc'], /too many arguments for "endpoints add"/],
  ])('is not said again: %j', async (argv, words) => {
    const cli = await createCli();
    const { code, stderr, stdout } = await cli.runHere(argv);
    expect(stderr).toMatch(words);
    expect(code).toBe(2);
    expect(stderr + stdout).not.toContain(argv.at(-1));
  });
});

describe('a word too many', () => {
  it.each([
    [['status', 'status'], /too many arguments for "status"/],
    [['login', 'login'], /too many arguments for "login"/],
    [['sessions', 'list', 'sessions'], /^(?!.*takes no value)/],
  ])('is no value of a flag that was not typed: %j', async (argv, words) => {
    const cli = await createCli();
    const { code, stderr } = await cli.runHere(argv);
    expect(stderr).toMatch(words);
    expect(stderr).not.toContain('takes no value');
    expect(code).toBe(2);
  });
});

describe('a URL without its scheme', () => {
  it.each([
    [['endpoints', 'add', 'ollama', '--url', 'localhost:11434'], 'http://localhost:11434'],
    [['endpoints', 'add', 'gateway', '--url', 'ai.example.com/v1'], 'https://ai.example.com/v1'],
    [['config', 'set', 'base-url', '127.0.0.1:8080'], 'http://127.0.0.1:8080'],
    [['serve', '--allow-origin', 'localhost:3000'], 'http://localhost:3000'],
  ])('is suggested with it: %j', async (argv, url) => {
    const cli = await createCli();
    const { code, stderr } = await cli.runHere(argv);
    expect(stderr).toContain(`; did you mean ${url}?`);
    expect(code).toBe(2);
  });

  it('is not suggested for words that are no host', async () => {
    const cli = await createCli();
    const { stderr } = await cli.runHere(['endpoints', 'add', 'ollama', '--url', 'not a url']);
    expect(stderr).not.toContain('did you mean');
  });
});
