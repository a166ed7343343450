import type { Env } from '../env.ts';

/** Whether a person could see a browser that opens: not over SSH, and not on a Linux without a screen. */
export function canOpenBrowser(env: Env, platform: NodeJS.Platform): boolean {
  if (env.BROWSER) return true;
  if (env.SSH_CONNECTION || env.SSH_TTY || env.CI) return false;
  if (platform === 'darwin' || platform === 'win32') return true;
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY || env.WSL_DISTRO_NAME);
}

/** An opener that still runs after this time has shown a browser. */
const patienceMs = 1_000;

/** Opens a page. False if that failed. `open` resolves as soon as its helper starts; only the exit code tells. Never throws. */
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
