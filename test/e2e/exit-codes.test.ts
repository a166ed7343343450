import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  binary,
  type Cli,
  canary,
  collect,
  createCli,
  githubToken,
  parseOutput,
  type Run,
} from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';
import type { Fault } from '../simulator/fault.ts';
import type { SimulatorOptions } from '../simulator/simulator-state.ts';

const chatPath = '/chat/completions';

type Row = {
  when: string;
  code: number;
  name: string;
  /** What the one line on stderr has to say, next step included. */
  says: RegExp;
  simulator?: SimulatorOptions;
  fault?: Omit<Fault, 'path'>;
  argv?: string[];
  env?: Record<string, string>;
  signedOut?: boolean;
  prepare?: (cli: Cli) => void;
};

const refusal = (
  body: unknown,
  status: number,
  headers: Record<string, string> = {},
): Omit<Fault, 'path'> => ({
  status,
  body,
  headers,
  contentType: 'text/plain; charset=utf-8',
  times: 9,
});

const rows: Row[] = [
  {
    when: 'Copilot fails',
    code: 1,
    name: 'upstream',
    fault: refusal('oops', 500),
    says: /Copilot failed to answer: oops \(status 500, request id .+\)\. Try again/,
  },
  {
    when: 'a proxy on the way answers with a page',
    code: 1,
    name: 'upstream',
    fault: refusal('<html>no</html>', 502),
    says: /Copilot failed to answer \(status 502/,
  },
  {
    when: 'the API version is too old',
    code: 1,
    name: 'upstream',
    simulator: { gate: { apiVersionFloor: '2027-01-01' } },
    says: /API version.*Upgrade:/,
  },
  {
    when: 'the stream reports an error',
    code: 1,
    name: 'upstream',
    fault: { transport: { errorEventAt: 2 } },
    says: /Copilot refused the request: /,
  },
  {
    when: 'a chunk of the stream is broken',
    code: 1,
    name: 'upstream',
    fault: { transport: { malformedAt: 2 } },
    says: /not JSON/,
  },
  {
    when: 'a flag is unknown',
    code: 2,
    name: 'usage',
    argv: ['chat', '--jsno', '--json', 'hi'],
    says: /unknown flag '--jsno'.*did you mean --json/,
  },
  {
    when: 'an argument is missing',
    code: 2,
    name: 'usage',
    argv: ['config', 'get', '--json'],
    says: /missing required argument 'setting'|unknown flag/,
  },
  {
    when: 'two formats are asked for',
    code: 2,
    name: 'usage',
    argv: ['chat', '--json', '--jsonl', 'hi'],
    says: /cannot both be given/,
  },
  {
    when: 'the colour is not one',
    code: 2,
    name: 'usage',
    argv: ['--color', 'pink', '--json', 'hi'],
    says: /--color is one of auto, always, never/,
  },
  {
    when: 'a base URL is plain http elsewhere',
    code: 3,
    name: 'config',
    env: { GITHUB_COPILOT_BASE_URL: 'http://example.com' },
    says: /GITHUB_COPILOT_BASE_URL must begin with https/,
  },
  {
    when: 'a base URL is the Codex backend',
    code: 3,
    name: 'config',
    env: { GITHUB_COPILOT_BASE_URL: 'https://chatgpt.com/backend-api/codex' },
    says: /GITHUB_COPILOT_BASE_URL is the URL of the Codex backend/,
  },
  {
    when: 'the extra headers make no sense',
    code: 3,
    name: 'config',
    env: { GITHUB_COPILOT_EXTRA_HEADERS: 'nonsense' },
    says: /GITHUB_COPILOT_EXTRA_HEADERS must have the form/,
  },
  {
    when: 'the file of --env-from is missing',
    code: 3,
    name: 'config',
    argv: ['--env-from', '/nowhere/.env', '--json', 'hi'],
    says: /\/nowhere\/\.env.*cannot be read/,
  },
  {
    when: 'config.json is broken',
    code: 3,
    name: 'config',
    prepare: (cli) => writeSettings(cli, '{"model": '),
    says: /config\.json is not a JSON object/,
  },
  {
    when: 'nobody is signed in',
    code: 4,
    name: 'auth_required',
    signedOut: true,
    says: /not signed in\. Run: copilot-cli login/,
  },
  {
    when: 'the GitHub token was revoked',
    code: 4,
    name: 'auth_required',
    simulator: { exchange: { refusal: 'bad-credentials' } },
    signedOut: true,
    env: { GITHUB_COPILOT_TOKEN: githubToken },
    says: /github\.com does not accept the token from GITHUB_COPILOT_TOKEN/,
  },
  {
    when: 'the token is an API key',
    code: 4,
    name: 'auth_required',
    signedOut: true,
    env: { GITHUB_COPILOT_TOKEN: `sk-${canary}0123456789` },
    says: /GITHUB_COPILOT_TOKEN is an API key of another service/,
  },
  {
    when: 'Copilot refuses the renewed token, too',
    code: 4,
    name: 'auth_required',
    fault: refusal('unauthorized: token expired', 401),
    says: /does not accept the sign-in.*Run: copilot-cli login/,
  },
  {
    when: 'the account may not use chat',
    code: 5,
    name: 'forbidden',
    fault: refusal('unauthorized: not authorized to use this Copilot feature\n', 403),
    says: /Copilot refuses this account: unauthorized: not authorized/,
  },
  {
    when: 'the model is switched off',
    code: 5,
    name: 'forbidden',
    argv: ['chat', '--json', '-m', 'claude-fable-5', 'hi'],
    says: /claude-fable-5 is switched off.*settings\/copilot\/features/,
  },
  {
    when: 'the terms of the model are not accepted',
    code: 5,
    name: 'forbidden',
    argv: ['chat', '--json', '-m', 'gemini-3.1-pro-preview', 'hi'],
    says: /not switched on yet/,
  },
  {
    when: 'there is no such model',
    code: 6,
    name: 'model',
    argv: ['chat', '--json', '-m', 'gpt-5-minx', 'hi'],
    says: /no model gpt-5-minx; the nearest are gpt-5-mini, .+, .+\. See all of them/,
  },
  {
    when: 'the model does not chat',
    code: 6,
    name: 'model',
    argv: ['chat', '--json', '-m', 'text-embedding-3-small', 'hi'],
    says: /cannot chat/,
  },
  {
    when: 'Copilot does not have the model',
    code: 6,
    name: 'model',
    fault: refusal(
      {
        error: {
          message: 'The requested model is not supported.',
          code: 'model_not_supported',
          param: 'model',
          type: 'invalid_request_error',
        },
      },
      400,
    ),
    says: /The requested model is not supported/,
  },
  {
    when: 'requests come too fast',
    code: 7,
    name: 'rate_limited',
    fault: refusal(
      {
        error: {
          message: 'Sorry, you have exceeded your weekly rate limit.',
          code: 'user_weekly_rate_limited:pro',
        },
      },
      429,
      { 'retry-after': '86400' },
    ),
    says: /weekly rate limit.*Copilot asks to wait 24 h/,
  },
  {
    when: 'the quota is used up',
    code: 8,
    name: 'quota',
    fault: refusal({ error: { message: 'You have no quota', code: 'quota_exceeded' } }, 402),
    says: /the quota of this account is used up: You have no quota/,
  },
  {
    when: 'the quota is used up, told as a rate limit',
    code: 8,
    name: 'quota',
    fault: refusal({ error: { message: 'no', code: 'quota_exceeded' } }, 429),
    says: /quota of this account is used up/,
  },
  {
    when: 'the prompt is longer than the context',
    code: 9,
    name: 'input_too_large',
    fault: refusal(
      {
        error: {
          message: 'prompt token count of 391491 exceeds the limit of 128000',
          code: 'model_max_prompt_tokens_exceeded',
        },
      },
      400,
    ),
    says: /the input is too long for this model: prompt token count of 391491/,
  },
  {
    when: 'the request is too large',
    code: 9,
    name: 'input_too_large',
    fault: refusal('Request Entity Too Large\n', 413),
    says: /the request is too large/,
  },
  {
    when: 'the service refuses to answer',
    code: 10,
    name: 'content_filter',
    fault: refusal({ error: { message: 'no', code: 'content_filter' } }, 422),
    says: /refuses to answer/,
  },
  {
    when: 'the content filter stops the answer',
    code: 10,
    name: 'content_filter',
    simulator: { answer: { text: 'half', finish: 'content_filter' } },
    says: /content filter/,
  },
  {
    when: 'the stream is cut',
    code: 12,
    name: 'truncated',
    fault: { transport: { cutBeforeFinish: true } },
    says: /disconnected before completion/,
  },
  {
    when: 'Copilot cannot be reached',
    code: 13,
    name: 'network',
    env: { GITHUB_COPILOT_BASE_URL: 'http://127.0.0.1:1' },
    says: /127\.0\.0\.1:1 refused the connection/,
  },
  {
    when: 'the connection is reset before the answer',
    code: 13,
    name: 'network',
    fault: { reset: true, times: 9 },
    says: /closed the connection/,
  },
  {
    when: 'the proxy does not exist',
    code: 13,
    name: 'network',
    env: { HTTPS_PROXY: 'http://127.0.0.1:1', GITHUB_COPILOT_BASE_URL: 'https://api.example.com' },
    says: /the proxy 127\.0\.0\.1:1 \(from HTTPS_PROXY\) does not answer/,
  },
];

sampled.describe.each(rows)('code $code, $name, when $when', (row) => {
  const run = async (argv: string[]): Promise<Run> => {
    const cli = await createCli(row.simulator);
    if (!row.signedOut && !row.simulator?.exchange) {
      const { gate, answer } = cli.simulator.state;
      cli.simulator.state.gate = { ...gate, apiVersionFloor: '2020-01-01' };
      cli.simulator.state.answer = {};
      await cli.signIn();
      Object.assign(cli.simulator.state, { gate, answer });
    }
    row.prepare?.(cli);
    if (row.fault) cli.simulator.faults.add({ path: chatPath, ...row.fault });
    const start = row === rows[0] ? cli.run : cli.runHere;
    return start(argv, row.env ? { env: row.env } : {});
  };

  it('is one line on stderr that says what to do, and one object on stdout with --json', async () => {
    const result = await run(row.argv ?? ['chat', '--json', 'hi']);
    const lines = result.stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^copilot-cli: /);
    expect(lines[0]).toMatch(row.says);
    expect(result.code).toBe(row.code);
    expect(parseOutput(result)).toMatchObject({
      schema_version: 1,
      error: { code: row.name, exit_code: row.code, message: expect.any(String) },
    });
  });
});

describe('code 0', () => {
  sampled.it.each([
    [['--help']],
    [['-h']],
    [['help']],
    [['help', 'chat']],
    [['chat', '--help']],
    [['models', 'default', '--help']],
  ])('is for help, on stdout, without config or network: %j', async (argv) => {
    const cli = await createCli();
    writeSettings(cli, 'broken');
    const result = await cli.run(argv);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toMatch(/^Usage: copilot-cli /);
    expect(cli.simulator.requests).toEqual([]);
  });

  sampled.it.each(['--version', '-V'])('is for the version, which is one line: %s', async (flag) => {
    const cli = await createCli();
    expect(await cli.run([flag])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    });
    expect(await cli.run(['--debug', flag])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

describe('a Node that can send nothing', () => {
  it.each([
    ['chat', ['chat', 'hi'], 'copilot-cli: .* was not asked: Node runs without WebAssembly'],
    ['doctor', ['doctor'], 'copilot-cli: the check of github failed: .* was not asked: Node runs without'],
  ])('because of --jitless is not taken for a failure of the network: %s', async (_, argv, words) => {
    const cli = await createCli();
    await cli.signIn();
    const run = await cli.run(argv, { env: { NODE_OPTIONS: '--jitless' } });
    expect(run.code).toBe(3);
    expect(run.stderr).toMatch(new RegExp(`${words}.*Remove --jitless`));
    expect(run.stderr).not.toContain('PROXY');
  });

  it.runIf(process.platform === 'linux')(
    'because of a limit of memory can, with the flag that is named',
    async () => {
      const cli = await createCli();
      await cli.signIn();
      const limited = await runLimited({ ...cli.env, NODE_OPTIONS: '' });
      expect(limited.code).toBe(3);
      expect(limited.stderr).toMatch(/no memory for WebAssembly.*NODE_OPTIONS=--disable-wasm-trap-handler/);
      expect(await runLimited({ ...cli.env, NODE_OPTIONS: '--disable-wasm-trap-handler' })).toEqual({
        code: 0,
        stderr: '',
      });
    },
  );
});

/** Asks with less virtual memory than WebAssembly usually reserves. */
function runLimited(env: Record<string, string>): Promise<{ code: number | null; stderr: string }> {
  const script = 'ulimit -v 4000000; exec "$0" "$1" chat hi';
  const child = spawn('sh', ['-c', script, process.execPath, binary], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const stderr = collect(child.stderr);
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, stderr: stderr() }));
  });
}

function writeSettings(cli: Cli, text: string): void {
  const file = join(cli.home, 'config', 'copilot-cli', 'config.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
