import { CliError } from './errors.ts';

/** The port of `serve`, if nothing names another. */
export const usualPort = 4141;

/** Throws CliError `usage`. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new CliError('usage', `a port is a number from 0 to 65535, not "${text}"`);
  return port;
}

/** The port in the variable PORT, if it is set. Throws CliError `config`. */
export function readPort(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    return parsePort(text);
  } catch (error) {
    throw new CliError('config', `PORT in the environment is not a port: ${text}`, { cause: error });
  }
}
