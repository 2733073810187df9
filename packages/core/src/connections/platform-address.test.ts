import { expect, test } from "vitest";
import { mayConnectTo } from "./platform-address.ts";

const PUBLIC = ["8.8.8.8", "1.1.1.1", "100.63.255.255", "172.32.0.1", "2606:4700::1111", "2a00:1450:4001::1"];
const PRIVATE = [
  "10.0.0.7",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "127.0.0.1",
  "100.64.0.1",
  "fd12::7",
  "::1",
];
const NOBODYS = [
  "0.0.0.0",
  "169.254.169.254",
  "100.100.100.200",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "fe80::1",
  "fe80::1%eth0",
  "ff02::1",
  "fd00:ec2::254",
  "::ffff:127.0.0.1",
  "::ffff:a9fe:a9fe",
  "::ffff:8.8.8.8",
  "64:ff9b::7f00:1",
];
const RESERVED = [
  "192.0.2.1",
  "198.18.0.1",
  "198.51.100.1",
  "203.0.113.9",
  "2001:db8::1",
  "2002:7f00:1::",
  "2001::1",
];

test.each(PUBLIC)("%s is on the public internet", (address) => {
  expect(mayConnectTo(address, { named: false })).toBe(true);
});

test.each([...PRIVATE, ...NOBODYS, ...RESERVED, "2130706433", "localhost", ""])(
  "%s is refused where the operator did not name the host",
  (address) => {
    expect(mayConnectTo(address, { named: false })).toBe(false);
  },
);

test.each([...PRIVATE, ...PUBLIC])("%s may be reached where the operator named the host", (address) => {
  expect(mayConnectTo(address, { named: true })).toBe(true);
});

test.each(NOBODYS)("%s is refused also where the operator named the host", (address) => {
  expect(mayConnectTo(address, { named: true })).toBe(false);
});
