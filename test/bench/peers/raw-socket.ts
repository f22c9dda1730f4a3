/** A socket that counts bytes and parses nothing: the ceiling of this machine. Argument: port. */

import { connect } from 'node:net';
import { endWithParent } from '../children.ts';

const CONNECT = Buffer.from([0x10, 13, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 0, 0, 1, 0x72]);
const SUBSCRIBE = Buffer.from([0x82, 6, 0, 1, 0, 1, 0x23, 0]);

endWithParent();
let bytes = 0;
const socket = connect(Number(process.argv[2]), '127.0.0.1', () => {
  socket.write(CONNECT);
  socket.write(SUBSCRIBE);
});
socket.on('data', (chunk) => {
  bytes += chunk.length;
});
socket.on('error', () => undefined);
socket.on('close', () => process.exit(bytes > 0 ? 0 : 1));
