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

/** A device flow that goes on in the background until somebody has approved it, or will not. */
export type DeviceLogin = {
  /** The code of the flow that is under way, or of a new one. Throws what starting one throws. */
  start(): Promise<DeviceCode>;
  readonly isPending: boolean;
  /** Why the last one came to nothing; or why the account may not use Copilot, although it is signed in. */
  readonly failure: unknown;
  /** Ends a flow that is under way. Resolves when it will not store anything any more. */
  cancel(): Promise<void>;
};

export type DeviceLoginOptions = {
  context: Context;
  /** Another token is in force. */
  onAccountChange: () => void;
  /** As in the device flow; replaced in tests of time. */
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
      // It is kept even where it proves to be of no use.
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
