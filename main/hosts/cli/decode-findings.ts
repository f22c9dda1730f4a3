/** What a capture file held besides the packets that were written, in sentences. */

import type { HeadlessDecode } from '../../service/headless-decode.ts';
import { amount } from './capture-summary.ts';

export function findingLines(findings: HeadlessDecode['findings']): readonly string[] {
  const { gaps, gapBytes, skippedBytes, fragments, otherConnections, tlsConnections, otherPdus, unknownLinks } =
    findings;
  return [
    ...(gaps === 0 ? [] : [`${amount(gaps, 'gap')} in TCP streams: ${amount(gapBytes, 'byte')} not in the file`]),
    ...(skippedBytes === 0 ? [] : [`${amount(skippedBytes, 'byte')} passed over until a packet began`]),
    ...(fragments === 0 ? [] : [`${amount(fragments, 'IP fragment')} passed over: they are not put together here`]),
    ...(tlsConnections === 0 ? [] : [`${amount(tlsConnections, 'connection')} under TLS, which cannot be read`]),
    ...(otherConnections === 0 ? [] : [`${amount(otherConnections, 'TCP connection')} without MQTT`]),
    ...(otherPdus === 0 ? [] : [`${amount(otherPdus, 'exported packet')} of other protocols`]),
    ...[...unknownLinks].map(
      ([type, frames]) => `${amount(frames, 'frame')} of link type ${type}, which is not known here`,
    ),
  ];
}
