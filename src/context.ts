import type { Credentials, GithubToken } from './auth/credentials.ts';
import type { LoginRecord } from './auth/login-record.ts';
import type { SecretStore } from './auth/secret-store.ts';
import type { JsonFile } from './config/json-file.ts';
import type { Settings } from './config/settings.ts';
import type { CopilotClient } from './copilot/client.ts';
import type { ModelClient } from './copilot/model-client.ts';
import type { Env } from './env.ts';
import type { CliError } from './errors.ts';
import type { Http } from './http/http.ts';
import type { CopyOutcome } from './terminal/clipboard.ts';
import type { Io } from './terminal/io.ts';
import type { Prompter } from './terminal/prompter.ts';
import type { Wait, WaitLabel, WaitOptions } from './terminal/waits.ts';

export type Message = { kind: 'warning' | 'note' | 'debug'; sentence: string };

/** Everything a command may touch. A member that loads a module is made when it is first used. */
export type Context = {
  readonly version: string;
  readonly io: Io;
  readonly env: Env;
  /** The folder in which the program was started, and the person's home folder. */
  readonly cwd: string;
  readonly home: string;
  /** Aborts when the person, the system, a deadline or a closed stdout ends the command; its reason says which. */
  readonly signal: AbortSignal;
  /** Aborts the signal with this reason after this time, unless the process has ended by then. */
  endAfter(milliseconds: number, reason: CliError): void;
  readonly now: () => number;
  readonly settings: Settings;
  readonly record: LoginRecord;
  /** Every secret that this program keeps. */
  readonly secrets: SecretStore;
  readonly credentials: Credentials;
  /** The services of the person's own, beside Copilot. */
  readonly endpointsFile: JsonFile;
  /** False if the person wants long lists without a pager. */
  readonly wantsPager: boolean;
  readonly prompter: Prompter;
  loadHttp(): Promise<Http>;
  /** A client for `github`, or for the token in force. */
  connect(github?: GithubToken): Promise<CopilotClient>;
  /** A client for one endpoint of the person, without Copilot. */
  connectToEndpoint(name: string): Promise<ModelClient>;
  /** The name of this program in requests that do not imitate an editor. */
  readonly userAgent: string;
  copyText(text: string, signal: AbortSignal): Promise<CopyOutcome>;
  /** False if no page could be shown. Takes a second at most, and never throws. */
  openUrl(url: string): Promise<boolean>;
  /** Whether `openUrl` may succeed. */
  readonly canOpenUrl: boolean;
  /** Contains the settings, the list of secrets, endpoints, approvals and the prompt templates. */
  readonly configFolder: string;
  /** Contains the conversations and other records of use. */
  readonly dataFolder: string;
  readonly templatesFolder: string;
  readonly cacheFolder: string;
  /** Removes what can be fetched or made again, and long outputs of tools. */
  clearCache(): void;
  /** A sentence that matters to every reader of stderr, terminal or log. */
  warn(sentence: string): void;
  /** A sentence for a person at the terminal only. */
  notice(sentence: string): void;
  /** Shows on stderr what the person waits for, if it lasts, unless something else draws there. Ask no question meanwhile. */
  beginWait(label: WaitLabel, options?: WaitOptions): Wait;
  /** Sends messages to a listener that draws on the terminal, instead of stderr. Returns the function that stops this. */
  divertMessages(listener: (message: Message) => void): () => void;
  /** Calls the listener when the process ends in any way; it cannot wait for anything. Returns the function that removes it. */
  onExit(listener: () => void): () => void;
  /** Calls the listener at Ctrl+C, instead of ending the command or calling earlier listeners. Returns the function that removes it. */
  onInterrupt(listener: () => void): () => void;
  /** Suspends the job as Ctrl+Z does, and resolves as `waitForTerminal` does. Undefined on systems without job control. */
  readonly suspendProcess: (() => Promise<void>) | undefined;
  /** Stops a job in the background. Resolves when the job has the terminal, or is ended: then it may not have it. */
  waitForTerminal(): Promise<void>;
  /**
   * Calls `onStop`, instead of stopping, at a suspend signal from elsewhere, and `onContinue` when the process continues. Returns the
   * function that removes both. Does nothing without job control.
   */
  onJobControl(listeners: { onStop(): void; onContinue(): void }): () => void;
  /** Ends work in the background. */
  close(): void;
};
