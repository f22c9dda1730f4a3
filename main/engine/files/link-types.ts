/** The link types of capture files that are read or written here, by the numbers of tcpdump.org/linktypes. */

export const LINKTYPE = {
  null: 0,
  ethernet: 1,
  rawBsd: 12,
  rawOpenBsd: 14,
  raw: 101,
  loop: 108,
  linuxSll: 113,
  ipv4: 228,
  ipv6: 229,
  wiresharkUpperPdu: 252,
  linuxSll2: 276,
} as const;
