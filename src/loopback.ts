/** Whether a URL's host is this machine: 127.0.0.0/8, ::1 or localhost. `hostname` as `URL` has it, brackets included. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
