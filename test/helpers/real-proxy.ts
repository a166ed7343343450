import { Server, type ServerOptions } from 'proxy-chain';
import type { Secure } from '../simulator/host.ts';
import { onTestEnd } from './overlapping.ts';

export type RealProxy = {
  /** `127.0.0.1:PORT`. */
  address: string;
  /** The hosts and ports that tunnels were asked for. */
  tunnels: string[];
};

export type ProxyUser = { name: string; password: string };

/** A proxy that other people made, on loopback. It asks for the user's name and password if there is one, and speaks TLS if it is secure. */
export async function startRealProxy(user?: ProxyUser, secure?: Secure): Promise<RealProxy> {
  const proxy: RealProxy = { address: '', tunnels: [] };
  const kind: ServerOptions = secure
    ? { serverType: 'https', httpsOptions: secure.options }
    : { serverType: 'http' };
  const server = new Server({
    ...kind,
    host: '127.0.0.1',
    port: 0,
    prepareRequestFunction: ({ username, password, hostname, port }) => {
      const isWelcome = user === undefined || (username === user.name && password === user.password);
      if (isWelcome) proxy.tunnels.push(`${hostname}:${port}`);
      return { requestAuthentication: !isWelcome };
    },
  });
  await server.listen();
  onTestEnd(() => server.close(true));
  proxy.address = `127.0.0.1:${server.port}`;
  return proxy;
}
