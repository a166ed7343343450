import { describe, expect, it } from 'vitest';
import { listOddEntries, parseNoProxy } from '../../src/http/no-proxy.ts';

describe('NO_PROXY', () => {
  it.each<[text: string, url: string]>([
    ['*', 'https://anything.test/'],
    ['example.test', 'https://example.test/'],
    ['example.test', 'https://api.example.test/'],
    ['.example.test', 'https://api.example.test/'],
    ['.example.test', 'https://example.test/'],
    ['*.example.test', 'https://deep.api.example.test/'],
    ['EXAMPLE.test', 'https://api.example.TEST/'],
    ['example.test.', 'https://example.test/'],
    ['example.test', 'https://example.test./'],
    ['other.test, example.test', 'https://example.test/'],
    ['other.test example.test', 'https://example.test/'],
    ['example.test:443', 'https://example.test/'],
    ['example.test:80', 'http://example.test/'],
    ['example.test:8443', 'https://api.example.test:8443/'],
    ['10.1.2.3', 'https://10.1.2.3/'],
    ['10.1.2.3:8443', 'https://10.1.2.3:8443/'],
    ['10.0.0.0/8', 'https://10.200.3.4/'],
    ['192.168.4.0/22', 'https://192.168.7.255:8443/'],
    ['0.0.0.0/0', 'https://203.0.113.9/'],
    ['fd00::/8', 'https://[fd12:3456::1]/'],
    ['[fd00::]/8', 'https://[fd12:3456::1]/'],
    ['fd12::1', 'https://[fd12:0:0::1]/'],
    ['[fd12::1]:8443', 'https://[fd12::1]:8443/'],
    ['10.0.0.0/8', 'https://[::ffff:10.1.2.3]/'],
  ])('%j covers %s', (text, url) => {
    expect(parseNoProxy(text)(new URL(url))).toBe(true);
  });

  it.each<[text: string, url: string]>([
    ['', 'https://example.test/'],
    [' , ', 'https://example.test/'],
    ['example.test', 'https://notexample.test/'],
    ['api.example.test', 'https://example.test/'],
    ['example.test:8443', 'https://example.test/'],
    ['example.test:80', 'https://example.test/'],
    ['10.1.2.3:8443', 'https://10.1.2.3/'],
    ['10.0.0.0/8', 'https://11.0.0.1/'],
    ['192.168.4.0/22', 'https://192.168.8.0/'],
    ['10.0.0.0/8', 'https://10.example.test/'],
    ['10.0.0.0/33', 'https://10.0.0.1/'],
    ['10.0.0.0/x', 'https://10.0.0.1/'],
    ['example.test/24', 'https://example.test/'],
    ['fd00::/8', 'https://[fe80::1]/'],
    ['fd00::/129', 'https://[fd00::1]/'],
    ['[fd12::1]:8443', 'https://[fd12::1]/'],
    ['.', 'https://example.test/'],
    ['*.', 'https://example.test/'],
    ['.*', 'https://example.test/'],
    ['::zz', 'https://example.test/'],
  ])('%j does not cover %s', (text, url) => {
    expect(parseNoProxy(text)(new URL(url))).toBe(false);
  });
});

describe('an entry of NO_PROXY that covers nothing', () => {
  it.each([
    '10.0.0.0/33',
    '10.0.0.0/x',
    'fd00::/129',
    'example.test/24',
    'https://example.test',
    'https://example.test/8',
    'example.test:http',
    '10.*',
    '10.1',
    '010.0.0.1',
    'ex*mple.test',
    '[::1',
    '[fd12::zz]:80',
    '.',
    '*.',
  ])('is found: %s', (entry) => {
    expect(listOddEntries(`example.test, ${entry.toUpperCase()}`)).toEqual([entry]);
    for (const host of ['example.org', '10.0.0.1', '[fd12::1]'])
      expect(parseNoProxy(entry)(new URL(`https://${host}/`))).toBe(false);
  });

  it('is no entry that covers something', () => {
    const good =
      '*, localhost, .example.test, *.example.test, example.test., example.test:8443, my_host, bücher.test, 10.1.2.3, 10.1.2.3:80, 10.0.0.0/8, fd00::/8, [fd00::]/8, ::1, [::1]:8080';
    expect(listOddEntries(good)).toEqual([]);
  });
});
