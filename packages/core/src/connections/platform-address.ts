import { BlockList, isIP } from "node:net";

const GLOBAL_UNICAST = listOf("ipv6", ["2000::/3"]);

/** IANA's special-purpose registries (RFC 6890 and later): what is not on the public internet, or leads elsewhere than it says. */
const SPECIAL = listOf(
  "ipv4",
  [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
  ],
  // Teredo and its neighbours, documentation, and 6to4, which carries an IPv4 address inside.
  listOf("ipv6", ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]),
);

/** No operator means these: what a cloud tells its machines of themselves, this very host, and everybody at once. */
const NEVER = listOf(
  "ipv4",
  ["0.0.0.0/8", "169.254.0.0/16", "100.100.100.200/32", "224.0.0.0/4", "240.0.0.0/4"],
  listOf("ipv6", ["::/128", "fe80::/10", "ff00::/8", "fd00:ec2::254/128"]),
);

const MAPPED = listOf("ipv6", ["::ffff:0:0/96", "64:ff9b::/96"]);

/**
 * Whether a platform may be reached at this address.
 *
 * Of IPv6 only what is given out as global unicast is public, so that mapped, translated (NAT64), local and future forms are
 * refused without being listed.
 *
 * @param named the operator named the host: it may be in a private network.
 */
export function mayConnectTo(address: string, { named }: { readonly named: boolean }): boolean {
  // A zone names an interface of this machine.
  const family = address.includes("%") ? 0 : isIP(address);
  if (family === 4) return !(named ? NEVER : SPECIAL).check(address, "ipv4");
  if (family !== 6) return false;
  // An IPv4 address inside one of IPv6 has a form of its own, in which it can be judged.
  if (named) return !MAPPED.check(address, "ipv6") && !NEVER.check(address, "ipv6");
  return GLOBAL_UNICAST.check(address, "ipv6") && !SPECIAL.check(address, "ipv6");
}

function listOf(family: "ipv4" | "ipv6", subnets: readonly string[], list = new BlockList()): BlockList {
  for (const subnet of subnets) {
    const [net = "", bits = ""] = subnet.split("/");
    list.addSubnet(net, Number(bits), family);
  }
  return list;
}
