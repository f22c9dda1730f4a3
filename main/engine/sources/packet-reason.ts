/** What a server's refusal or farewell says, as the data of a failure. */

import type { ConnectionFailure } from '../../../shared/contract/connection-records.ts';
import type { Packet } from '../../../shared/mqtt/packet.ts';

export function reasonData({
  reasonCode,
  properties,
}: Extract<Packet, { type: 'connack' | 'disconnect' }>): ConnectionFailure['data'] {
  const { reasonString, serverReference } = properties ?? {};
  return {
    reasonCode,
    ...(reasonString === undefined ? {} : { reasonString }),
    ...(serverReference === undefined ? {} : { serverReference }),
  };
}
