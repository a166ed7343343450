import type { Dispatch, ReplState } from '../state.ts';
import type { ChatToolsOptions } from './chat-tools.ts';

/** Says which servers a prompt waits for, and then again what it did before. */
export function createStartFollower(
  getState: () => ReplState,
  dispatch: Dispatch,
): ChatToolsOptions['followStart'] {
  return async (servers, work) => {
    const before = getState().work?.label;
    const label = `Starting the MCP server${servers.length === 1 ? '' : 's'} ${servers.join(', ')}`;
    dispatch({ type: 'work-label', label });
    try {
      return await work;
    } finally {
      // Another prompt may be under way by now.
      if (before !== undefined && getState().work?.label === label)
        dispatch({ type: 'work-label', label: before });
    }
  };
}
