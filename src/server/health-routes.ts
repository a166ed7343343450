import { AuthenticationError, describeError } from '../errors.ts';
import type { Call } from './call.ts';
import { writeJson } from './reply.ts';
import type { Services } from './services.ts';

/** `GET /`: what this is, for people and for clients that look whether somebody is there. */
export async function handleRoot(call: Call, { version }: Services): Promise<void> {
  writeJson(call, 200, { status: 'ok', name: 'copilot-cli', version, documentation: '/openapi.json' });
}

/** The process is alive. Asks nobody. */
export async function handleHealth(call: Call, { version }: Services): Promise<void> {
  writeJson(call, 200, { status: 'ok', version });
}

/** A request would be answered: somebody is signed in, and Copilot accepts it. 503 while the server ends. */
export async function handleReadiness(call: Call, { connect, isEnding, isRefused }: Services): Promise<void> {
  if (isEnding()) {
    writeJson(call, 503, { status: 'ending' });
    return;
  }
  try {
    await (await connect()).getSession();
    // A token that was revoked a moment ago looks good until somebody uses it.
    if (isRefused()) throw new AuthenticationError('the sign-in was refused when a model was last asked');
    writeJson(call, 200, { status: 'ready' });
  } catch (error) {
    const { code, message, hint } = describeError(error);
    writeJson(call, 503, { status: 'not ready', code, message, hint });
  }
}

/** What clients tell of themselves goes no further. */
export async function handleTelemetry(call: Call): Promise<void> {
  writeJson(call, 200, { success: true });
}
