import { fileURLToPath } from 'node:url';
import packageJson from '../package.json' with { type: 'json' };
import {
  advise,
  debug,
  flag,
  type Hint,
  type HintWords,
  joinHints,
  login,
  shellWords,
  startAgain,
  wordHint,
  wordSteps,
} from './hint.ts';
import { maskSecrets } from './redact.ts';
import { toOneLine } from './terminal-text.ts';

/** Exit code by error code. Scripts rely on both: never rename a name or reuse a number. */
export const exitCodes = {
  internal: 1,
  upstream: 1,
  usage: 2,
  config: 3,
  auth_required: 4,
  forbidden: 5,
  model: 6,
  rate_limited: 7,
  quota: 8,
  input_too_large: 9,
  content_filter: 10,
  schema: 11,
  truncated: 12,
  network: 13,
  timeout: 124,
  interrupted: 130,
} as const;

export type ErrorCode = keyof typeof exitCodes;

export type CliErrorOptions = {
  /** What to do next. */
  hint?: Hint | undefined;
  cause?: unknown;
  /** Overrides the table if the code depends on more than the kind of failure, as for signals. */
  exitCode?: number;
  /** Fields for the JSON error object: HTTP status, request id, seconds to wait. */
  details?: Record<string, unknown>;
  /** What the command knew before it failed; `--json` prints it beside the error. */
  data?: Record<string, unknown>;
  /** What only support asks for, such as a request id: the message ends with it, in parentheses. */
  facts?: string | undefined;
  /** The other side's own words, if the message quotes them. They may quote the prompt. */
  said?: string | undefined;
};

/** A failure with a sentence for people and a code for scripts. Any other thrown error is a bug. */
export class CliError extends Error {
  override readonly name: string = 'CliError';
  readonly code: ErrorCode;
  readonly exitCode: number;
  hint: Hint | undefined;
  readonly details: Record<string, unknown>;
  readonly data: Record<string, unknown>;
  readonly said: string | undefined;
  /** The message without the facts, and these. */
  readonly parts: { sentence: string; readonly facts: string | undefined };

  constructor(code: ErrorCode, message: string, options: CliErrorOptions = {}) {
    const { cause, facts } = options;
    super(
      facts === undefined ? message : `${message} (${facts})`,
      cause === undefined ? undefined : { cause },
    );
    this.code = code;
    this.exitCode = options.exitCode ?? exitCodes[code];
    this.hint = options.hint;
    this.details = options.details ?? {};
    this.data = options.data ?? {};
    this.said = options.said;
    this.parts = { sentence: message, facts };
  }

  /** Adds a hint to the same failure. */
  addHint(hint: Hint): this {
    this.hint = joinHints(this.hint, hint);
    return this;
  }

  /** Puts who failed before the message of the same failure. */
  blame(name: string): this {
    this.message = `${name}: ${this.message}`;
    this.parts.sentence = `${name}: ${this.parts.sentence}`;
    return this;
  }

  /** Adds the data known so far to the same failure. */
  withData(data: Record<string, unknown>): this {
    Object.assign(this.data, data);
    return this;
  }
}

/** The device flow did not start, or ended without a token. */
export class DeviceFlowError extends CliError {
  override readonly name = 'DeviceFlowError';
}

/** GitHub refused to exchange the GitHub token for a Copilot token. */
export class TokenExchangeError extends CliError {
  override readonly name = 'TokenExchangeError';
}

type AuthenticationErrorOptions = CliErrorOptions & { isSignedOut?: boolean };

/** There is no GitHub token, or GitHub rejects it. */
export class AuthenticationError extends CliError {
  override readonly name = 'AuthenticationError';
  /** Whether there is no token at all, and nobody tried to give one. */
  readonly isSignedOut: boolean;
  constructor(message: string, { isSignedOut = false, ...options }: AuthenticationErrorOptions = {}) {
    super('auth_required', message, { hint: login, ...options });
    this.isSignedOut = isSignedOut;
  }
}

/** Copilot rejected a Copilot token, even after renewal. */
export class CopilotTokenError extends CliError {
  override readonly name = 'CopilotTokenError';
  constructor(message: string, options: CliErrorOptions = {}) {
    super('auth_required', message, { hint: login, ...options });
  }
}

/** Copilot answered with an error status, or broke off its answer. */
export class UpstreamError extends CliError {
  override readonly name = 'UpstreamError';
}

/** The person or the system ended the process. */
export class InterruptedError extends CliError {
  override readonly name = 'InterruptedError';
  readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP';
  constructor(signal: InterruptedError['signal']) {
    const exitCode = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal];
    super('interrupted', `stopped by ${signal}`, { exitCode });
    this.signal = signal;
  }
}

/** The time that `--timeout` gives is over. */
export function createTimeoutError(milliseconds: number): CliError {
  return new CliError('timeout', `the command took longer than ${milliseconds / 1000} s`, {
    hint: advise`Allow more with ${flag('--timeout')}.`,
  });
}

/** A program that we started ended with this code, and has reported the reason itself. */
export class ProgramExit extends Error {
  override readonly name = 'ProgramExit';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`the program ended with ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/** The reader of stdout has gone, so nobody is left to tell. */
export class ClosedPipeError extends Error {
  override readonly name = 'ClosedPipeError';
}

export type ErrorDescription = {
  code: ErrorCode;
  exitCode: number;
  message: string;
  hint: string | undefined;
  details: Record<string, unknown>;
  data: Record<string, unknown>;
};

/** Most modules load when they are first needed: one of ours that is gone was replaced by an update. */
export function recogniseError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return error;
  if (!isOurs((error as Error).message)) return error;
  return new CliError('internal', 'parts of copilot-cli are gone: it was updated while it ran', {
    hint: advise`${startAgain}. If that does not help, install the program again.`,
    cause: error,
  });
}

/** Whether the module that is missed, or the one that asks for it, lies in our own folder. */
function isOurs(message: string): boolean {
  const missing = /^Cannot find (?:module|package) '(.*?)'/.exec(message)?.[1];
  const asking = /' imported from (.*)|\nRequire stack:\n- (.*)/.exec(message);
  const path = asking?.[1] ?? asking?.[2] ?? missing;
  // A bundle that is not a module does not know its place.
  if (path === undefined || import.meta.url === undefined) return true;
  const folder = fileURLToPath(new URL('..', import.meta.url));
  return path.replace(/^file:\/\//, '').startsWith(folder);
}

/** Words a failure for stderr, JSON, the chat and the server: one line, no control characters, no token. */
export function describeError(thrown: unknown, words: HintWords = shellWords): ErrorDescription {
  const error = recogniseError(thrown);
  if (error instanceof CliError) {
    const { code, exitCode, details, data } = error;
    const hint = error.hint && toLine(wordHint(error.hint, words));
    return { code, exitCode, message: toLine(error.message), hint, details, data };
  }
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal',
    exitCode: exitCodes.internal,
    message: `this is a bug in copilot-cli: ${toLine(reason)}`,
    hint: wordHint(advise`${debug} to see the stack, and report it: ${packageJson.bugs.url}`, words),
    details: {},
    data: {},
  };
}

/** The same words, with the status and the request id apart from the sentence if there is an id: then they are long, and only support asks for them. */
export function describeParts(error: unknown, words: HintWords): { sentence: string; facts?: string } {
  const { message } = describeError(error, words);
  if (!(error instanceof CliError) || typeof error.details.request_id !== 'string')
    return { sentence: message };
  const { sentence, facts } = error.parts;
  return { sentence: toLine(sentence), ...(facts !== undefined && { facts: toLine(facts) }) };
}

/** What to do next after this failure, a step a line, each with its command first if it ends with one. */
export function listSteps(thrown: unknown, words: HintWords): string[] {
  const error = recogniseError(thrown);
  if (error instanceof CliError) return wordSteps(error.hint ?? [], words).map(toLine);
  const { hint } = describeError(error, words);
  return hint === undefined ? [] : [hint];
}

function toLine(text: string): string {
  return maskSecrets(toOneLine(text));
}
