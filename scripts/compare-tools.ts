// The same ten tasks done by GitHub's Copilot CLI and by ours, on the simulator, with one scripted model that makes the same calls:
// `npm run compare-tools`. GitHub's CLI has to be there: `npm run test:agents -- github-cli` installs it.
import { compareTools } from './compare-tools/compare.ts';

console.log(await compareTools());
