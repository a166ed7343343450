import type { AnsweredToolCall } from '../simulator/answer/answer.ts';
import type { OfferedTool } from './model-request.ts';
import type { ProgramRun } from './run-program.ts';

/** Where an agent runs and what it is pointed at. */
export type Place = {
  /** The agent's own home, thrown away afterwards. */
  home: string;
  /** The folder that it works in, below its home. */
  work: string;
  /** The server's URL; for agents that talk to Copilot themselves, nobody listens to it. */
  url: string;
  /** URLs of the simulator, and a token that it knows. */
  direct: { server: string; api: string; copilot: string; githubToken: string };
  /** The folder with the installed packages. */
  installed: string;
  model: string;
};

/** One thing that a person says. */
export type Turn = {
  prompt: string;
  model: string;
  /** Whether it goes on with the last conversation. */
  continues: boolean;
  /** An image that goes with the prompt: an absolute path. */
  image?: string;
};

export type Invocation = {
  argv: string[];
  env?: Record<string, string>;
  stdin?: string;
};

/** Things that the model lets the agent do, as calls of the tools that the agent has offered. */
export type Deeds = {
  write(tools: OfferedTool[], path: string, text: string): AnsweredToolCall;
  read(tools: OfferedTool[], path: string): AnsweredToolCall;
};

export type Agent = {
  name: string;
  title: string;
  /** npm packages and the versions that were tried. The first is the agent's own. */
  packages: Record<string, string>;
  /** What they take on the disk. */
  megabytes: number;
  /** Whether it needs a newer Node than ours. */
  needsNewNode?: true;
  /** Its name in `serve --for`; agents without one are set up by `prepare`. */
  client?: string;
  /** Whether it talks to the simulator itself. */
  isDirect?: true;
  /** Writes what `serve --for` does not. */
  prepare?(place: Place): void | Promise<void>;
  /** The command and the variables for one turn. */
  invoke(turn: Turn, place: Place): Invocation;
  /** What it told the person, as text. */
  readWords(run: ProgramRun): string;
  deeds: Deeds;
  /**
   * For an agent that makes a conversation shorter by a count of tokens alone, and gives up on a refusal: what brings its count to the
   * limit. Words that the person and then the model say, or the tokens that the model reports. `limit` is in tokens.
   */
  fillWindow?(limit: number, model: string): { asked?: string; answered?: string; inputTokens?: number };
  /** Whether nothing tells its request for a summary from a prompt, so that both count as a person's. */
  asksAsPerson?: true;
  /** Whether it makes a conversation shorter only while it answers the first prompt of a program. */
  compactsInFirstTurn?: true;
  /** What a reader of the table should know about how it is played. */
  remarks?: string[];
  /** What it does about the last answer once the window is full: leaves it out of the call that follows, or sends a summary in its place. */
  leavesOut?: 'at once' | 'for a summary';
  /** What it does about a stream that was cut; either is let pass when left out. */
  afterCut?: 'asks again' | 'gives up';
  /** Refusals from which the server may learn with it, each once for a model: any of a field or a value when left out. */
  teaches?: RegExp | 'nothing';
  /** Cells that cannot pass: `scenario`, `model` or `scenario model`. */
  known: Record<string, Known>;
};

/** Why a cell cannot pass; with `faults`, only the faults that they fit are let pass. */
export type Known = string | { why: string; faults: RegExp };
