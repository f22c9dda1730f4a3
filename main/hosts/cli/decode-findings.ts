/** What a capture file held besides the packets that were written, in sentences. */

import type { HeadlessDecode } from '../../service/headless-decode.ts';

export function findingLines(findings: HeadlessDecode['findings']): readonly string[] {
  const { gaps, gapBytes, skippedBytes, fragments, otherConnections, tlsConnections, otherPdus, unknownLinks } =
    findings;
  return [
    ...(gaps === 0 ? [] : [`${gaps} gaps in TCP streams: ${gapBytes} bytes are not in the file`]),
    ...(skippedBytes === 0 ? [] : [`${skippedBytes} bytes were passed over until a packet began`]),
    ...(fragments === 0 ? [] : [`${fragments} IP fragments were passed over`]),
    ...(tlsConnections === 0 ? [] : [`${tlsConnections} TLS connections cannot be read`]),
    ...(otherConnections === 0 ? [] : [`${otherConnections} TCP connections are not MQTT`]),
    ...(otherPdus === 0 ? [] : [`${otherPdus} exported packets of other protocols`]),
    ...[...unknownLinks].map(([type, frames]) => `${frames} frames of link type ${type}, which is not known here`),
  ];
}
