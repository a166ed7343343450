import { Text } from 'ink';
import type { ReactNode } from 'react';

/** A line that is cut where it is too long. An empty one takes its row, too. */
export function Line({ children }: { children: string }): ReactNode {
  return <Text wrap="truncate">{children === '' ? ' ' : children}</Text>;
}
