import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { applySetup } from '../clients/apply-setup.ts';
import { describeClient, learnFacts } from '../clients/clients.ts';
import { formatApplied, formatSetup, formatUndone, toSetupJson } from '../clients/format-setup.ts';
import { runClient } from '../clients/run-client.ts';
import type { ClientFacts } from '../clients/setup.ts';
import { undoSetup } from '../clients/undo-setup.ts';
import type { Context } from '../context.ts';
import { CliError, ProgramExit } from '../errors.ts';
import { describeFileProblem } from '../file-problem.ts';
import { advise, flag } from '../hint.ts';
import { toReachableUrl, toUrlHost } from '../loopback.ts';
import { describeOpenFile } from '../open-file.ts';
import { writeJson } from '../output/json.ts';
import { readFileNow } from '../read-file-now.ts';
import type { AccountKey } from '../server/guard.ts';
import type { startServer } from '../server/start-server.ts';
import { readPort, usualPort } from '../server-port.ts';
import type { ServeOptions } from './serve.ts';

/** How long answers that are under way may take to end. */
const graceMs = 30_000;
/** A terminal and a parent such as npx may each send the same Ctrl+C. A second one within this time is ignored, in milliseconds. */
const echoMs = 100;
/** The program has ended, so no caller waits for answers. */
const noGraceMs = 0;

type Action<Name> = Extract<ServeOptions, { action: Name }>;

export async function runServe(context: Context, options: ServeOptions): Promise<void> {
  switch (options.action) {
    case 'listen':
      return listen(context, options);
    case 'set-up':
      return setUp(context, options);
    case 'run':
      return runWithServer(context, options);
  }
}

/** Serves until stopped; unfinished answers then get a little time. */
async function listen(context: Context, options: Action<'listen'>): Promise<void> {
  const accountKeys = readAccountKeys(context, options.accountKeysFile);
  const server = await startFrugally(context, {
    ...options,
    ...readAddress(context, options),
    accountKeys,
  });
  const { stderr } = context.io;
  if (!stderr.isTerminal)
    server.services.log('info', 'listening', { url: server.url, version: context.version });
  else if (!(options.ui && stderr.canRedraw)) await stderr.write(describe(server.url, context.version));
  if (!context.signal.aborted) await once(context.signal, 'abort');
  const waiting = server.services.live.list().length;
  if (waiting > 0 && stderr.isTerminal)
    context.warn(
      `${waiting} ${waiting === 1 ? 'answer is' : 'answers are'} still under way; Ctrl+C again ends them.`,
    );
  const endedAt = context.now();
  const stopListening = context.onInterrupt(() => {
    if (context.now() - endedAt < echoMs) return;
    stopListening();
    server.endAnswers();
  });
  await server.close(graceMs).finally(stopListening);
}

/** A server runs for days beside other programs, with little to do for most of the time. V8 is made for programs that compute. */
async function startFrugally(...args: Parameters<typeof startServer>): ReturnType<typeof startServer> {
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  // It would let the heap grow to four times of what is in use: 30 MB of garbage with two hundred streams. At less than twice it collects more often, which is not seen in what an answer costs.
  setFlagsFromString('--heap-growing-percent=75');
  // It optimises so early that a fifth of the work for the first hundreds of answers is that. Here code is compiled simply at once, and optimised
  // after nine times as much use. Newer versions have a step between the two.
  if (process.version.startsWith('v20.'))
    for (const flag of ['--always-sparkplug', '--interrupt-budget=600000']) setFlagsFromString(flag);
  const { startServer } = await import('../server/start-server.ts');
  return startServer(...args);
}

async function setUp(context: Context, options: Action<'set-up'>): Promise<void> {
  const { env, home, dataFolder, io } = context;
  const { client, mode, json } = options;
  const machine = { env, home };
  const recordFile = join(dataFolder, 'clients.json');
  if (mode === 'undo') {
    const outcomes = await undoSetup(client, { recordFile });
    if (json) await writeJson(io.stdout, { client, files: outcomes });
    else await io.stdout.write(formatUndone(outcomes, machine));
    return;
  }
  const { port, apiKey } = readAddress(context, options);
  const baseUrl = toReachableUrl(`http://${toUrlHost(options.host)}:${port}`);
  const facts = await loadFacts(context, { baseUrl, apiKey, model: options.model });
  const setup = describeClient(client, await learnFacts(client, facts, env));
  if (mode === 'write') {
    const outcomes = await applySetup(setup, { ...machine, recordFile });
    const files = outcomes.map((outcome) => ({ ...outcome, backup: outcome.backup ?? null }));
    if (json) {
      await writeJson(io.stdout, { client, files });
      return;
    }
    await io.stdout.write(formatApplied(outcomes, machine));
    const start = `Start the server before you use it: copilot-cli serve${port === usualPort ? '' : ` --port ${port}`}`;
    for (const note of [...setup.steps, ...setup.notes, start]) await io.stderr.write(`${note}\n`);
    return;
  }
  if (json) await writeJson(io.stdout, await toSetupJson(setup, machine));
  else await io.stdout.write(await formatSetup(setup, machine));
}

/** A private server, on a free port with a random key. Throws ProgramExit with the program's exit code. */
async function runWithServer(context: Context, options: Action<'run'>): Promise<void> {
  const { env, cwd, signal } = context;
  const apiKey = options.apiKey ?? randomBytes(24).toString('base64url');
  const server = await startFrugally(context, {
    ...options,
    port: options.port ?? 0,
    apiKey,
    logLevel: 'silent',
  });
  try {
    const facts = await loadFacts(context, { baseUrl: server.url, apiKey, model: options.model });
    const onInterrupt = context.onInterrupt.bind(context);
    const exitCode = await runClient(options.argv, { facts, env, cwd, signal, onInterrupt });
    if (exitCode !== 0) throw new ProgramExit(exitCode);
  } finally {
    await server.close(noGraceMs);
  }
}

async function loadFacts(
  context: Context,
  { baseUrl, apiKey, model }: { baseUrl: string; apiKey: string | undefined; model: string | undefined },
): Promise<ClientFacts> {
  const client = await context.connect();
  const [{ models }, choice] = await Promise.all([
    client.fetchCatalogue({ fresh: false }),
    client.chooseModel(model),
  ]);
  return { baseUrl, apiKey, models, defaultModel: choice.model, modelOrigin: choice.origin };
}

function readAddress(
  { env }: Context,
  {
    port,
    apiKey = env.COPILOT_CLI_SERVER_KEY || undefined,
  }: { port: number | undefined; apiKey: string | undefined },
): { port: number; apiKey: string | undefined } {
  checkKey(apiKey);
  return { port: port ?? readPort(env.PORT) ?? usualPort, apiKey };
}

/** Throws CliError `usage` for a line that is not `LOGIN KEY`, and AuthenticationError for an account that is not here. */
function readAccountKeys({ record, warn }: Context, file: string | undefined): AccountKey[] {
  if (file === undefined) return [];
  const warning = describeOpenFile(file, 'keys');
  if (warning !== undefined) warn(warning);
  const lines = readKeyFile(file)
    .split('\n')
    .map((line, index) => ({ text: line.trim(), where: `${file}, line ${index + 1}` }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'));
  const keys = lines.map(({ text, where }) => {
    const [words = '', key, ...more] = text.split(/\s+/);
    if (key === undefined || more.length > 0) throw new CliError('usage', `${where} is not "LOGIN KEY"`);
    checkKey(key);
    return { key, account: record.findLogin(words, where).id };
  });
  const repeated = keys.some(({ key }, index) => keys.findIndex((other) => other.key === key) !== index);
  if (repeated) throw new CliError('usage', `${file} gives one key to two accounts`);
  return keys;
}

function readKeyFile(file: string): string {
  try {
    return readFileNow(file).toString('utf8');
  } catch (error) {
    const { reason, hint } = describeFileProblem(error);
    throw new CliError('usage', `${file} cannot be read: ${reason}`, { hint, cause: error });
  }
}

/** A header holds no others, and a short one can be guessed. */
function checkKey(key: string | undefined): void {
  if (key === undefined || /^[\x21-\x7e]{8,}$/.test(key)) return;
  throw new CliError('usage', 'the key must have at least 8 characters and no spaces', {
    hint: advise`For example: ${flag('--api-key "$(openssl rand -hex 16)"')}`,
  });
}

function describe(url: string, version: string): string {
  const { port } = new URL(url);
  return [
    `copilot-cli ${version} answers on ${url}`,
    `  OpenAI     base URL ${url}/v1`,
    `  Anthropic  base URL ${url}`,
    `  Usage      ${url}/usage`,
    `  To point a client here: copilot-cli serve --for claude-code${port === String(usualPort) ? '' : ` --port ${port}`}`,
    '  Ctrl+C ends it.',
    '',
  ].join('\n');
}
