import type { Credentials, GithubToken } from './auth/credentials.ts';
import type { LoginRecord } from './auth/login-record.ts';
import type { Settings } from './config/settings.ts';
import type { CopilotClient } from './copilot/client.ts';
import type { Env } from './env.ts';
import type { Http } from './http/http.ts';
import type { CopyOutcome } from './terminal/clipboard.ts';
import type { Io } from './terminal/io.ts';
import type { Prompter } from './terminal/prompter.ts';
import type { Wait, WaitLabel, WaitOptions } from './terminal/waits.ts';

export type Message = { kind: 'warning' | 'note' | 'debug'; sentence: string };

/**
 * Everything a command may touch. Each member is made when it is first used, so that nobody pays for what a command does
 * not need; what is behind a promise is loaded then, too.
 */
export type Context = {
  readonly version: string;
  readonly io: Io;
  readonly env: Env;
  /** The folder that the program was started in, and the person's own. */
  readonly cwd: string;
  readonly home: string;
  /** Aborts when the person, the system or the reader of stdout wants the command to end; its reason says who. */
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly settings: Settings;
  readonly record: LoginRecord;
  readonly credentials: Credentials;
  readonly prompter: Prompter;
  loadHttp(): Promise<Http>;
  /** A client in the name of `github`, or of the token in force. */
  connect(github?: GithubToken): Promise<CopilotClient>;
  /** What this program sends as its own name where it is not an editor's. */
  readonly userAgent: string;
  copyText(text: string, signal: AbortSignal): Promise<CopyOutcome>;
  /** False where no page could be shown. Never waits for longer than a second, never throws. */
  openUrl(url: string): Promise<boolean>;
  /** Whether `openUrl` has a chance. */
  readonly canOpenUrl: boolean;
  /** Where conversations lie, and prompts that a person keeps. */
  readonly dataFolder: string;
  readonly templatesFolder: string;
  /** Removes what can be fetched again. */
  clearCache(): void;
  /** A sentence that matters to whoever reads stderr, terminal or log. */
  warn(sentence: string): void;
  /** A sentence for the person at the terminal, and for nobody else. */
  notice(sentence: string): void;
  /**
   * Says at the terminal what is being waited for, once it takes longer than a moment, until the wait ends. No question may be asked
   * meanwhile. Shows nothing where stderr is no terminal, or where somebody else draws on it.
   */
  beginWait(label: WaitLabel, options?: WaitOptions): Wait;
  /** Hands every message to a listener, in place of stderr, until what it gives is called: whoever draws on the terminal places them. */
  divertMessages(listener: (message: Message) => void): () => void;
  /** Calls when the process ends, however it ends, until what it gives is called. The listener cannot wait for anything. */
  onExit(listener: () => void): () => void;
  /** Calls at Ctrl+C, in place of ending the command and of whoever listened before, until what it gives is called. */
  onInterrupt(listener: () => void): () => void;
  /** Gives the terminal back to the shell, as Ctrl+Z does; resolves when the person comes back. Undefined where no shell knows that. */
  readonly suspendProcess: (() => Promise<void>) | undefined;
  /**
   * Calls `onStop` in place of stopping where somebody else asks for what Ctrl+Z does, and `onContinue` when the process goes on, whatever
   * had stopped it, until what it gives is called. Calls nothing where no shell knows that.
   */
  onJobControl(listeners: { onStop(): void; onContinue(): void }): () => void;
  /** Ends what is still going on in the background. */
  close(): void;
};
