/** A packet as the command or the program that would do again what it did. */

import { microPythonProgram } from './micropython.ts';
import { mosquittoPub, mosquittoSub } from './mosquitto.ts';
import { mqttJsProgram } from './mqtt-js.ts';
import { pahoProgram } from './paho.ts';
import type { CopiedPacket, CopyConnection, ProgramForm } from './subject.ts';

/**
 * Runs as it is where the files that it names are there. A PUBLISH becomes a program that publishes and leaves; SUBSCRIBE and CONNECT become
 * programs that stay and print what comes. What the client cannot say is said in a comment. `mosquitto_pub` is for a PUBLISH alone, and
 * empty for the others.
 */
export function programText(packet: CopiedPacket, connection: CopyConnection, form: ProgramForm): string {
  switch (form) {
    case 'mosquitto_pub':
      return packet.type === 'publish' ? mosquittoPub(packet, connection) : '';
    case 'mosquitto_sub':
      return mosquittoSub(packet, connection);
    case 'paho1':
    case 'paho2':
      return pahoProgram(packet, connection, form === 'paho1' ? 1 : 2);
    case 'umqtt':
    case 'quecpython':
      return microPythonProgram(packet, connection, form);
    case 'mqttjs':
      return mqttJsProgram(packet, connection);
  }
}
