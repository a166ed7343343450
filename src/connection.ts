import { createCopilotTokens } from './auth/copilot-tokens.ts';
import type { GithubToken } from './auth/credentials.ts';
import type { LoginRecord } from './auth/login-record.ts';
import type { SecretStore } from './auth/secret-store.ts';
import type { CacheFile } from './config/cache-file.ts';
import type { JsonFile } from './config/json-file.ts';
import type { Settings } from './config/settings.ts';
import { type CopilotClient, createCopilotClient } from './copilot/client.ts';
import type { Identity } from './copilot/identity.ts';
import type { ModelClient } from './copilot/model-client.ts';
import { chatCompletionsUpstream } from './dialects/chat-completions/write-request.ts';
import { messagesUpstream } from './dialects/messages/write-request.ts';
import { responsesUpstream } from './dialects/responses/write-request.ts';
import { listEndpointNames } from './endpoints/endpoint-names.ts';
import { joinClients } from './endpoints/joined-client.ts';
import type { Env } from './env.ts';
import { CliError } from './errors.ts';
import { createHttp, type Http } from './http/http.ts';
import type { ClientCertificate } from './http/secure-context.ts';
import { once } from './once.ts';
import { describeOpenFile } from './open-file.ts';

/** The dialect that carries most of what a model says comes first. */
const dialects = [messagesUpstream, responsesUpstream, chatCompletionsUpstream];

export type ConnectionOptions = {
  env: Env;
  settings: Settings;
  record: LoginRecord;
  identity: Identity;
  /** The services of the person's own. */
  endpointsFile: JsonFile;
  /** The keys of endpoints. */
  secrets: () => SecretStore;
  /** A named file for data that can be fetched again. */
  openCache: (name: string) => CacheFile;
  now: () => number;
  signal: AbortSignal;
  warn: (sentence: string) => void;
  notice: (sentence: string) => void;
  log: ((line: string) => void) | undefined;
  /** Shows a step of the current wait. Returns the function that ends it. */
  beginStep?: (label: string) => () => void;
};

export type Connection = {
  http: Http;
  /** A client that uses the token from `resolveToken`. */
  createClient(resolveToken: () => Promise<GithubToken>): CopilotClient;
  /** The client of one endpoint of the person alone. Throws CliError `usage` if there is none of that name. */
  connectToEndpoint(name: string): Promise<ModelClient>;
  /** Ends renewals in the background. */
  close(): void;
};

/** Loaded by import(), because undici is the heaviest part of the program and many commands do without it. */
export function createConnection(options: ConnectionOptions): Connection {
  const { settings, identity, now, signal, log } = options;
  const findClientCertificate = (): ClientCertificate | undefined => {
    const certificate = settings.get('client-cert').value;
    if (certificate === undefined) return undefined;
    const key = settings.get('client-key').value ?? certificate;
    const variable = 'COPILOT_CLI_CLIENT_KEY_PASSPHRASE';
    const value = options.env[variable];
    // Nobody can use a key without its passphrase.
    const warning = value === undefined ? describeOpenFile(key, 'a private key') : undefined;
    if (warning !== undefined) options.warn(warning);
    return { certificate, key, passphrase: { variable, value } };
  };
  const http = createHttp({ env: options.env, now, log, findClientCertificate });
  // One for all clients: a chat asks for one with each prompt.
  const closing = new AbortController();
  const untilClosed = AbortSignal.any([signal, closing.signal]);
  // Most people have none.
  const loadEndpoints = once(async () => {
    const { createEndpointClients } = await import('./endpoints/endpoint-client.ts');
    const { env, endpointsFile, secrets, openCache, notice } = options;
    const { userAgent } = identity;
    return createEndpointClients(endpointsFile, {
      http,
      env,
      secrets,
      openCache,
      now,
      signal,
      userAgent,
      onNotice: notice,
    });
  });
  const connectToEndpoint = async (name: string): Promise<ModelClient> => (await loadEndpoints()).find(name);

  return {
    http,
    connectToEndpoint,
    createClient(resolveToken) {
      const tokens = createCopilotTokens({
        http,
        record: options.record,
        headers: identity.toGithubHeaders(),
        resolveToken,
        baseUrl: () => settings.get('base-url').value,
        openCache: options.openCache,
        now,
        signal: untilClosed,
        onNotice: options.warn,
        log,
        ...(options.beginStep && { beginStep: options.beginStep }),
      });
      const copilot = createCopilotClient({
        http,
        tokens,
        identity,
        settings,
        dialects,
        openCache: options.openCache,
        now,
        signal,
        onNotice: options.notice,
        ...(options.beginStep && { beginStep: options.beginStep }),
      });
      return joinClients(copilot, {
        settings,
        listEndpoints: () => listEndpointNames(options.endpointsFile),
        connect: connectToEndpoint,
      });
    },
    close() {
      closing.abort(new CliError('interrupted', 'the command has ended'));
      http.close();
    },
  };
}
