import { once } from '../../once.ts';
import type { CallView } from './call-view.ts';

/** The calls of this chat. What shows them is loaded with the first one. */
export type Calls = {
  load(): Promise<CallView>;
  /** Opens the newest result that is folded. False if there is none. */
  openNewest(): boolean;
  /** What was folded so far is not opened any more. */
  forget(): void;
};

export function createCalls(open: () => Promise<CallView>): Calls {
  let view: CallView | undefined;
  const load = once(async () => {
    view = await open();
    return view;
  });
  return { load, openNewest: () => view?.openNewest() ?? false, forget: () => view?.forget() };
}
