import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Credentials,
  createCredentials,
  toGithubHost,
  toTokenKind,
} from '../../src/auth/credentials.ts';
import type { LoginRecord } from '../../src/auth/login-record.ts';
import { createCacheFile } from '../../src/config/cache-file.ts';
import { createJsonFile } from '../../src/config/json-file.ts';
import { createSettings } from '../../src/config/settings.ts';
import { createConnection } from '../../src/connection.ts';
import type { AskOptions } from '../../src/copilot/ask.ts';
import type { CopilotClient } from '../../src/copilot/client.ts';
import { createIdentity } from '../../src/copilot/identity.ts';
import type { Retry } from '../../src/copilot/retry.ts';
import type { ChatRequest, Message } from '../../src/dialects/chat-request.ts';
import type { Env } from '../../src/env.ts';
import { toObject } from '../../src/json-value.ts';
import { Secret } from '../../src/secret.ts';
import type { RecordedRequest } from '../simulator/recorded-request.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';
import type { SimulatorOptions } from '../simulator/simulator-state.ts';
import { createFileRecord, createFileSecrets } from './login-record.ts';
import { onTestEnd } from './overlapping.ts';
import { type Reply, toReply } from './reply.ts';

const githubToken = 'ghu_theUsersOwnToken';

export type AskedRequest = Partial<Omit<ChatRequest, 'messages'>> & { messages: Message[] };

export type TestClient = {
  simulator: Simulator;
  client: CopilotClient;
  /** The rest of a context that a client needs; nothing of it has been asked for a token. */
  env: Env;
  record: LoginRecord;
  credentials: Credentials;
  warn(sentence: string): void;
  /** What was said of changes to requests, one sentence each. */
  notices: string[];
  /** The waits before requests were sent again. */
  waits: Retry[];
  /** The whole reply of a model. A text is what a user says. */
  ask(model: string, request: string | AskedRequest, options?: Partial<AskOptions>): Promise<Reply>;
  /** The requests that asked a model. */
  modelCalls(): RecordedRequest[];
  /** The body of the model call of that number, counted from 0. */
  readBody(index: number): Record<string, unknown>;
};

export type TestClientOptions = SimulatorOptions & {
  env?: Record<string, string>;
  /** The entries of `endpoints.json`. */
  endpoints?: Record<string, object>;
};

const modelPaths = ['/chat/completions', '/responses', '/v1/messages'];

/** A client of a simulator, in this process and with a folder of its own; `now` is the clock of both. */
export async function createTestClient({
  env = {},
  endpoints,
  ...options
}: TestClientOptions = {}): Promise<TestClient> {
  const { now = Date.now } = options;
  const simulator = await startSimulator({
    ...options,
    account: { ...options.account, githubTokens: { [githubToken]: {} } },
  });
  const folder = mkdtempSync(join(tmpdir(), 'copilot-cli-test-'));
  if (endpoints) writeFileSync(join(folder, 'endpoints.json'), JSON.stringify({ endpoints }));
  const notices: string[] = [];
  const waits: Retry[] = [];
  const { signal } = new AbortController();
  const onNotice = (sentence: string): void => void notices.push(sentence);
  const openFile = (name: string) => createJsonFile({ path: join(folder, name), onNotice, signal });
  const wholeEnv = { ...simulator.env(), ...env };
  const settings = createSettings({ env: wholeEnv, file: openFile('config.json') });
  const record = createFileRecord(openFile('credentials.json'));
  const connection = createConnection({
    env: {},
    settings,
    record,
    identity: createIdentity(settings, '0.0.0'),
    endpointsFile: openFile('endpoints.json'),
    secrets: () => createFileSecrets(openFile('credentials.json')),
    openCache: (name) => createCacheFile(join(folder, 'cache', `${name}.json`)),
    now,
    signal,
    warn: onNotice,
    notice: onNotice,
    log: () => {},
  });
  const client = connection.createClient(async () => ({
    token: new Secret(githubToken),
    kind: toTokenKind(githubToken),
    source: { kind: 'environment', name: 'GH_TOKEN' },
    github: toGithubHost(settings, undefined, undefined),
  }));
  onTestEnd(async () => {
    connection.close();
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const modelCalls = (): RecordedRequest[] =>
    simulator.requests.filter(({ path }) => modelPaths.includes(path));
  return {
    simulator,
    client,
    env: wholeEnv,
    record,
    credentials: createCredentials({ env: wholeEnv, settings, record, signal }),
    warn: onNotice,
    notices,
    waits,
    async ask(name, request, askOptions = {}) {
      const { model } = await client.chooseModel(name);
      const asked = typeof request === 'string' ? { messages: [says(request)] } : request;
      const events = client.ask(
        { ...asked, model: model.id },
        {
          model,
          signal: new AbortController().signal,
          onNotice,
          onWait: (retry) => waits.push(retry),
          ...askOptions,
        },
      );
      return toReply(model.id, events);
    },
    modelCalls,
    readBody: (index) => toObject(modelCalls()[index]?.body),
  };
}

/** What a user says, as a message. */
export function says(text: string): Message {
  return { role: 'user', parts: [{ type: 'text', text }] };
}
