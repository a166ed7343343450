import type { JsonRecord } from '../json.ts';
import type { World } from '../world.ts';

type EndpointChoice = 'copilot' | 'wrongPlan' | 'absent' | Record<string, string>;

/** The `endpoints` block of an account; older accounts have none. */
export function createEndpoints(choice: EndpointChoice, world: World): JsonRecord {
  if (choice === 'absent') return {};
  if (typeof choice === 'object') return { endpoints: choice };
  return {
    endpoints: {
      api: world.urls[choice],
      'origin-tracker': 'https://origin-tracker.individual.githubcopilot.com',
      proxy: `https://${world.state.exchange.proxyEndpoint}`,
      telemetry: 'https://telemetry.individual.githubcopilot.com',
    },
  };
}
