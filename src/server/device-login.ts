import {
  type DeviceCode,
  type DeviceFlowOptions,
  pollDeviceFlow,
  startDeviceFlow,
} from '../auth/device-flow.ts';
import type { Context } from '../context.ts';
import { InterruptedError } from '../errors.ts';
import { toDeviceFlow } from '../sign-in/device-sign-in.ts';
import { keepSignIn } from '../sign-in/sign-in.ts';

/** A device flow that runs in the background until it is approved, refused or expired. */
export type DeviceLogin = {
  /** The code of the running flow, or of a new one. Throws what starting a flow throws. */
  start(): Promise<DeviceCode>;
  readonly isPending: boolean;
  /** Why the last flow failed, or why the account may not use Copilot although it is signed in. */
  readonly failure: unknown;
  /** Ends a running flow. Once resolved, the flow stores nothing any more. */
  cancel(): Promise<void>;
};

export type DeviceLoginOptions = {
  context: Context;
  /** Called after a login: another token is in use, so the client must be replaced. */
  onAccountChange: () => void;
  /** As in the device flow; tests replace it. */
  wait?: DeviceFlowOptions['wait'];
};

export function createDeviceLogin({ context, onAccountChange, wait }: DeviceLoginOptions): DeviceLogin {
  let current: { code: Promise<DeviceCode>; done: Promise<void>; over: AbortController } | undefined;
  let failure: unknown;

  function begin(): { code: Promise<DeviceCode>; done: Promise<void>; over: AbortController } {
    const over = new AbortController();
    const github = context.credentials.findHost();
    const flow = context.record.ensureWritable().then(async () => ({
      ...(await toDeviceFlow(context, github)),
      ...(wait && { wait }),
      signal: AbortSignal.any([context.signal, over.signal]),
    }));
    const code = flow.then(startDeviceFlow);
    const finish = async (): Promise<void> => {
      const token = await pollDeviceFlow(await flow, await code);
      // The token is stored even if it turns out to be useless.
      await keepSignIn(context, github, token).finally(onAccountChange);
    };
    const done = finish().then(
      () => {
        current = undefined;
      },
      (error) => {
        current = undefined;
        failure = over.signal.aborted ? undefined : error;
      },
    );
    return { code, done, over };
  }

  return {
    async start() {
      if (!current) {
        failure = undefined;
        current = begin();
      }
      return current.code;
    },
    get isPending() {
      return current !== undefined;
    },
    get failure() {
      return failure;
    },
    async cancel() {
      current?.over.abort(new InterruptedError('SIGINT'));
      await current?.done;
      failure = undefined;
    },
  };
}
