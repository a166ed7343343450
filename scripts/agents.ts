// Real agents as judges: `npm run test:agents -- [NAME…] [--model ID] [--scenario NAME] [--latest] [--every] [--record] [--worlds N]`.
import { runAgents } from '../test/agents/run-agents.ts';

process.exitCode = await runAgents(process.argv.slice(2));
