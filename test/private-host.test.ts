import { describe, expect, it } from 'vitest';
import { isPrivateHost, refuseLead } from '../src/private-host.ts';

describe('the host of a URL', () => {
  it.each([
    'http://localhost/',
    'http://LOCALHOST.:8080/',
    'http://a.localhost/',
    'http://0/',
    'http://0.0.0.0/',
    'http://127.0.0.1./',
    'http://127.1/',
    'http://0x7f000001/',
    'http://2130706433/',
    'http://0177.0.0.1/',
    'http://10.0.0.1/',
    'http://10.255.255.255/',
    'http://100.100.100.200/',
    'http://172.16.0.1/',
    'http://172.31.255.255/',
    'http://192.0.0.192/',
    'http://192.168.1.1/',
    'http://169.254.169.254/',
    'http://0xa9fea9fe/',
    'http://①⑥⑨.254.169.254/',
    'http://[::]/',
    'http://[::1]/',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[::ffff:0:10.0.0.1]/',
    'http://[::10.0.0.1]/',
    'http://[64:ff9b::169.254.169.254]/',
    'http://[64:ff9b:1::8.8.8.8]/',
    'http://[2002:c0a8:101::1]/',
    'http://[fe80::1]/',
    'http://[febf::1]/',
    'http://[fec0::1]/',
    'http://[fc00::1]/',
    'http://[fd00:ec2::254]/',
  ])('of %s is this machine or in a private network', (url) => {
    expect(isPrivateHost(new URL(url).hostname)).toBe(true);
  });

  it.each([
    'http://example.com/',
    'http://localhost.example.com/',
    'http://notlocalhost/',
    'http://127.0.0.1.example.com/',
    'http://1.0.0.1/',
    'http://8.8.8.8/',
    'http://9.255.255.255/',
    'http://11.0.0.1/',
    'http://100.63.255.255/',
    'http://100.128.0.1/',
    'http://128.0.0.1/',
    'http://169.253.1.1/',
    'http://172.15.0.1/',
    'http://172.32.0.1/',
    'http://192.0.1.1/',
    'http://192.167.1.1/',
    'http://192.169.1.1/',
    'http://[::ffff:8.8.8.8]/',
    'http://[64:ff9b::8.8.8.8]/',
    'http://[2002:808:808::1]/',
    'http://[2001:4860:4860::8888]/',
    'http://[2606:4700::1111]/',
  ])('of %s is public, or may be', (url) => {
    expect(isPrivateHost(new URL(url).hostname)).toBe(false);
  });
});

describe('a URL that leads to another', () => {
  const inside = 'is on this machine or in a private network';
  it.each<[first: string, to: string, reason: string | undefined]>([
    ['https://example.com/', 'https://other.example/', undefined],
    ['http://example.com/', 'https://example.com/', undefined],
    ['http://example.com/', 'http://other.example/', undefined],
    ['https://example.com/', 'http://example.com/', 'is not encrypted'],
    ['https://example.com/', 'https://10.0.0.1/', inside],
    ['http://example.com/', 'http://localhost:3000/', inside],
    ['http://localhost:80/', 'http://LOCALHOST.:3000/', undefined],
    ['http://127.0.0.1:1/', 'http://127.1:2/', undefined],
    ['http://127.0.0.1/', 'http://localhost/', inside],
    ['http://10.0.0.1/', 'http://10.0.0.2/', inside],
    ['https://localhost/', 'http://localhost/', 'is not encrypted'],
    ['http://10.0.0.1/', 'https://example.com/', undefined],
  ])('from %s to %s is followed unless there is a reason: %j', (first, to, reason) => {
    const from = new URL(first);
    expect(refuseLead({ first: from, from, to: new URL(to) })).toBe(reason);
  });

  it('is measured by the host that the person named, and the scheme of the last', () => {
    const first = new URL('http://127.0.0.1/');
    const from = new URL('https://example.com/');
    expect(refuseLead({ first, from, to: new URL('https://127.0.0.1/') })).toBeUndefined();
    expect(refuseLead({ first, from, to: new URL('http://127.0.0.1/') })).toBe('is not encrypted');
  });
});
