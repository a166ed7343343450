import type { Context } from '../context.ts';

/** What values come from: files of this machine. */
export type Known = Pick<
  Context,
  'settings' | 'record' | 'endpointsFile' | 'templatesFolder' | 'cacheFolder' | 'dataFolder' | 'now'
>;
