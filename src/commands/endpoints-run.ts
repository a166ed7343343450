import { readWantedStdin } from '../chat/stdin-input.ts';
import { toShellWord } from '../command-line.ts';
import { readModelAliases } from '../config/model-aliases.ts';
import type { Context } from '../context.ts';
import { findEndpointName } from '../copilot/model-spelling.ts';
import { decodeUtf } from '../decode-utf.ts';
import { describeDryRun } from '../endpoints/dry-run.ts';
import { createEndpointFile, type EndpointFile } from '../endpoints/endpoint-file.ts';
import { createKeyReader, describeKeyUse, toKey, toKeyEntry } from '../endpoints/key.ts';
import { testEndpoint } from '../endpoints/test-endpoint.ts';
import { CliError } from '../errors.ts';
import { describeFileProblem } from '../file-problem.ts';
import { advise, run } from '../hint.ts';
import { isObject, type JsonObject, parseJson, toObject } from '../json-value.ts';
import { describeOpenFile } from '../open-file.ts';
import { endpointColumns, listEndpoints, toEndpointJson } from '../output/endpoint-list.ts';
import { writeJson } from '../output/json.ts';
import { writeChecks, writeTable } from '../output/table.ts';
import { readFileNow } from '../read-file-now.ts';
import { maskValue } from '../redact.ts';
import type { Secret } from '../secret.ts';
import type { EndpointChange, EndpointsOptions } from './endpoints.ts';

export async function runEndpoints(context: Context, options: EndpointsOptions): Promise<void> {
  const file = createEndpointFile(context.endpointsFile);
  switch (options.action) {
    case 'list':
      return listAll(context, file, options.json);
    case 'add':
      return add(context, file, options);
    case 'remove':
      return remove(context, file, options.name);
    case 'test':
      return test(context, file, options);
    case 'dry-run':
      return dryRun(context, file, options);
    default:
      return options satisfies never;
  }
}

async function listAll({ io, notice, warn }: Context, file: EndpointFile, json: boolean): Promise<void> {
  const listed = listEndpoints(file);
  if (json) return writeJson(io.stdout, { path: file.path, endpoints: listed.map(toEndpointJson) });
  if (listed.length === 0)
    return notice(
      'there are no endpoints yet; for example: copilot-cli endpoints add ollama --url http://localhost:11434/v1',
    );
  await writeTable(io.stdout, endpointColumns, listed);
  for (const { problem } of listed) if (problem !== undefined) warn(problem);
}

/** Adds or changes. A key is for one origin, wherever it comes from: with another one it must be given again. */
async function add(
  context: Context,
  file: EndpointFile,
  { name, ...change }: EndpointChange & { name: string },
): Promise<void> {
  const before = file.readEntry(name);
  if (!before && change.url === undefined)
    throw new CliError('usage', `${name} ${name.includes(':') ? 'is not a name' : 'needs a URL'}`, {
      hint: name.includes(':')
        ? run(`endpoints add NAME --url ${toShellWord(name)}`)
        : advise`For example: ${run(`endpoints add ${name} --url http://localhost:11434/v1`)}`,
    });
  const isMoved = before !== undefined && change.url !== undefined && !hasOrigin(before.url, change.url);
  const loses = isMoved && change.key === undefined && before.key !== undefined;
  const entry = toEntry(context, { ...before, ...(loses && { key: undefined }) }, change);
  // Nobody types a key for an entry that is not valid.
  const { url } = file.check(name, entry);
  const key = change.key === 'ask' ? await askKey(context, name) : undefined;
  const { secrets } = context;
  if (key !== undefined) {
    const { reason } = await secrets.write(toKeyEntry(name), key, { about: describeKeyUse(url) });
    if (reason !== undefined) context.notice(`${reason}; the key is in ${secrets.path}.`);
  }
  await file.write(name, entry);
  if (toObject(before?.key).stored === true && toObject(entry.key).stored !== true)
    await secrets.remove([toKeyEntry(name)]);
  if (loses)
    context.warn(
      `the key of ${name} was for another URL and is removed; give the new one with --key, --key-env or --key-command.`,
    );
  await context.io.stderr.write(
    `${before ? 'Changed' : 'Added'} ${name}. Try it: copilot-cli endpoints test ${name}\n`,
  );
}

function hasOrigin(url: unknown, other: string): boolean {
  return (
    typeof url === 'string' &&
    URL.canParse(url) &&
    URL.canParse(other) &&
    new URL(url).origin === new URL(other).origin
  );
}

function toEntry(context: Context, before: JsonObject, change: EndpointChange): JsonObject {
  const { url, dialect, key, keyHeader, headers, models, adaptFile } = change;
  const entry: JsonObject = {
    ...before,
    ...(url !== undefined && { url: url.replace(/\/+$/, '') }),
    dialect: dialect ?? before.dialect ?? 'chat-completions',
    ...(key !== undefined && { key: key === 'ask' ? { stored: true } : key === 'none' ? undefined : key }),
    ...(keyHeader !== undefined && { key_header: keyHeader }),
    ...(headers && { headers }),
    ...(models && { models }),
    ...(adaptFile !== undefined && readAdaptations(context, adaptFile)),
  };
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
}

function readAdaptations(context: Context, path: string): JsonObject {
  const given = readJsonFile(context, path);
  const unknown = Object.keys(toObject(given)).find(
    (name) => !['request', 'answer', '$schema'].includes(name),
  );
  if (!isObject(given) || unknown !== undefined)
    throw new CliError('usage', `${path} is not an object with "request" and "answer"`, {
      hint: 'See docs/endpoints.md for its form.',
    });
  return { request: given.request, answer: given.answer };
}

/** More than any adaptation has. */
const maxAdaptationBytes = 1024 * 1024;

/** More than the API of any service. */
const maxDepth = 100;

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1));
}

function readJsonFile({ warn }: Context, path: string): unknown {
  let text: string;
  try {
    text = decodeUtf(readFileNow(path, maxAdaptationBytes));
  } catch (error) {
    const { reason, hint } = describeFileProblem(error);
    throw new CliError('usage', `${path} cannot be read: ${reason}`, { hint, cause: error });
  }
  const value = parseJson(text);
  if (value === undefined) throw new CliError('usage', `${path} is not JSON`);
  if (isDeeper(value, maxDepth))
    throw new CliError('usage', `${path} is nested more than ${maxDepth} levels deep`);
  const holdsSecrets = JSON.stringify(maskValue(value)) !== JSON.stringify(value);
  const warning = holdsSecrets ? describeOpenFile(path, 'secrets') : undefined;
  if (warning !== undefined) warn(warning);
  return value;
}

async function askKey(context: Context, name: string): Promise<Secret> {
  const hint = advise`For example: ${run(`endpoints add ${name} --key < key.txt`)}`;
  const text = context.prompter.isAvailable
    ? await context.prompter.readSecret(`Paste the key for ${name}:`)
    : await readWantedStdin(context, hint);
  try {
    return toKey(text, name, 'nothing was given', hint);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError('usage', error.message, { hint: error.hint, cause: error });
  }
}

async function remove(context: Context, file: EndpointFile, name: string): Promise<void> {
  const { secrets } = context;
  const entry = file.readEntry(name);
  // A killed `endpoints add` may have got no further than the key.
  const isStored = entry
    ? toObject(entry.key).stored === true
    : secrets.list().some((secret) => secret.name === toKeyEntry(name));
  // The key first: with a key store that fails, the entry stays, and so does the way to try again.
  const reason = isStored ? await secrets.remove([toKeyEntry(name)]) : undefined;
  if (reason !== undefined) context.warn(`${reason}.`);
  if (!entry && isStored) {
    await context.io.stderr.write(`Removed the key of ${name}; there is no such endpoint.\n`);
    return;
  }
  await file.remove(name);
  await context.io.stderr.write(`Removed ${name}.\n`);
  const isLost = (model: string): boolean => findEndpointName(model, [name]) !== undefined;
  const { value } = context.settings.get('model');
  if (value !== undefined && isLost(value))
    context.warn(`the default model is still ${value}; change it with: copilot-cli models default ID`);
  for (const [alias, model] of readModelAliases(context.settings))
    if (isLost(model))
      context.warn(
        `the alias ${alias} still means ${model}; remove it with: copilot-cli models alias --remove ${toShellWord(alias)}`,
      );
}

async function test(
  context: Context,
  file: EndpointFile,
  { name, model, json }: { name: string; model: string | undefined; json: boolean },
): Promise<void> {
  const endpoint = file.find(name);
  const { env, signal, now, io } = context;
  const key = createKeyReader(endpoint, { env, signal, secrets: () => context.secrets });
  const wait = context.beginWait(`Testing ${name}`);
  const outcome = await testEndpoint(endpoint, {
    connect: () => context.connectToEndpoint(name),
    key,
    model,
    signal,
    now,
  }).finally(wait.end);
  const { checks, error } = outcome;
  if (json && !error) return writeJson(io.stdout, { name, url: endpoint.url, checks });
  if (!json) await writeChecks(io.stdout, checks);
  if (error) throw error.withData({ name, url: endpoint.url, checks });
}

async function dryRun(
  context: Context,
  file: EndpointFile,
  {
    name,
    model,
    requestFile,
    answerFile,
  }: {
    name: string;
    model: string | undefined;
    requestFile: string | undefined;
    answerFile: string | undefined;
  },
): Promise<void> {
  const endpoint = file.find(name);
  const sample = await describeDryRun(endpoint, {
    model: model?.replace(new RegExp(`^${name}/`), '') ?? endpoint.models[0]?.id ?? 'some-model',
    request: requestFile === undefined ? undefined : readJsonFile(context, requestFile),
    answer: answerFile === undefined ? undefined : readJsonFile(context, answerFile),
  });
  await writeJson(context.io.stdout, { name, ...sample });
}
