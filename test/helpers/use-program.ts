import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openEmulator } from '../emulator/emulator.ts';
import { startSimulator } from '../simulator/simulator.ts';
import { storeSignIn } from './sign-in.ts';

/** A script: signs somebody in, in the home that is its first argument, and runs there what tests run most of the program, its second. */

const [home = '', binary = ''] = process.argv.slice(2);
const token = 'ghu_0123456789abcdefghijklmnopqrstuvwxyz';

const simulator = await startSimulator({ answer: { text: ['Hello ', 'there'] } });
simulator.state.account.githubTokens[token] = {};
const env = {
  PATH: process.env.PATH ?? '',
  HOME: home,
  XDG_CONFIG_HOME: join(home, 'config'),
  XDG_CACHE_HOME: join(home, 'cache'),
  XDG_DATA_HOME: join(home, 'data'),
  COPILOT_CLI_CREDENTIAL_STORE: 'file',
  ...simulator.env(),
};

try {
  await storeSignIn(env, token);
  await runChat();
  for (const argv of [['chat', 'hi'], ['models'], ['status'], ['config', 'list']]) await runCommand(argv);
} finally {
  await simulator.close();
}

async function runChat(): Promise<void> {
  const chat = openEmulator(['--', binary, 'chat'], { env, cwd: home });
  await chat.waitForScreen('› Ask');
  chat.type('hi **you**\r');
  await chat.waitForScreen('Hello there');
  chat.type('/exit\r');
  await chat.exit;
}

async function runCommand(argv: string[]): Promise<void> {
  const child = spawn(process.execPath, [binary, ...argv], {
    env,
    cwd: home,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`copilot-cli ${argv.join(' ')} ended with ${code}`);
}
