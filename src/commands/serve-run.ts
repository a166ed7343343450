import { once } from 'node:events';
import { parsePort } from '../chat/flag-values.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import type { ServeOptions } from './serve.ts';

const usualPort = 4141;
/** How long answers that are under way may take to end. */
const graceMs = 30_000;

/** Answers until somebody ends it. What is under way then is finished, so far as that does not take long. */
export async function runServe(context: Context, options: ServeOptions): Promise<void> {
  const { startServer } = await import('../server/start-server.ts');
  const port = options.port ?? readPort(context.env.PORT) ?? usualPort;
  const apiKey = options.apiKey ?? (context.env.COPILOT_CLI_API_KEY || undefined);
  checkKey(apiKey);
  const server = await startServer({ ...options, port, apiKey }, context);
  await context.io.stderr.write(describe(server.url, context.version));
  if (!context.signal.aborted) await once(context.signal, 'abort');
  await server.close(graceMs);
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    return parsePort(text);
  } catch (error) {
    throw new CliError('config', `PORT in the environment is no port: ${text}`, { cause: error });
  }
}

/** A header holds no others, and a short one can be guessed. */
function checkKey(key: string | undefined): void {
  if (key === undefined || /^[\x21-\x7e]{8,}$/.test(key)) return;
  throw new CliError('usage', 'the key must have at least 8 characters, without blanks', {
    hint: 'For instance: --api-key "$(openssl rand -hex 16)"',
  });
}

function describe(url: string, version: string): string {
  return [
    `copilot-cli ${version} answers on ${url}`,
    `  OpenAI     base URL ${url}/v1`,
    `  Anthropic  base URL ${url}`,
    '  Ctrl+C ends it.',
    '',
  ].join('\n');
}
