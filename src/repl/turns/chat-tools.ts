import { chooseKinds, type ToolUse } from '../../chat/chat-options.ts';
import type { OfferedTools } from '../../chat/context-window.ts';
import { openApprovals as openRules } from '../../chat/open-approvals.ts';
import { openServers as startServers } from '../../chat/open-servers.ts';
import { openTools } from '../../chat/open-tools.ts';
import type { Acting } from '../../chat/run-tools.ts';
import { parseToolKinds, type ToolKind } from '../../config/setting-choices.ts';
import type { Context } from '../../context.ts';
import type { Model } from '../../copilot/model.ts';
import type { ToolDefinition } from '../../dialects/chat-request.ts';
import type { Elicit } from '../../mcp/elicitation.ts';
import type { McpHost } from '../../mcp/host.ts';
import type { LoadedServers } from '../../mcp/load-servers.ts';
import type { McpServer } from '../../mcp/mcp-server.ts';
import { createResourceMentions, type ResourceMentions } from '../../mcp/resource-mentions.ts';
import { once } from '../../once.ts';
import { estimateTokens } from '../../tokens/request-tokens.ts';
import type { Approvals, ApprovalsOptions } from '../../tools/approvals/approvals.ts';
import type { Tool } from '../../tools/tool.ts';

/** What the model may use in this chat. Nothing is opened before a prompt is sent. */
export type ChatTools = {
  /** What is switched on. */
  readonly kinds: readonly ToolKind[];
  /** From the next prompt on. */
  setKinds(kinds: readonly ToolKind[]): void;
  /** Undefined if the model may use nothing. */
  open(model: Model, conversation: string): Promise<Acting | undefined>;
  /** What the next request would offer. Starts no server. Undefined if the model may use nothing. */
  preview(model: Model): Promise<OfferedTools | undefined>;
  /** About how many tokens the tools of a kind take in each request. Undefined for those of servers, which are known once they run. */
  estimate(kind: ToolKind, model: Model): Promise<number | undefined>;
  /** An answer with so many calls is over. */
  beginAnswer(calls: number): void;
  /** The call that is planned or asked about, among those of the last answer. */
  readonly place: { number: number; of: number };
  /** Starts the servers, once, and asks the person about those of the folder. Undefined if none may be started. */
  openServers(): Promise<McpHost | undefined>;
  /** The servers, once they were opened. */
  readonly running: McpHost | undefined;
  /** Those of the servers that run, as prompts mention them. */
  readonly resources: ResourceMentions;
  /** Whether `--allow-all-tools` answers where no rule does. */
  readonly allowsAll: boolean;
  /** The rules, and who says yes. */
  openApprovals(): Promise<Approvals>;
  /** Ends all programs that were started. */
  close(): Promise<void>;
};

type Opened = { key: string; acting: Promise<Acting> };

export type ChatToolsOptions = {
  toolUse: ToolUse;
  askPerson: NonNullable<ApprovalsOptions['askPerson']>;
  /** Asks about servers of the folder that nobody agreed to, and gives those that may be started. */
  chooseServers: (
    unasked: readonly McpServer[],
    agree: LoadedServers['agree'],
  ) => Promise<readonly McpServer[]>;
  elicit: Elicit;
  /** Tells the person that these servers are waited for, as long as the work goes on. */
  followStart: <T>(servers: readonly string[], work: Promise<T>) => Promise<T>;
};

export function createChatTools(
  context: Context,
  { toolUse, askPerson, chooseServers, elicit, followStart }: ChatToolsOptions,
): ChatTools {
  let kinds: readonly ToolKind[] = chooseKinds(
    toolUse,
    parseToolKinds(context.settings.get('tools').value ?? ''),
  );
  let opened: Opened | undefined;
  let place = { number: 0, of: 0 };
  const openApprovals = once(() => openRules(context, { toolUse, askPerson }));

  let servers: Promise<McpHost | undefined> | undefined;
  let running: McpHost | undefined;
  const closing = new AbortController();
  function openServers(): Promise<McpHost | undefined> {
    servers ??= startServers(context, {
      configs: toolUse.mcpConfig,
      choose: chooseServers,
      elicit,
      signal: closing.signal,
    });
    servers.then(
      (host) => {
        running = host;
      },
      // What was wrong may be put right by the next prompt.
      () => {
        servers = undefined;
      },
    );
    return servers;
  }

  /** Of servers, those that run: nobody is asked about others. */
  async function offer(wanted: readonly ToolKind[], model: Model): Promise<OfferedTools> {
    const host = wanted.includes('mcp') ? running : undefined;
    const acting = await openTools(context, {
      toolUse,
      kinds: host ? wanted : wanted.filter((kind) => kind !== 'mcp'),
      model,
      conversation: '',
      openApprovals,
      ...(host && { host }),
    });
    const tools = await acting.listTools();
    return { definitions: tools.map(acting.toDefinition), note: acting.note };
  }

  async function end(): Promise<void> {
    const before = opened;
    opened = undefined;
    await before?.acting.then(
      ({ close }) => close(),
      () => {},
    );
  }

  /** Counts the calls as they are planned, one after the other. */
  function withPlace(acting: Acting): Acting {
    const count = (tool: Tool): Tool => ({
      ...tool,
      plan(input, signal) {
        place = { ...place, number: place.number + 1 };
        return tool.plan(input, signal);
      },
    });
    return {
      ...acting,
      async listTools() {
        const listing = acting.listTools();
        const starting = kinds.includes('mcp') ? listStarting(running) : [];
        const tools = await (starting.length === 0 ? listing : followStart(starting, listing));
        return tools.map(count);
      },
    };
  }

  return {
    beginAnswer(calls) {
      place = { number: 0, of: calls };
    },
    get kinds() {
      return kinds;
    },
    setKinds(chosen) {
      kinds = chosen;
    },
    async open(model, conversation) {
      if (kinds.length === 0 || !model.abilities.includes('tools')) return undefined;
      const key = JSON.stringify([kinds, model.id, conversation]);
      if (opened?.key !== key) {
        await end();
        const host = kinds.includes('mcp') ? await openServers() : undefined;
        const used = host ? kinds : kinds.filter((kind) => kind !== 'mcp');
        opened = {
          key,
          acting: openTools(context, {
            toolUse,
            kinds: used,
            model,
            conversation,
            openApprovals,
            ...(host && { host }),
          }),
        };
      }
      try {
        return withPlace(await opened.acting);
      } catch (error) {
        // What was wrong may be put right by the next prompt.
        opened = undefined;
        throw error;
      }
    },
    preview: async (model) =>
      kinds.length === 0 || !model.abilities.includes('tools') ? undefined : offer(kinds, model),
    async estimate(kind, model) {
      return kind === 'mcp' ? undefined : estimateTools((await offer([kind], model)).definitions);
    },
    get place() {
      return place;
    },
    openServers,
    get running() {
      return running;
    },
    resources: createResourceMentions(() => running),
    allowsAll: toolUse.allowAll,
    openApprovals,
    async close() {
      closing.abort(new DOMException('closed', 'AbortError'));
      await end();
      const host = await servers?.catch(() => undefined);
      await host?.close();
    },
  };
}

function listStarting(host: McpHost | undefined): string[] {
  const states = host?.states() ?? [];
  return states.flatMap(({ server, status }) => (status === 'starting' ? [server.name] : []));
}

/** About how many tokens these tools take in each request. */
export function estimateTools(definitions: readonly ToolDefinition[], note = ''): number {
  return estimateTokens(JSON.stringify(definitions).length + note.length);
}
