/** MQTT.js with an empty callback: subscribes to everything and does nothing with it. Arguments: port, QoS. */

import { connect } from 'mqtt';
import { endWithParent } from '../children.ts';

endWithParent();
const client = connect(`mqtt://127.0.0.1:${process.argv[2]}`, { reconnectPeriod: 0 });
client.on('message', () => undefined);
client.on('connect', () => client.subscribe('#', { qos: Number(process.argv[3]) as 0 | 1 | 2 }));
client.on('close', () => process.exit(0));
client.on('error', () => process.exit(1));
