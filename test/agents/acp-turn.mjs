// One prompt over the Agent Client Protocol, as an editor sends it: node acp-turn.mjs SESSION MODEL PROMPT PROGRAM [ARGUMENT...].
// Goes on with the session, lets the agent use every tool, and prints its words. Ends with 1, and the agent's error, if it failed.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const [sessionId, modelId, prompt, program, ...argv] = process.argv.slice(2);
const agent = spawn(program, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
const ended = new Promise((_, reject) => {
  agent.on('error', reject);
  agent.on('exit', (code) => reject(new Error(`the agent ended with ${code}`)));
});
const waiting = new Map();
let isAsked = false;

createInterface(agent.stdout).on('line', (line) => {
  const { id, method, params, result, error } = JSON.parse(line);
  if (method === 'session/request_permission') {
    answer(id, { outcome: { outcome: 'selected', optionId: choose(params.options) } });
  } else if (method === 'session/update') {
    const { sessionUpdate, content } = params.update;
    // Before the prompt, the agent tells the old conversation again.
    if (isAsked && sessionUpdate === 'agent_message_chunk') process.stdout.write(content.text ?? '');
  } else if (method === undefined) {
    const { resolve, reject } = waiting.get(id);
    if (error === undefined) resolve(result);
    else reject(new Error(`${error.message} ${JSON.stringify(error.data ?? '')}`));
  }
});

try {
  await Promise.race([ended, converse()]);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
// Whoever started this program ends what the agent leaves behind.
agent.stdin.end();
agent.stdout.destroy();
agent.unref();

async function converse() {
  await call('initialize', { protocolVersion: 1, clientCapabilities: {} });
  await call('session/load', { sessionId, cwd: process.cwd(), mcpServers: [] });
  await call('session/set_model', { sessionId, modelId });
  isAsked = true;
  await call('session/prompt', { sessionId, prompt: [{ type: 'text', text: prompt }] });
}

function call(method, params) {
  const id = waiting.size + 1;
  agent.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

function answer(id, result) {
  agent.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
}

function choose(options) {
  return options.find(({ kind }) => kind === 'allow_once')?.optionId ?? options[0].optionId;
}
