import type { Env } from '../env.ts';

/** Whether a browser that the person sees could open: not over SSH, and not on a Linux without a screen. */
export function canOpenBrowser(env: Env, platform: NodeJS.Platform): boolean {
  if (env.BROWSER) return true;
  if (env.SSH_CONNECTION || env.SSH_TTY || env.CI) return false;
  if (platform === 'darwin' || platform === 'win32') return true;
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY || env.WSL_DISTRO_NAME);
}

/** How long an opener has to fail; one that still runs then has shown a browser. */
const patienceMs = 1_000;

/**
 * Asks the system to show a page. False if that failed: `open` resolves as soon as its helper has started, and the
 * helper's exit code tells whether there was a browser. Never throws.
 */
export async function openBrowser(url: string): Promise<boolean> {
  try {
    const { default: open } = await import('open');
    const child = await open(url);
    return await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(true), patienceMs).unref();
      child.once('error', () => resolve(false));
      child.once('exit', (code) => {
        clearTimeout(timer);
        resolve(code === 0 || code === null);
      });
    });
  } catch {
    return false;
  }
}
