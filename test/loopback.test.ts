import { describe, expect, it } from 'vitest';
import { isLoopback } from '../src/loopback.ts';

describe('the host of a URL', () => {
  it.each([
    'http://localhost/',
    'http://LOCALHOST:8080/',
    'http://127.0.0.1/',
    'http://127.1.2.3:80/',
    'http://127.1/',
    'http://0x7f.0.0.1/',
    'http://2130706433/',
    'http://[::1]:3000/',
    'http://[0:0:0:0:0:0:0:1]/',
  ])('of %s is this machine', (url) => {
    expect(isLoopback(new URL(url).hostname)).toBe(true);
  });

  it.each([
    'http://example.com/',
    'http://localhost.example.com/',
    'http://notlocalhost/',
    'http://127.0.0.1.example.com/',
    'http://127.example.com/',
    'http://128.0.0.1/',
    'http://0.0.0.0/',
    'http://10.0.0.1/',
    'http://192.168.1.1/',
    'http://[::2]/',
    'http://[fe80::1]/',
    'http://x127.0.0.1.nip.io/',
  ])('of %s is another machine, or may be', (url) => {
    expect(isLoopback(new URL(url).hostname)).toBe(false);
  });
});
