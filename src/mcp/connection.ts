import type { CallToolResult, Tool } from '@modelcontextprotocol/client';
import type { JsonObject } from '../json-value.ts';
import { limitTime, pause, untilAborted } from '../pause.ts';
import { toOneLine } from '../terminal-text.ts';
import { ToolError } from '../tools/tool.ts';
import { tieQuestions } from './call-questions.ts';
import { requestCall } from './call-tool.ts';
import { type Catalogue, emptyCatalogue, readList } from './catalogue.ts';
import {
  describeCallError,
  describeStartError,
  isFinal,
  isLoss,
  isSignIn,
  isUnanswered,
  ServerEnded,
  StartTooSlow,
} from './failures.ts';
import { InvalidServer, type McpServer } from './mcp-server.ts';
import { type ListKind, type OpeningSession, openSession, type SessionOptions } from './session.ts';

export type ServerStatus =
  /** It is being started or reached, for the first time or again. */
  | 'starting'
  | 'ready'
  /** It ended or cannot be reached, and is started again when it is next needed. Its tools stay. */
  | 'lost'
  /** `problem` says why. Only the person can start it again. */
  | 'failed'
  /** The person has to sign in: `copilot-cli mcp login NAME`. */
  | 'sign-in'
  | 'closed';

/** Text of the server, harmless on a terminal. */
export type ServerState = {
  server: McpServer;
  status: ServerStatus;
  /** Why it is not ready, or what of it is left out: a sentence without a full stop. */
  problem: string | undefined;
  /** As it calls itself, with its version. */
  title: string | undefined;
  /** Its last words, the latest at the end. */
  log: readonly string[];
};

export type CallOptions = {
  signal: AbortSignal;
  onProgress(sentence: string): void;
  /** May be made twice: it is, once, if the connection is lost in the middle. */
  isRepeatable: boolean;
};

/** One server for as long as the host lives, through all its restarts. */
export type Connection = {
  readonly server: McpServer;
  state(): ServerState;
  /** Resolves when it is ready or failed, and the changes of lists that it told are read. Never throws. */
  settle(): Promise<void>;
  catalogue(): Catalogue;
  /** Throws ToolError, or the signal's reason. */
  callTool(tool: Tool, input: JsonObject, options: CallOptions): Promise<CallToolResult>;
  /** Any other request. Throws as `callTool` does. */
  ask<T>(work: (session: OpeningSession, signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Ends it, and starts it again, whatever happened before. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

export type ConnectionOptions = Omit<SessionOptions, 'way' | 'onChanged' | 'onLog' | 'onClosed'> & {
  server: McpServer;
  /** Throws InvalidServer. */
  expand(): SessionOptions['way'];
  /** Ends everything. */
  signal: AbortSignal;
  onChange(): void;
  onLog(line: string): void;
  /** Of the whole start, in milliseconds. */
  startMs?: number;
};

/** From the start of a program until its tools are known, in milliseconds. Nothing that the server says extends it. */
const usualStartMs = 30_000;
/** Before each try to reach a server again, in milliseconds. */
const backoff = [0, 300, 1000, 3000];
/** A server that ends again and again is not started for ever: starts in `startsMs`. */
const maxStarts = 5;
const startsMs = 600_000;
const maxLogLines = 50;
/** A server whose request was broken off may be there all the same: how long it may take to say so, in milliseconds. */
const pingMs = 2000;
/** Between two readings of the same list, in milliseconds. */
const refreshMs = 250;

export function createConnection(options: ConnectionOptions): Connection {
  const { server, signal } = options;
  const own = new AbortController();
  const life = AbortSignal.any([own.signal, signal]);
  const isRemote = server.way.kind !== 'stdio';
  const log: string[] = [];
  const starts: number[] = [];
  const questions = tieQuestions(options.elicit);
  const refreshing = new Map<ListKind, Promise<void>>();
  const changed = new Set<ListKind>();
  let session: OpeningSession | undefined;
  let half: OpeningSession | undefined;
  let opening: Promise<OpeningSession> | undefined;
  /** Gives up the start that is under way. */
  let attempt = new AbortController();
  /** The end of the session before, at a restart. */
  let ending: Promise<void> | undefined;
  let catalogue: Catalogue = emptyCatalogue;
  let status: ServerStatus = 'starting';
  let problem: string | undefined;
  let title: string | undefined;

  const show = (next: ServerStatus, reason?: string): void => {
    [status, problem] = [next, reason];
    options.onChange();
  };
  const keepLog = (line: string): void => {
    log.push(line);
    if (log.length > maxLogLines) log.shift();
    options.onLog(`MCP ${server.name}: ${line}`);
  };

  /** One at a time, whoever needs it. */
  function open(): Promise<OpeningSession> {
    if (session) return Promise.resolve(session);
    opening ??= start().finally(() => {
      opening = undefined;
    });
    return opening;
  }

  /** Whoever waits for a start that a restart gives up waits for the next one. */
  async function start(): Promise<OpeningSession> {
    for (;;) {
      attempt = new AbortController();
      const { signal: givenUp } = attempt;
      try {
        return await startAfterLast(AbortSignal.any([life, givenUp]));
      } catch (error) {
        if (life.aborted || !givenUp.aborted) throw error;
      }
    }
  }

  async function startAfterLast(until: AbortSignal): Promise<OpeningSession> {
    const isAgain = status === 'lost';
    show('starting');
    await ending;
    const tries = isAgain && isRemote ? backoff : [0];
    try {
      for (const [index, wait] of tries.entries()) {
        await pause(wait, until);
        try {
          session = await startOnce(until);
          show('ready', catalogue.problem);
          // What changed while the lists were read.
          for (const kind of changed) void refresh(kind, session);
          return session;
        } catch (error) {
          until.throwIfAborted();
          if (index === tries.length - 1 || isFinal(error)) throw error;
        }
      }
      throw new Error('there is no try');
    } catch (error) {
      if (life.aborted) show('closed');
      else if (until.aborted) show('starting');
      else if (isSignIn(error)) show('sign-in', 'you have to sign in');
      else show('failed', describeStartError(error, half?.end, log, options.startMs ?? usualStartMs));
      throw error;
    } finally {
      half = undefined;
    }
  }

  async function startOnce(given: AbortSignal): Promise<OpeningSession> {
    countStart();
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(new StartTooSlow()), options.startMs ?? usualStartMs);
    const until = AbortSignal.any([limit.signal, given]);
    try {
      const opened: OpeningSession = openSession(
        {
          ...options,
          elicit: questions.elicit,
          way: options.expand(),
          onLog: keepLog,
          onChanged: (kind) => void refresh(kind, opened),
          onClosed: () => lose(opened),
        },
        until,
      );
      half = opened;
      opened.opened.catch(() => {});
      await untilAborted(opened.opened, until);
      catalogue = await untilAborted(readCatalogue(opened, until), until);
      title = describeTitle(opened);
      if (opened.end !== undefined) throw new ServerEnded();
      return opened;
    } catch (error) {
      await half?.close();
      throw limit.signal.aborted ? limit.signal.reason : error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Throws InvalidServer for a program that ended again and again. */
  function countStart(): void {
    const now = Date.now();
    while (starts.length > 0 && now - (starts[0] ?? 0) > startsMs) starts.shift();
    if (!isRemote && starts.length >= maxStarts)
      throw new InvalidServer(`ended ${maxStarts} times in ten minutes, and is not started again`);
    starts.push(now);
  }

  async function readCatalogue(opened: OpeningSession, until: AbortSignal): Promise<Catalogue> {
    const read = (kind: ListKind): Promise<Partial<Catalogue>> =>
      readList(kind, opened.client, { signal: until, allowed: server.tools });
    const lists = await Promise.all([read('tools'), read('resources'), read('prompts')]);
    return Object.assign({}, emptyCatalogue, ...lists);
  }

  /** Reads a list that the server says has changed: once at a time, and once more if it changed meanwhile. */
  function refresh(kind: ListKind, opened: OpeningSession): Promise<void> {
    changed.add(kind);
    const under = refreshing.get(kind);
    if (under) return under;
    const work = (async () => {
      while (changed.has(kind) && session === opened) {
        changed.delete(kind);
        try {
          const read = await readList(kind, opened.client, {
            signal: limitTime(usualStartMs, life),
            allowed: server.tools,
          });
          if (session !== opened) return;
          catalogue = { ...catalogue, ...read };
          problem = catalogue.problem;
          options.onChange();
          await pause(refreshMs, life);
        } catch (error) {
          keepLog(`the list of ${kind} cannot be read: ${toOneLine((error as Error).message)}`);
          return;
        }
      }
    })().finally(() => refreshing.delete(kind));
    refreshing.set(kind, work);
    return work;
  }

  function lose(lost: OpeningSession): void {
    if (session !== lost) return;
    session = undefined;
    // It may hold more than we know of.
    void lost.close();
    if (!life.aborted)
      show('lost', lost.end === undefined ? 'the connection was lost' : `it ${lost.end.words}`);
  }

  async function ready(until: AbortSignal): Promise<OpeningSession> {
    if (status === 'failed' || status === 'sign-in' || status === 'closed') throw refuse();
    try {
      return await untilAborted(open(), until);
    } catch (error) {
      until.throwIfAborted();
      throw error instanceof ToolError ? error : refuse();
    }
  }

  function refuse(): ToolError {
    if (status === 'sign-in')
      return new ToolError(`${server.name}: the user has to sign in to this server first`);
    return new ToolError(`${server.name} is not running${problem === undefined ? '' : `: ${problem}`}`);
  }

  async function ask<T>(
    work: (session: OpeningSession, until: AbortSignal) => Promise<T>,
    given: AbortSignal,
    isRepeatable = true,
  ): Promise<T> {
    const until = AbortSignal.any([given, life]);
    const first = await ready(until);
    try {
      return await questions.during(() => work(first, until));
    } catch (error) {
      given.throwIfAborted();
      const how = await findBreak(error, first, until);
      given.throwIfAborted();
      if (how === undefined) throw toToolError(error);
      if (!isRepeatable) {
        // For the next call.
        void open().catch(() => {});
        throw new ToolError(
          `${server.name}: ${how} during this call, and it is not known whether the call was carried out; it was not made again; check what it did first`,
        );
      }
      const second = await ready(until);
      try {
        return await questions.during(() => work(second, until));
      } catch (again) {
        given.throwIfAborted();
        if (isLoss(again)) lose(second);
        throw toToolError(again);
      }
    }
  }

  /** How the connection broke in a request that failed, or undefined if it did not. A session that is gone is lost. */
  async function findBreak(
    error: unknown,
    opened: OpeningSession,
    until: AbortSignal,
  ): Promise<string | undefined> {
    if (isUnanswered(error)) {
      const reached = opened.client.ping({ signal: until, timeout: pingMs });
      const isGone = await reached.then(() => false, isLoss);
      if (!isGone) return describeCallError(error);
    } else if (!isLoss(error)) return undefined;
    // The program may take a moment to be seen as ended.
    await Promise.race([new Promise((resolve) => setTimeout(resolve, 100)), untilGone(opened)]);
    const how = opened.end === undefined ? 'the connection was lost' : `it ${opened.end.words}`;
    lose(opened);
    return how;
  }

  async function untilGone(opened: OpeningSession): Promise<void> {
    while (session === opened && opened.end === undefined)
      await new Promise((resolve) => setTimeout(resolve, 5));
  }

  function toToolError(error: unknown): unknown {
    if (error instanceof ToolError) return error;
    if (isSignIn(error)) {
      show('sign-in', 'you have to sign in');
      return refuse();
    }
    return new ToolError(`${server.name}: ${describeCallError(error)}`);
  }

  return {
    server,
    state: () => ({ server, status, problem, title, log: [...log] }),
    async settle() {
      if (status === 'starting') await open().catch(() => {});
      await Promise.race([
        Promise.allSettled(refreshing.values()),
        new Promise((resolve) => setTimeout(resolve, 5000).unref()),
      ]);
    },
    catalogue: () =>
      status === 'failed' || status === 'sign-in' || status === 'closed' ? emptyCatalogue : catalogue,
    callTool: (tool, input, { signal: given, onProgress, isRepeatable }) =>
      ask(
        (opened, until) =>
          requestCall(opened, tool, input, { signal: until, onProgress, timeoutMs: server.timeoutMs }),
        given,
        isRepeatable,
      ),
    ask,
    async restart() {
      starts.length = 0;
      attempt.abort(new DOMException('it is started again', 'AbortError'));
      if (session) ending = session.close();
      session = undefined;
      status = 'starting';
      await open().catch(() => {});
    },
    async close() {
      own.abort(new DOMException('closed', 'AbortError'));
      show('closed');
      const open = session ?? half;
      session = undefined;
      await open?.close();
      await ending;
      await opening?.catch(() => {});
    },
  };
}

function describeTitle({ client }: OpeningSession): string | undefined {
  const info = client.getServerVersion();
  return info && toOneLine(`${info.title ?? info.name} ${info.version}`).slice(0, 100);
}
