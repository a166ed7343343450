import type { Fault } from './fault.ts';

/** What company proxies and networks with a sign-in answer in the place of GitHub or Copilot, each as a fault without a path. */
export const gatewayFaults = {
  forbidden: toFault({
    status: 403,
    body: '<!DOCTYPE html><html><head><TITLE>Blocked \u001b[31mby Zscaler &amp; Co</TITLE></head></html>',
    contentType: 'text/html; charset=utf-8',
  }),
  redirect: toFault({
    status: 302,
    headers: { location: 'https://sso.corp.example/login?state=CANARY' },
    body: '',
  }),
  success: toFault({
    status: 200,
    body: '<html><title>Sign in to the hotel</title></html>',
    contentType: 'text/html',
  }),
  mislabelled: toFault({
    status: 200,
    body: '\n<html><body>hello</body></html>',
    contentType: 'application/json',
  }),
  unauthorized: toFault({
    status: 401,
    body: '<html><title>Gateway</title></html>',
    contentType: 'text/html',
  }),
  proxyPassword: toFault({ status: 407, body: 'no', contentType: 'text/plain' }),
};

/** Nothing of the service is in such an answer, and it comes again. */
function toFault(fault: Omit<Fault, 'path'>): Omit<Fault, 'path'> {
  return { bare: true, times: 9, ...fault };
}
