import { describeSettings, describeWay } from '../../mcp/describe-server.ts';
import type { LoadedServers } from '../../mcp/load-servers.ts';
import type { McpServer } from '../../mcp/mcp-server.ts';
import type { ReplApp } from '../app.ts';
import { createApproval } from '../dialogs/approval.ts';

/**
 * Asks about each server of the folder, and keeps a yes and a no. Gives those that may be started. Without an answer it calls `stop`, for what waits
 * for the servers; the next chat asks again.
 */
export async function chooseServers(
  { context, dialogs }: Pick<ReplApp, 'context' | 'dialogs'>,
  unasked: readonly McpServer[],
  agree: LoadedServers['agree'],
  stop: () => void,
): Promise<McpServer[]> {
  const agreed: McpServer[] = [];
  const visit = {};
  for (const server of unasked) {
    const isProgram = server.way.kind === 'stdio';
    const decision = await dialogs.approve(
      createApproval({
        question: isProgram
          ? `Start the MCP server ${server.name}, which this folder names?`
          : `Connect to the MCP server ${server.name}, which this folder names?`,
        notes: [
          isProgram ? 'It is a program, and may do what you may do.' : 'It gets what the model sends it.',
        ],
        body: [describeWay(server.way), ...describeSettings(server.way)].map((text) => ({
          kind: 'quoted',
          text,
          isNamed: true,
        })),
        mustBeSeen: true,
        choices: [
          { text: 'yes, in this folder, as long as it stays as it is', isYes: true },
          { text: 'no, and do not ask again', isYes: false },
        ],
      }),
      context.signal,
      { visit },
    );
    if (!decision) {
      stop();
      break;
    }
    const isYes = decision.choice === 0;
    await agree([server], isYes ? 'yes' : 'no');
    if (isYes) agreed.push(server);
  }
  return agreed;
}
