import { randomUUID } from 'node:crypto';

/** What is sealed in an item id: which item it is, and the connection on which it is good. */
export type ItemIdentity = { item: string; connection: string };

/** protocol: ids are sealed anew for every event, so that two ids of one item never look alike. */
export function createItemId({ item, connection }: ItemIdentity): string {
  const noise = randomUUID() + randomUUID();
  return Buffer.from(JSON.stringify([noise, connection, item])).toString('base64');
}

/** What an id stands for, or undefined where it was not made here. */
export function readItemId(id: string): ItemIdentity | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(id, 'base64').toString('utf8'));
    if (!Array.isArray(parts) || parts.length !== 3) return undefined;
    return { connection: String(parts[1]), item: String(parts[2]) };
  } catch {
    return undefined;
  }
}
