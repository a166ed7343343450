import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { crc32, deflateSync } from 'node:zlib';
import { findModel } from '../simulator/copilot/model-entry.ts';
import type { Cell, Said, SayOptions } from './cell.ts';
import { modelPaths } from './model-request.ts';
import type { ScriptStep } from './model-script.ts';

export type Scenario = {
  name: string;
  title: string;
  /** Columns of the table that it runs for when nobody asks for all of them. */
  models: 'all' | readonly string[];
  play(cell: Cell): Promise<void>;
};

/** One of each kind, with the reason why it is there. */
export const models = [
  { id: 'gpt-5.4', kind: 'GPT, on both OpenAI endpoints' },
  { id: 'gpt-5.3-codex', kind: 'GPT, on /responses alone' },
  { id: 'gpt-4.1', kind: 'GPT without /responses' },
  { id: 'claude-sonnet-4.6', kind: 'Claude with efforts' },
  { id: 'claude-opus-5', kind: 'Claude that thinks adaptively' },
  { id: 'claude-haiku-4.5', kind: 'Claude without efforts' },
  { id: 'gemini-3.5-flash', kind: 'Gemini' },
  { id: 'kimi-k2.7-code', kind: 'Kimi' },
] as const;

const few = ['gpt-5.4', 'claude-sonnet-4.6', 'gemini-3.5-flash'] as const;

const say =
  (text: string): ScriptStep =>
  () => ({ text });

export const scenarios: readonly Scenario[] = [
  { name: 'answer', title: 'an answer', models: 'all', play: playAnswer },
  { name: 'stream', title: 'a long answer, as a stream', models: 'all', play: playStream },
  { name: 'tool', title: 'a tool round with a file', models: 'all', play: playTool },
  { name: 'two-calls', title: 'two calls in one answer', models: 'all', play: playTwoCalls },
  { name: 'turns', title: 'several turns', models: 'all', play: playTurns },
  { name: 'switch', title: 'another model in mid-session, and back', models: 'all', play: playSwitch },
  { name: 'image', title: 'an image', models: 'all', play: playImage },
  { name: 'cut', title: 'a cut stream', models: few, play: playCut },
  { name: 'busy', title: 'a short 429', models: few, play: playBusy },
  { name: 'dead', title: 'a service that gives no byte', models: few, play: playDead },
  { name: 'expiry', title: 'a token that expires between turns', models: few, play: playExpiry },
  { name: 'overflow', title: 'an overflow, and what the agent does then', models: few, play: playOverflow },
  { name: 'abort', title: 'Ctrl+C in an answer', models: few, play: playAbort },
];

async function playAnswer(cell: Cell): Promise<void> {
  await cell.say('Say hello.', [say('Hello from the model.')], { shows: 'Hello from the model.' });
}

/** Long, with characters of several bytes, and thoughts before it. */
async function playStream(cell: Cell): Promise<void> {
  const text = Array.from({ length: 300 }, (_, index) => `Zeile ${index} grüßt 🎉`).join('\n');
  const { asked } = await cell.say(
    'Tell me a long story.',
    [() => ({ reasoning: 'I must tell it.', text })],
    {
      shows: 'Zeile 299 grüßt 🎉',
    },
  );
  for (const { body } of asked) {
    if ((body as { stream?: unknown }).stream !== true) cell.fault('asked without a stream');
  }
}

async function playTool(cell: Cell): Promise<void> {
  const { agent, place } = cell;
  const path = join(place.work, 'note.txt');
  const { asked } = await cell.say(
    'Write a note and read it.',
    [
      ({ tools }) => ({
        text: 'I write it.',
        toolCalls: [agent.deeds.write(tools, path, 'The secret is Köln 42.')],
      }),
      ({ tools }) => ({ toolCalls: [agent.deeds.read(tools, path)] }),
      say('I have read the note.'),
    ],
    { shows: 'I have read the note.' },
  );
  const written = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (written.trim() !== 'The secret is Köln 42.') cell.fault(`the file was not written: "${written}"`);
  checkResult(cell, asked, 'The secret is Köln 42.');
}

async function playTwoCalls(cell: Cell): Promise<void> {
  const { agent, place } = cell;
  const paths = ['one.txt', 'two.txt'].map((name) => join(place.work, name));
  for (const [index, path] of paths.entries()) writeFileSync(path, `Content number ${index + 1}.\n`);
  const { asked } = await cell.say(
    'Read both files.',
    [
      ({ tools }) => ({ reasoning: 'Both.', toolCalls: paths.map((path) => agent.deeds.read(tools, path)) }),
      say('Both files are read.'),
    ],
    { shows: 'Both files are read.' },
  );
  checkResult(cell, asked, 'Content number 1.');
  checkResult(cell, asked, 'Content number 2.');
}

async function playTurns(cell: Cell): Promise<void> {
  const { agent, place } = cell;
  const path = join(place.work, 'one.txt');
  writeFileSync(path, 'Content number 1.\n');
  await cell.say('First.', [say('Answer one.')], { shows: 'Answer one.' });
  await cell.say(
    'Second.',
    [({ tools }) => ({ toolCalls: [agent.deeds.read(tools, path)] }), say('Answer two.')],
    { shows: 'Answer two.' },
  );
  const { asked } = await cell.say('Third.', [say('Answer three.')], { shows: 'Answer three.' });
  for (const text of ['Answer one.', 'Content number 1.', 'Answer two.']) checkResult(cell, asked, text);
}

/** From the model to one of another maker, and back, with thoughts and tools in each. */
async function playSwitch(cell: Cell): Promise<void> {
  const { agent, place, model } = cell;
  const other = model.startsWith('claude-') ? 'gpt-5.4' : 'claude-sonnet-4.6';
  const path = join(place.work, 'one.txt');
  writeFileSync(path, 'Content number 1.\n');
  for (const [index, chosen] of [model, other, model].entries()) {
    const { asked } = await cell.say(
      `Question ${index + 1}.`,
      [
        ({ tools }) => ({ reasoning: 'I look.', toolCalls: [agent.deeds.read(tools, path)] }),
        say(`Answer ${index + 1}.`),
      ],
      { model: chosen, shows: `Answer ${index + 1}.` },
    );
    const used = [...new Set(asked.map(({ body }) => (body as { model?: unknown }).model))];
    if (used.join() !== chosen) cell.fault(`${used.join()} answered in place of ${chosen}`);
    for (let before = 1; before <= index; before++) checkResult(cell, asked, `Answer ${before}.`);
  }
}

async function playImage(cell: Cell): Promise<void> {
  const { model, place } = cell;
  const image = join(place.work, 'square.png');
  const bytes = createPng();
  writeFileSync(image, bytes);
  const { calls } = await cell.say('What colour is the square?', [say('It is red.')], {
    image,
    shows: 'It is red.',
    allowance: { repeats: 2 },
  });
  // Some agents make a JPEG of it first.
  const isSent = calls.some(({ body }) => {
    const text = JSON.stringify(body);
    // Qwen Code has a model with eyes describe it for one without.
    if ((body as { model?: unknown }).model !== model) return false;
    return text.includes(bytes.toString('base64').slice(0, 60)) || /[",]\/9j\//.test(text);
  });
  const hasEyes = model !== 'kimi-k2.7-code';
  if (isSent !== hasEyes)
    cell.fault(isSent ? 'a model without eyes got the image' : 'the image did not reach the model');
}

/** The agent may ask again, or say that it broke off; it must not take the half for the whole. */
async function playCut(cell: Cell): Promise<void> {
  const { agent } = cell;
  const { simulator } = cell.world;
  const half = { transport: { cutAfterEvents: 6 } };
  for (const path of modelPaths) simulator.faults.add({ path, ...half });
  const text = 'One two three four five six seven eight nine ten.';
  const { run, words, asked } = await cell.say('Count to ten.', [say(text)], {
    fails: agent.afterCut === undefined ? 'either' : agent.afterCut === 'gives up',
    aside: () => text,
    allowance: { repeats: 3, prompts: { least: 1, most: 2 } },
  });
  if (run.code === 0 && !words.includes('ten.')) {
    cell.fault(`took half an answer for a whole: ${words.slice(-200)}`);
  }
  if (asked.length > 3) cell.fault(`${asked.length} calls for a stream that was cut once`);
}

async function playBusy(cell: Cell): Promise<void> {
  const { simulator } = cell.world;
  simulator.faults.add({
    path: isModelPath,
    method: 'POST',
    status: 429,
    headers: { 'retry-after': '1' },
    body: 'rate limit exceeded\n',
    contentType: 'text/plain',
  });
  await cell.say('Say hello.', [say('Hello after the wait.')], {
    shows: 'Hello after the wait.',
    allowance: { repeats: 1, refusals: (status) => status === 429 },
  });
}

/** Every connection breaks before the first byte. The agent may try as often as it likes; Copilot is asked twice at most. */
async function playDead(cell: Cell): Promise<void> {
  const { simulator } = cell.world;
  simulator.faults.add({ path: isModelPath, method: 'POST', reset: true, times: Number.POSITIVE_INFINITY });
  const { run, calls } = await cell.say('Say hello.', [say('Nobody hears it.')], {
    fails: 'either',
    interrupt: delay(longEnoughMs, undefined, { ref: false }),
    endsLate: true,
    allowance: {
      repeats: cell.agent.isDirect ? Number.POSITIVE_INFINITY : 1,
      prompts: { least: 0, most: 0 },
    },
  });
  if (run.stdout.includes('Nobody hears it.')) cell.fault('answers without an answer');
  if (cell.agent.isDirect) return;
  // A title of the conversation is a request of its own.
  const bodies = calls.map(({ body }) => JSON.stringify(body));
  const most = Math.max(...bodies.map((body) => bodies.filter((other) => other === body).length));
  if (most > 2) cell.fault(`${most} calls for one request`);
}

async function playExpiry(cell: Cell): Promise<void> {
  await cell.say('First.', [say('Answer one.')], { shows: 'Answer one.' });
  cell.world.simulator.expireCopilotTokens();
  await cell.say('Second.', [say('Answer two.')], {
    shows: 'Answer two.',
    allowance: { repeats: 1, refusals: (status) => status === 401 },
  });
}

/** The model takes less than its entry says, so the agent learns of it by the refusal, or it counts; then it makes the conversation shorter. */
async function playOverflow(cell: Cell): Promise<void> {
  const { agent } = cell;
  const { asked, calls } =
    agent.compactsInFirstTurn === undefined ? await overflowLater(cell) : await overflowAtOnce(cell);
  const last = JSON.stringify(asked.at(-1)?.body ?? {});
  if (calls.length < 2 || (agent.leavesOut && last.includes('word150')))
    cell.fault('the conversation was not made shorter');
  if (agent.leavesOut === 'for a summary' && !last.includes(summary))
    cell.fault('the summary is not in the last call');
  if (calls.length > 6) cell.fault(`${calls.length} calls after an overflow`);
}

/** In the second turn, by a refusal or by the agent's own count. */
async function overflowLater(cell: Cell): Promise<Said> {
  const { agent, model } = cell;
  const filled = agent.fillWindow?.(findPromptLimit(cell, model), model);
  const { asked = '', answered = '', inputTokens } = filled ?? {};
  const usage = inputTokens === undefined ? {} : { usage: { inputTokens } };
  const long = { text: `${answered}${longWords}`, deltaLength: 20_000, ...usage };
  await cell.say(`${asked}First.`, [() => long], { shows: 'word299' });
  if (filled === undefined) refuseOnce(cell);
  const prompts = { least: 1, most: agent.asksAsPerson === undefined ? 1 : 2 };
  const allowance = { ...overflowOptions.allowance, prompts };
  return cell.say('Second.', [say('Answer two.')], { ...overflowOptions, allowance });
}

/** In the round after a tool. */
function overflowAtOnce(cell: Cell): Promise<Said> {
  const { agent, place } = cell;
  const path = join(place.work, 'long.txt');
  writeFileSync(path, longWords.replaceAll('word0 ', '\nword0 '));
  let isRefused = false;
  const read: ScriptStep = ({ tools }) => {
    if (!isRefused) refuseOnce(cell);
    isRefused = true;
    return { toolCalls: [agent.deeds.read(tools, path)] };
  };
  return cell.say('Read the file.', [read, say('Answer two.')], overflowOptions);
}

function refuseOnce({ world }: Cell): void {
  world.simulator.faults.add({ path: isModelPath, method: 'POST', status: 400, body: overflowBody });
}

const overflowOptions: SayOptions = {
  shows: 'Answer two.',
  // opencode answers, and then ends with 1 because there was an error on the way.
  fails: 'either',
  // Qwen Code wants its element, and takes no answer that begins with one.
  aside: (said) => `In short:\n<state_snapshot>\n${summary} The person's words:\n${said}\n</state_snapshot>`,
  allowance: { repeats: 3, refusals: (status) => status === 400, mayShrink: true },
};

function findPromptLimit({ world }: Cell, id: string): number {
  const limits = findModel(world.simulator.state.catalogue, id)?.capabilities.limits;
  return limits?.max_prompt_tokens ?? 0;
}

const isModelPath = new RegExp(`^(?:${modelPaths.join('|')})$`);
/** Of 30,000 tokens: agents keep the last 20,000 as they are, and have nothing to leave out of a short conversation. */
const longWords = Array.from({ length: 12_000 }, (_, index) => `word${index % 300}`).join(' ');
/** For an agent that tries again and again: it has tried several times by then. */
const longEnoughMs = 45_000;
const summary = 'The model told many words.';
const overflowBody = {
  error: {
    message: 'prompt token count of 300000 exceeds the limit of 272000',
    code: 'model_max_prompt_tokens_exceeded',
  },
};

async function playAbort(cell: Cell): Promise<void> {
  const { simulator } = cell.world;
  let begin = (): void => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const interrupt = begun.then(() => delay(700));
  const text = Array.from({ length: 600 }, (_, index) => `word${index}`).join(' ');
  const said: Said = await cell.say(
    'Tell me a long story.',
    [
      () => {
        begin();
        return { text, deltaDelayMs: 100 };
      },
    ],
    { fails: 'either', interrupt, allowance: { prompts: { least: 0, most: 1 } } },
  );
  if (said.words.includes('word599')) cell.fault('the answer went on to its end');
  const [call] = said.asked;
  for (let waited = 0; waited < 30 && call?.closedByClient !== true; waited++) await delay(100);
  if (call?.closedByClient !== true) cell.fault('the call to Copilot goes on');
  if (simulator.requests.length === 0) cell.fault('nothing reached the simulator');
}

/** What a tool gave, or what was said before, reached the model in the last call. */
function checkResult(cell: Cell, asked: readonly { body: unknown }[], text: string): void {
  const last = JSON.stringify(asked.at(-1)?.body ?? {});
  const plain = JSON.stringify(text).slice(1, -1);
  if (!last.includes(plain) && !last.includes(JSON.stringify(plain).slice(1, -1))) {
    cell.fault(`"${text}" is not in the last call`);
  }
}

/** A red square of 64 pixels. */
function createPng(): Buffer {
  const size = 64;
  const row = Buffer.concat([
    Buffer.from([0]),
    Buffer.from(Array.from({ length: size }, () => [255, 0, 0]).flat()),
  ]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: size }, () => row)));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    toChunk('IHDR', header),
    toChunk('IDAT', pixels),
    toChunk('IEND', Buffer.alloc(0)),
  ]);
}

function toChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
