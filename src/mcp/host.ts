import { withoutOwnSecrets } from '../auth/own-secrets.ts';
import type { Context } from '../context.ts';
import { listKeyVariables } from '../endpoints/endpoint-file.ts';
import { withAbsolutePath } from '../find-program.ts';
import type { Http } from '../http/http.ts';
import type { JsonObject } from '../json-value.ts';
import { once } from '../once.ts';
import { stripControls, toOneLine } from '../terminal-text.ts';
import { type Outcome, type Tool, ToolError } from '../tools/tool.ts';
import { type Connection, createConnection, type ServerState } from './connection.ts';
import type { Elicit } from './elicitation.ts';
import { expandWay } from './expand.ts';
import { createFetch } from './http-fetch.ts';
import type { McpServer } from './mcp-server.ts';
import { createServerAuth } from './oauth/server-auth.ts';
import { toNamedParts, toResourcePart } from './results.ts';
import { toTool } from './server-tools.ts';
import { keepFromFolder } from './start-folder.ts';
import { createToolNames } from './tool-names.ts';
import { createToolWindow, toolSearchName } from './tool-search.ts';

/** A resource, or a template of many: then `uri` has placeholders, `file:///{path}`. All texts are on one line. */
export type ServerResource = {
  server: string;
  uri: string;
  isTemplate: boolean;
  name: string;
  description: string | undefined;
  mediaType: string | undefined;
};

export type ServerPrompt = {
  server: string;
  name: string;
  title: string;
  description: string | undefined;
  arguments: { name: string; description: string | undefined; isRequired: boolean }[];
};

/** The servers of a run or a chat, with one process or connection each. */
export type McpHost = {
  /**
   * The tools that a model may be offered now: read them before each round. Waits for servers that are starting. With more than `maxTools`,
   * the rest is found by the tool `tool_search`, which is among them then: a tool that it found is here from the next reading on. Never throws:
   * servers that failed have no tools.
   */
  tools(): Promise<Tool[]>;
  states(): (ServerState & { toolCount: number })[];
  resources(): ServerResource[];
  /** Throws ToolError, or the signal's reason. */
  readResource(server: string, uri: string, signal: AbortSignal): Promise<Outcome['parts']>;
  prompts(): ServerPrompt[];
  /** The texts of a prompt of a server, to send as the person's own. Throws as `readResource` does. */
  getPrompt(
    server: string,
    prompt: string,
    values: Record<string, string>,
    signal: AbortSignal,
  ): Promise<string>;
  /**
   * Values that the server knows for an argument of a prompt, or a placeholder of a template, which begin with this text. `given` are the
   * others, on which they may depend. Never throws.
   */
  complete(
    of: CompletionOf,
    argument: { name: string; value: string },
    given: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<string[]>;
  /** Resolves when the server is ready or failed. Never throws: see `states`. */
  settle(server: string): Promise<void>;
  /** Starts a server again, whatever became of it. Never throws: see `states`. */
  restart(server: string): Promise<void>;
  /** Resolves when nothing of any server is left: no process, no connection. */
  close(): Promise<void>;
};

export type CompletionOf = { server: string } & ({ prompt: string } | { template: string });

export type McpHostOptions = {
  servers: readonly McpServer[];
  /** Asks the person what a server wants to know. Undefined without a terminal: servers then know that nobody can be asked. */
  elicit?: Elicit | undefined;
  /** Called when the state of a server changes, or what it offers. */
  onChange?: () => void;
  /** For the debug log: one line. */
  onLog?: (line: string) => void;
  maxTools?: number;
  /** Of the whole start of a server, in milliseconds. */
  startMs?: number;
};

type HostContext = Pick<
  Context,
  | 'cwd'
  | 'home'
  | 'env'
  | 'endpointsFile'
  | 'cacheFolder'
  | 'version'
  | 'signal'
  | 'secrets'
  | 'now'
  | 'loadHttp'
>;

const usualMaxTools = 128;

/** Starts all servers at once, in the background. Throws CliError `config` if the file of endpoints, whose keys they must not get, cannot be read. */
export function openMcpHost(context: HostContext, options: McpHostOptions): McpHost {
  const { servers, onChange = () => {}, onLog = () => {}, elicit } = options;
  const { maxTools = usualMaxTools, startMs } = options;
  const { cwd: folder, env, version, signal } = context;
  const names = createToolNames([toolSearchName]);
  const window = createToolWindow();
  const http = once(() => context.loadHttp());
  const late = lateHttp(http);
  const keyVariables = listKeyVariables(context);
  const programEnv = once(() => withAbsolutePath(withoutOwnSecrets(env, keyVariables)));

  const connections = servers.map((server) =>
    createConnection({
      server,
      name: server.name,
      folder,
      version,
      signal,
      elicit,
      get env() {
        return programEnv();
      },
      expand: () => keepFromFolder(expandWay(server, context), server, context),
      makeFetch: (url, headers) => createFetch({ http: late, signal, origin: url.origin, headers }),
      makeAuth: (url) =>
        hasOwnKey(server)
          ? undefined
          : createServerAuth(context, {
              url,
              fetch: createFetch({ http: late, signal, origin: url.origin, headers: {} }),
            }),
      onChange,
      onLog,
      ...(startMs !== undefined && { startMs }),
    }),
  );
  const find = (name: string): Connection | undefined =>
    connections.find(({ server }) => server.name === name);
  const close = async (): Promise<void> => {
    signal.removeEventListener('abort', onAbort);
    await Promise.all(connections.map((connection) => connection.close()));
  };
  const onAbort = (): void => void close();
  signal.addEventListener('abort', onAbort);
  for (const connection of connections) void connection.settle();

  return {
    async tools() {
      await Promise.all(connections.map((connection) => connection.settle()));
      // A server of a few tools is not crowded out by one of hundreds.
      const byWeight = [...connections].sort(
        (one, other) => one.catalogue().tools.length - other.catalogue().tools.length,
      );
      const all = byWeight.flatMap((connection) =>
        connection
          .catalogue()
          .tools.map((tool) => toTool(names.name(connection.server.name, tool.name), connection, tool)),
      );
      return window.choose(all, maxTools);
    },
    states: () =>
      connections.map((connection) => ({
        ...connection.state(),
        toolCount: connection.catalogue().tools.length,
      })),
    resources: () => connections.flatMap(listResources),
    async readResource(server, uri, given) {
      const { contents } = await need(find(server), server).ask(
        ({ client }, until) =>
          client.readResource({ uri }, { signal: until, timeout: readMs, cacheMode: 'refresh' }),
        given,
      );
      return toNamedParts(contents);
    },
    prompts: () => connections.flatMap(listPrompts),
    async getPrompt(server, name, values, given) {
      const { messages } = await need(find(server), server).ask(
        ({ client }, until) =>
          client.getPrompt({ name, arguments: values }, { signal: until, timeout: readMs }),
        given,
      );
      const texts = messages.map(({ content }) =>
        content.type === 'text' ? content.text : toWords(content),
      );
      return stripControls(texts.join('\n\n')).slice(0, maxPromptText);
    },
    async complete(of, argument, others, given) {
      const ref =
        'prompt' in of
          ? { type: 'ref/prompt' as const, name: of.prompt }
          : { type: 'ref/resource' as const, uri: of.template };
      try {
        const { completion } = await need(find(of.server), of.server).ask(
          ({ client }, until) =>
            client.complete(
              { ref, argument, context: { arguments: { ...others } } },
              { signal: until, timeout: completeMs },
            ),
          given,
        );
        return completion.values.map(toOneLine).filter(Boolean);
      } catch {
        return [];
      }
    },
    async settle(name) {
      await find(name)?.settle();
    },
    async restart(name) {
      await find(name)?.restart();
    },
    close,
  };
}

const readMs = 60_000;
const completeMs = 3000;
const maxPromptText = 200_000;

/** The network loads when the first server needs it. */
function lateHttp(load: () => Promise<Http>): Pick<Http, 'send'> {
  return { send: async (request) => (await load()).send(request) };
}

/** Whoever wrote a key into the configuration does not want to sign in. */
function hasOwnKey({ way }: McpServer): boolean {
  return (
    way.kind !== 'stdio' && Object.keys(way.headers).some((name) => name.toLowerCase() === 'authorization')
  );
}

function need(connection: Connection | undefined, name: string): Connection {
  if (!connection) throw new ToolError(`there is no server ${name}`);
  return connection;
}

function listResources(connection: Connection): ServerResource[] {
  const { resources, templates } = connection.catalogue();
  const server = connection.server.name;
  return [
    ...resources.map((one) => ({ one, uri: one.uri, isTemplate: false })),
    ...templates.map((one) => ({ one, uri: one.uriTemplate, isTemplate: true })),
  ].map(({ one, ...rest }) => ({ ...describe(one), server, ...rest, mediaType: one.mimeType }));
}

function listPrompts(connection: Connection): ServerPrompt[] {
  return connection.catalogue().prompts.map((prompt) => ({
    server: connection.server.name,
    name: prompt.name,
    title: toOneLine(prompt.title ?? prompt.name),
    description: prompt.description === undefined ? undefined : toOneLine(prompt.description),
    arguments: (prompt.arguments ?? []).map(({ name, description, required }) => ({
      name,
      description: description === undefined ? undefined : toOneLine(description),
      isRequired: required === true,
    })),
  }));
}

function describe({
  name,
  title,
  description,
}: {
  name: string;
  title?: string | undefined;
  description?: string | undefined;
}): {
  name: string;
  description: string | undefined;
} {
  return {
    name: toOneLine(title ?? name),
    description: description === undefined ? undefined : toOneLine(description),
  };
}

/** What a prompt has beside texts. */
function toWords(content: JsonObject | { type: string }): string {
  if ('resource' in content) {
    const part = toResourcePart(content.resource as Parameters<typeof toResourcePart>[0]);
    if (part.type === 'text') return part.text;
  }
  return `[${toOneLine(String(content.type))} is left out]`;
}
