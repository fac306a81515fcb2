import { BlockList, isIP } from "node:net"

/** Networks that are not the public internet. Source: RFC 6890, RFC 6598, RFC 4193, RFC 4291, RFC 6052, RFC 3056. */
const networks = new BlockList()
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3]
] as const) {
  networks.addSubnet(network, prefix, "ipv4")
}
for (const [network, prefix] of [
  ["::", 96],
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  ["2002::", 16],
  ["fc00::", 7],
  ["fe80::", 9],
  ["ff00::", 8]
] as const) {
  networks.addSubnet(network, prefix, "ipv6")
}

/** False for an address outside the public internet. A host name is judged by its addresses, once they are known. */
export const isPublic = (host: string): boolean => {
  const family = isIP(host)
  return family === 0 || !networks.check(host, family === 4 ? "ipv4" : "ipv6")
}
