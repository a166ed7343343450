import {
  ProtocolError,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  UnauthorizedError,
} from '@modelcontextprotocol/client';
import { CliError } from '../errors.ts';
import { maskEnvironment, maskStart } from '../redact.ts';
import { toOneLine } from '../terminal-text.ts';
import { unansweredCode } from './answer-watch.ts';
import { wrongFormCode } from './answers.ts';
import { InvalidServer } from './mcp-server.ts';

/** How a program ended: by us, by itself or a signal, or because it wrote what cannot be read. `words` is the rest of a sentence: `ended with 3`. */
export type ProgramEnd = { kind: 'stopped' | 'ended' | 'unreadable'; words: string };

/** A program that is no longer there was asked. */
export class ServerEnded extends Error {
  constructor() {
    super('the server has ended');
  }
}

/** The reason of a start that took too long. */
export class StartTooSlow extends Error {}

/** Trying again would not help. */
export function isFinal(error: unknown): boolean {
  return error instanceof InvalidServer || isSignIn(error);
}

export function isSignIn(error: unknown): boolean {
  if (error instanceof UnauthorizedError) return true;
  return error instanceof SdkHttpError && error.status === 401;
}

/** Whether the server, or its memory of this session, is gone. */
export function isLoss(error: unknown): boolean {
  if (error instanceof ServerEnded) return true;
  // The words of a server that answered, whatever they are.
  if (error instanceof ProtocolError) return false;
  if (error instanceof SdkHttpError)
    return (
      error.status === 404 || error.status >= 502 || (error.status === 400 && /session/i.test(error.message))
    );
  if (error instanceof SdkError)
    return [SdkErrorCode.ConnectionClosed, SdkErrorCode.SendFailed, SdkErrorCode.NotConnected].includes(
      error.code,
    );
  if (error instanceof CliError) return error.code === 'network';
  // The package throws these two without a class.
  return error instanceof Error && /HTTP 404|Not connected/i.test(error.message);
}

/** Whether the connection of this one request was closed without an answer. The server may live. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof ProtocolError && error.code === unansweredCode;
}

export function describeStartError(
  error: unknown,
  end: ProgramEnd | undefined,
  log: readonly string[],
  startMs: number,
): string {
  // Together, because a key has several lines.
  const lines = maskEnvironment(log.join('\n'), {}).text.split('\n');
  const words = lines.findLast((line) => line !== '' && !line.startsWith('error:'));
  const last = words === undefined ? '' : `; its last words: ${words.slice(0, 200)}`;
  if (error instanceof InvalidServer) return `it ${error.message}`;
  if (error instanceof StartTooSlow) return `it did not start within ${Math.round(startMs / 1000)} s${last}`;
  if ((error as { code?: string }).code === 'ENOENT')
    return `its program is not there: ${toMasked((error as Error).message)}`;
  if (end !== undefined && end.kind !== 'stopped') return `it ${end.words} at its start${last}`;
  return `${describeCallError(error)}${last}`;
}

export function describeCallError(error: unknown): string {
  if (error instanceof SdkHttpError) return `it answered with ${error.status}`;
  if (error instanceof ProtocolError && [wrongFormCode, unansweredCode].includes(error.code))
    return toMasked(error.message);
  if (error instanceof ProtocolError) return `it refused: ${toMasked(error.message)}`;
  if (error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout)
    return 'it did not answer in time';
  if (error instanceof SdkError && error.code === SdkErrorCode.ConnectionClosed)
    return 'its connection was closed without an answer';
  if (error instanceof SdkError && error.code === SdkErrorCode.ClientHttpUnexpectedContent)
    return 'it answered with neither JSON nor a stream of events';
  // Of the package, which reads the answer.
  if (error instanceof SyntaxError) return 'its answer is not JSON';
  return toMasked(error instanceof Error ? error.message : String(error));
}

const longestMessage = 1000;

/** Before it is cut: half a token is not known for one. */
function toMasked(message: string): string {
  return maskStart(toOneLine(message), longestMessage);
}
