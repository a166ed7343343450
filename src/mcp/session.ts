import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type AuthProvider,
  Client,
  type FetchLike,
  type LoggingMessageNotification,
  SdkHttpError,
  SSEClientTransport,
  SseError,
  StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client';
import type { Env } from '../env.ts';
import { formatJson } from '../json-value.ts';
import { maskStart } from '../redact.ts';
import { toOneLine } from '../terminal-text.ts';
import { createAnswerWatch } from './answer-watch.ts';
import { answerElicitation, type Elicit } from './elicitation.ts';
import type { ProgramEnd } from './failures.ts';
import type { ServerWay } from './mcp-server.ts';
import { createStdioTransport, type StdioTransport } from './stdio-transport.ts';

export type SessionOptions = {
  name: string;
  /** Expanded. */
  way: ServerWay;
  folder: string;
  /** For a server that is a program: all of its environment. */
  env: Env;
  version: string;
  makeFetch(url: URL, headers: Readonly<Record<string, string>>): FetchLike;
  makeAuth(url: URL): AuthProvider | undefined;
  /** Undefined if nobody can be asked; the server then knows that. */
  elicit: Elicit | undefined;
  onChanged(kind: ListKind): void;
  /** What the server tells about itself, and what it writes to stderr: one line. */
  onLog(line: string): void;
  onClosed(): void;
};

export type ListKind = 'tools' | 'resources' | 'prompts';

/** One connection. It is never connected again: a new one takes its place. */
export type Session = {
  readonly client: Client;
  /** Undefined while the program lives, and for a server that is not a program. */
  readonly end: ProgramEnd | undefined;
  close(): Promise<void>;
};

/** A session that is being opened can be closed at any time, which makes `opened` fail. */
export type OpeningSession = Session & { opened: Promise<void> };

/** How long a server is told of the end, in milliseconds. */
const farewellMs = 1000;

export function openSession(options: SessionOptions, signal: AbortSignal): OpeningSession {
  let client = createClient(options);
  let transport = createTransport(options, options.way.kind);
  let isClosed = false;

  async function connect(): Promise<void> {
    try {
      await client.connect(transport, { signal, timeout: farFuture });
    } catch (error) {
      if (!isOldServer(error) || options.way.kind !== 'http' || isClosed) throw error;
      // Before 2025-03-26 a server opened its stream by GET, and took no POST at that address.
      await client.close().catch(() => {});
      client = createClient(options);
      transport = createTransport(options, 'sse');
      await client.connect(transport, { signal, timeout: farFuture });
    }
    client.onclose = options.onClosed;
  }

  return {
    get client() {
      return client;
    },
    get end() {
      return 'end' in transport ? (transport as StdioTransport).end : undefined;
    },
    opened: connect(),
    async close() {
      isClosed = true;
      const { sessionId } = transport;
      if (transport instanceof StreamableHTTPClientTransport && sessionId !== undefined)
        await Promise.race([
          transport.terminateSession().catch(() => {}),
          new Promise((end) => setTimeout(end, farewellMs).unref()),
        ]);
      // A client that did not get as far as its transport does not close it.
      await client.close().catch(() => {});
      await transport.close().catch(() => {});
    },
  };
}

/** Whoever opens a session ends the wait; the client's own limit of a minute would come first. */
export const farFuture = 2 ** 31 - 1;

function isOldServer(error: unknown): boolean {
  return error instanceof SdkHttpError && [400, 404, 405, 406, 415].includes(error.status);
}

function createClient({ name, folder, version, elicit, onChanged, onLog, onClosed }: SessionOptions): Client {
  const client = new Client(
    { name: 'copilot-cli', version },
    {
      capabilities: { roots: {}, ...(elicit && { elicitation: { form: {} } }) },
      // Schemas of others are compiled in another thread, where they matter.
      jsonSchemaValidator: {
        getValidator: () => (data) => ({ valid: true, data: data as never, errorMessage: undefined }),
      },
      listMaxPages: 50,
    },
  );
  client.setRequestHandler('roots/list', () => ({
    roots: [{ uri: pathToFileURL(folder).href, name: toOneLine(folder) }],
  }));
  if (elicit)
    client.setRequestHandler('elicitation/create', (request, { mcpReq }) =>
      answerElicitation(name, request, elicit, mcpReq.signal),
    );
  client.setNotificationHandler('notifications/message', ({ params }) => onLog(describeLog(params)));
  client.setNotificationHandler('notifications/tools/list_changed', () => onChanged('tools'));
  client.setNotificationHandler('notifications/resources/list_changed', () => onChanged('resources'));
  client.setNotificationHandler('notifications/prompts/list_changed', () => onChanged('prompts'));
  client.onerror = (error) => {
    onLog(toLogLine(`error: ${error.message}`));
    // A stream that could not be opened again: what the server tells from now on would not arrive.
    if (error.message.startsWith('Maximum reconnection attempts')) onClosed();
  };
  return client;
}

const maxLog = 500;

function describeLog({ level, logger, data }: LoggingMessageNotification['params']): string {
  const text = typeof data === 'string' ? data : (formatJson(data) ?? '');
  return toLogLine(`${level}${logger === undefined ? '' : ` ${logger}`}: ${text}`);
}

/** The person sees it, and the model if the server cannot be started. Masked before it is cut: half a token is not known for one. */
function toLogLine(text: string): string {
  return maskStart(toOneLine(text), maxLog);
}

function createTransport(options: SessionOptions, kind: ServerWay['kind']): Transport {
  const { way, env, folder, onLog, makeFetch, makeAuth } = options;
  if (way.kind === 'stdio')
    return createStdioTransport({
      command: way.command,
      args: way.args,
      env: { ...env, ...way.env },
      cwd: resolve(folder, way.cwd ?? '.'),
      onStderr: (line) => onLog(toLogLine(line)),
    });
  const url = new URL(way.url);
  const authProvider = makeAuth(url);
  const fetch = makeFetch(url, way.headers);
  const auth = authProvider && { authProvider };
  return kind === 'sse' ? createSse(url, { fetch, ...auth }) : createHttp(url, { fetch, ...auth });
}

type RemoteOptions = { fetch: FetchLike; authProvider?: AuthProvider };

function createHttp(url: URL, { fetch, ...auth }: RemoteOptions): Transport {
  const watch = createAnswerWatch(fetch);
  const transport = new StreamableHTTPClientTransport(url, {
    ...auth,
    fetch: watch.fetch,
    reconnectionOptions: {
      initialReconnectionDelay: 300,
      reconnectionDelayGrowFactor: 2,
      maxReconnectionDelay: 30_000,
      maxRetries: 4,
    },
  });
  watch.follow(transport);
  return transport;
}

function createSse(url: URL, options: RemoteOptions): Transport {
  const transport = new SSEClientTransport(url, options);
  // The stream that it opens next belongs to another session, which has none of the answers to come.
  transport.onerror = (error) => {
    if (error instanceof SseError) void transport.close();
  };
  return transport;
}
