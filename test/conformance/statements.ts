/** The 251 normative statements of MQTT 5.0 (OASIS Standard, Appendix B), each in a few words of ours, and whom it binds. */

/** `both`: client and server, or sender and receiver whoever they are. */
type Bound = 'client' | 'server' | 'both';

export interface Statement {
  readonly id: string;
  readonly binds: Bound;
  /** What it asks, shortened; the standard rules. */
  readonly text: string;
}

/** One line each: number, `c`lient, `s`erver or `b`oth, text. */
const LIST = `
1.5.4-1 b Text is well-formed UTF-8 without surrogates
1.5.4-2 b Text has no U+0000
1.5.4-3 b U+FEFF in text is a character and is kept
1.5.5-1 b A Variable Byte Integer takes as few bytes as it can
1.5.7-1 b Both halves of a string pair are legal text
2.1.3-1 b Reserved flag bits of the fixed header have their listed values
2.2.1-2 b QoS 0 has no Packet Identifier
2.2.1-3 c A new SUBSCRIBE, UNSUBSCRIBE or QoS>0 PUBLISH takes an identifier that is not zero and not in use
2.2.1-4 s A new QoS>0 PUBLISH takes an identifier that is not zero and not in use
2.2.1-5 b Acknowledgements carry the identifier of their PUBLISH
2.2.1-6 s SUBACK and UNSUBACK carry the identifier of what they answer
2.2.2-1 b No properties is written as Property Length zero
3.1.0-1 c CONNECT comes first on a connection
3.1.0-2 s A second CONNECT closes the connection
3.1.2-1 b The Protocol Name is MQTT
3.1.2-2 s An unsupported Protocol Version may be answered with 0x84 and is closed
3.1.2-3 s The reserved flag of CONNECT is checked to be 0
3.1.2-4 s Clean Start 1 begins a new session
3.1.2-5 s Clean Start 0 resumes a session that exists
3.1.2-6 s Clean Start 0 begins a session where none exists
3.1.2-7 s Will Flag 1 keeps a Will Message with the session
3.1.2-8 s When and whether the will is published
3.1.2-9 c Will Flag 1 brings will properties, topic and payload
3.1.2-10 s The will is removed once published or called off
3.1.2-11 c Will Flag 0 has Will QoS 0
3.1.2-12 c Will QoS is 0, 1 or 2
3.1.2-13 c Will Flag 0 has Will Retain 0
3.1.2-14 s Will Retain 0 publishes the will not retained
3.1.2-15 s Will Retain 1 publishes the will retained
3.1.2-16 c User Name Flag 0 has no User Name
3.1.2-17 c User Name Flag 1 has a User Name
3.1.2-18 c Password Flag 0 has no Password
3.1.2-19 c Password Flag 1 has a Password
3.1.2-20 c PINGREQ goes out where nothing else did within Keep Alive
3.1.2-21 c Server Keep Alive replaces the client's own
3.1.2-22 s A client silent for one and a half Keep Alive is closed
3.1.2-23 b Session state outlives the connection while Session Expiry Interval is above 0
3.1.2-24 s No packet exceeds the client's Maximum Packet Size
3.1.2-25 s A packet too large to send counts as sent
3.1.2-26 s No Topic Alias exceeds the client's maximum
3.1.2-27 s No Topic Alias without a Topic Alias Maximum of the client
3.1.2-28 s Request Response Information 0 brings no Response Information
3.1.2-29 s Request Problem Information 0 limits where reasons are explained
3.1.2-30 c With an Authentication Method only AUTH and DISCONNECT precede CONNACK
3.1.3-1 c Order of the CONNECT payload's fields
3.1.3-2 b The Client Identifier names the session
3.1.3-3 c The Client Identifier comes first in the payload
3.1.3-4 c The Client Identifier is legal text
3.1.3-5 s Identifiers of 1 to 23 letters and digits are allowed
3.1.3-6 s An empty identifier may be allowed, and is then replaced by a unique one
3.1.3-7 s The replacement is told in CONNACK
3.1.3-8 s A refused identifier may be answered with 0x85 and is closed
3.1.3-9 s Reconnecting within the Will Delay Interval calls the will off
3.1.3-10 s User Properties of the will keep their order
3.1.3-11 c The Will Topic is legal text
3.1.3-12 c The User Name is legal text
3.1.4-1 s CONNECT is checked, and a wrong one is closed
3.1.4-2 s Further checks may refuse and close
3.1.4-3 s A second connection of the same identifier disconnects the first with 0x8E
3.1.4-4 s Clean Start is obeyed
3.1.4-5 s An accepted CONNECT is answered with CONNACK 0x00
3.1.4-6 s After a refusal nothing but AUTH is looked at
3.2.0-1 s CONNACK precedes every packet but AUTH
3.2.0-2 s One CONNACK in a connection
3.2.2-1 s Reserved bits of the acknowledge flags are 0
3.2.2-2 s A clean start is accepted with Session Present 0
3.2.2-3 s Otherwise Session Present tells whether there was a session
3.2.2-4 c Session Present 1 without state of its own: close
3.2.2-5 c Session Present 0: discard state
3.2.2-6 s A refusal has Session Present 0
3.2.2-7 s After a refusal the server closes
3.2.2-8 s CONNACK has a listed reason code
3.2.2-9 s A server without QoS 1 or 2 says so by Maximum QoS
3.2.2-10 s Such a server takes any QoS in SUBSCRIBE
3.2.2-11 c No PUBLISH above Maximum QoS
3.2.2-12 s A will above the supported QoS is refused
3.2.2-13 s A retained will is refused where Retain is not available
3.2.2-14 c No RETAIN where Retain Available is 0
3.2.2-15 c No packet above the server's Maximum Packet Size
3.2.2-16 s An empty Client Identifier gets an assigned one that is new
3.2.2-17 c No Topic Alias above the server's maximum
3.2.2-18 c No Topic Alias without a Topic Alias Maximum of the server
3.2.2-19 s No Reason String that makes CONNACK too large
3.2.2-20 s No User Property that makes CONNACK too large
3.2.2-21 c Server Keep Alive replaces the value sent
3.2.2-22 s Without Server Keep Alive the client's value holds
3.3.1-1 b DUP is 1 on a re-delivery
3.3.1-2 b DUP is 0 at QoS 0
3.3.1-3 b DUP is set by the hop's own retransmission alone
3.3.1-4 b Both QoS bits are never set
3.3.1-5 s RETAIN 1 replaces the retained message
3.3.1-6 s An empty retained message removes it
3.3.1-7 s An empty message is not stored
3.3.1-8 s RETAIN 0 leaves the retained message alone
3.3.1-9 s Retain Handling 0 sends retained messages
3.3.1-10 s Retain Handling 1 sends them to new subscriptions
3.3.1-11 s Retain Handling 2 sends none
3.3.1-12 s Retain As Published 0 forwards with RETAIN 0
3.3.1-13 s Retain As Published 1 forwards RETAIN as it came
3.3.2-1 b The Topic Name comes first and is legal text
3.3.2-2 b A Topic Name has no wildcard
3.3.2-3 s The topic sent matches the subscription
3.3.2-4 s Payload Format Indicator is forwarded unaltered
3.3.2-5 s A message that expired is not delivered
3.3.2-6 s The expiry interval is forwarded less the time waited
3.3.2-7 b Topic Aliases end with their connection
3.3.2-8 b Topic Alias 0 is never sent
3.3.2-9 c No Topic Alias above the server's maximum
3.3.2-10 c Every Topic Alias up to the client's own maximum is taken
3.3.2-11 s No Topic Alias above the client's maximum
3.3.2-12 s Every Topic Alias up to the server's own maximum is taken
3.3.2-13 b The Response Topic is legal text
3.3.2-14 b The Response Topic has no wildcard
3.3.2-15 s The Response Topic is forwarded unaltered
3.3.2-16 s Correlation Data is forwarded unaltered
3.3.2-17 s User Properties are forwarded unaltered
3.3.2-18 s User Properties keep their order
3.3.2-19 b The Content Type is legal text
3.3.2-20 s The Content Type is forwarded unaltered
3.3.4-1 b PUBLISH is answered as its QoS demands
3.3.4-2 s Overlapping subscriptions deliver at the highest QoS
3.3.4-3 s Subscription Identifiers accompany the message
3.3.4-4 s One copy carries all identifiers
3.3.4-5 s Several copies carry one each
3.3.4-6 c No Subscription Identifier in a client's PUBLISH
3.3.4-7 c No more unacknowledged PUBLISHes than the server's Receive Maximum
3.3.4-8 c Other packets are not held up by it
3.3.4-9 s No more unacknowledged PUBLISHes than the client's Receive Maximum
3.3.4-10 s Other packets are not held up by it
3.4.2-1 b PUBACK has a listed reason code
3.4.2-2 b No Reason String that makes PUBACK too large
3.4.2-3 b No User Property that makes PUBACK too large
3.5.2-1 b PUBREC has a listed reason code
3.5.2-2 b No Reason String that makes PUBREC too large
3.5.2-3 b No User Property that makes PUBREC too large
3.6.1-1 b Flags of PUBREL are 0010
3.6.2-1 b PUBREL has a listed reason code
3.6.2-2 b No Reason String that makes PUBREL too large
3.6.2-3 b No User Property that makes PUBREL too large
3.7.2-1 b PUBCOMP has a listed reason code
3.7.2-2 b No Reason String that makes PUBCOMP too large
3.7.2-3 b No User Property that makes PUBCOMP too large
3.8.1-1 b Flags of SUBSCRIBE are 0010
3.8.3-1 c Topic Filters of SUBSCRIBE are legal text
3.8.3-2 c SUBSCRIBE has at least one filter
3.8.3-3 s No Local keeps the publisher's own messages away
3.8.3-4 c No Local is not set on a shared subscription
3.8.3-5 b Reserved bits of the Subscription Options are 0
3.8.4-1 s SUBSCRIBE is answered with SUBACK
3.8.4-2 s SUBACK has the identifier of its SUBSCRIBE
3.8.4-3 s An identical filter replaces the subscription
3.8.4-4 s Replacing with Retain Handling 0 sends retained messages again and loses none
3.8.4-5 s Several filters count as several SUBSCRIBEs with one answer
3.8.4-6 s SUBACK has one code for each filter
3.8.4-7 s Each code is the granted QoS or a failure
3.8.4-8 s Messages come at the lower of published and granted QoS
3.9.2-1 s No Reason String that makes SUBACK too large
3.9.2-2 s No User Property that makes SUBACK too large
3.9.3-1 s Codes of SUBACK are in the order of the filters
3.9.3-2 s SUBACK has listed reason codes
3.10.1-1 b Flags of UNSUBSCRIBE are 0010
3.10.3-1 c Topic Filters of UNSUBSCRIBE are legal text
3.10.3-2 c UNSUBSCRIBE has at least one filter
3.10.4-1 s Filters are compared character by character
3.10.4-2 s After UNSUBSCRIBE no new messages are added
3.10.4-3 s Deliveries under way at QoS 1 and 2 are completed
3.10.4-4 s UNSUBSCRIBE is answered with UNSUBACK
3.10.4-5 s UNSUBACK has the identifier of its UNSUBSCRIBE, even if nothing was removed
3.10.4-6 s Several filters count as several UNSUBSCRIBEs with one answer
3.11.2-1 s No Reason String that makes UNSUBACK too large
3.11.2-2 s No User Property that makes UNSUBACK too large
3.11.3-1 s Codes of UNSUBACK are in the order of the filters
3.11.3-2 s UNSUBACK has listed reason codes
3.12.4-1 s PINGREQ is answered with PINGRESP
3.14.0-1 s No DISCONNECT before a successful CONNACK
3.14.1-1 b Reserved flags of DISCONNECT are 0
3.14.2-1 b DISCONNECT has a listed reason code
3.14.2-2 s A server's DISCONNECT has no Session Expiry Interval
3.14.2-3 b No Reason String that makes DISCONNECT too large
3.14.2-4 b No User Property that makes DISCONNECT too large
3.14.4-1 b Nothing is sent after DISCONNECT
3.14.4-2 b Who sends DISCONNECT closes
3.14.4-3 s DISCONNECT 0x00 discards the will
3.15.1-1 b Reserved flags of AUTH are 0
3.15.2-1 b AUTH has a listed reason code
3.15.2-2 b No Reason String that makes AUTH too large
3.15.2-3 b No User Property that makes AUTH too large
4.1.0-1 b Session state is kept while the connection stands
4.1.0-2 s Session state ends when its expiry interval has passed
4.2.0-1 b The transport is an ordered, lossless stream both ways
4.3.1-1 b QoS 0 is sent with DUP 0
4.3.2-1 b QoS 1: each new message takes a free identifier
4.3.2-2 b QoS 1: the first PUBLISH has DUP 0
4.3.2-3 b QoS 1: unacknowledged until PUBACK
4.3.2-4 b QoS 1: the receiver answers PUBACK
4.3.2-5 b QoS 1: after PUBACK the identifier is new
4.3.3-1 b QoS 2: each new message takes a free identifier
4.3.3-2 b QoS 2: the first PUBLISH has DUP 0
4.3.3-3 b QoS 2: unacknowledged until PUBREC
4.3.3-4 b QoS 2: a good PUBREC is answered with PUBREL
4.3.3-5 b QoS 2: PUBREL is unacknowledged until PUBCOMP
4.3.3-6 b QoS 2: no PUBLISH again after PUBREL
4.3.3-7 b QoS 2: no expiry once the PUBLISH went out
4.3.3-8 b QoS 2: the receiver answers PUBREC
4.3.3-9 b QoS 2: after a PUBREC that rejects, the identifier is new
4.3.3-10 b QoS 2: until PUBREL a repeated PUBLISH is answered and not delivered again
4.3.3-11 b QoS 2: PUBREL is answered with PUBCOMP
4.3.3-12 b QoS 2: after PUBCOMP the identifier is new
4.3.3-13 b QoS 2: the handshake goes on even for an expired message
4.4.0-1 b Unacknowledged PUBLISH and PUBREL are resent on reconnecting, and only then
4.4.0-2 b A PUBACK or PUBREC that rejects acknowledges all the same
4.5.0-1 s A message reaches the session of every matching subscriber
4.5.0-2 c Every PUBLISH is acknowledged, processed or not
4.6.0-1 c PUBLISHes are resent in their order
4.6.0-2 c PUBACKs follow the order of arrival
4.6.0-3 c PUBRECs follow the order of arrival
4.6.0-4 c PUBRELs follow the order of the PUBRECs
4.6.0-5 s Messages of an ordered topic stay in order
4.6.0-6 s Topics are ordered for subscriptions that are not shared
4.7.0-1 b Wildcards are for filters, not for names
4.7.1-1 b The multi-level wildcard stands alone and last
4.7.1-2 b The single-level wildcard takes a whole level
4.7.2-1 s Filters that begin with a wildcard do not match $-topics
4.7.3-1 b Names and filters have at least one character
4.7.3-2 b Names and filters have no U+0000
4.7.3-3 b Names and filters have at most 65 535 bytes
4.7.3-4 b Matching does not normalize
4.8.2-1 c A shared filter has a ShareName of at least one character
4.8.2-2 c A ShareName has no wildcard and no slash, and a filter follows
4.8.2-3 s Shared subscribers get messages at their granted QoS
4.8.2-4 s A QoS 2 delivery to a shared subscriber is completed on its reconnection
4.8.2-5 s A QoS 2 delivery ends with its subscriber's session
4.8.2-6 s A rejected delivery is discarded
4.9.0-1 b The send quota starts at no more than Receive Maximum
4.9.0-2 b No QoS>0 PUBLISH at a quota of zero
4.9.0-3 b Everything else goes on at a quota of zero
4.12.0-1 s An unsupported method may be refused and is closed
4.12.0-2 s A server's AUTH continues with 0x18
4.12.0-3 c A client's AUTH answers with 0x18
4.12.0-4 s Authentication may be refused at any point
4.12.0-5 b Every AUTH, and CONNACK, has the method of CONNECT
4.12.0-6 s No AUTH where CONNECT named no method
4.12.0-7 c No AUTH where CONNECT named no method
4.12.1-1 c Re-authentication keeps the method
4.12.1-2 b A failed re-authentication closes
4.13.1-1 s Malformed packets and protocol errors close the connection
4.13.2-1 b A reason of 0x80 and above in CONNACK or DISCONNECT closes
6.0.0-1 b WebSocket frames are binary; any other closes
6.0.0-2 b Packets need not fit WebSocket frames
6.0.0-3 c The client offers the sub-protocol mqtt
6.0.0-4 s The server picks the sub-protocol mqtt
`;

const BOUND = { c: 'client', s: 'server', b: 'both' } as const;

function parse(line: string): Statement {
  const match = /^(\S+) ([csb]) (.+)$/.exec(line);
  const [, number, letter, text] = match ?? [];
  if (number === undefined || text === undefined || !isBound(letter)) throw new Error(`not a statement: ${line}`);
  return { id: `MQTT-${number}`, binds: BOUND[letter], text };
}

function isBound(letter: string | undefined): letter is keyof typeof BOUND {
  return letter !== undefined && Object.hasOwn(BOUND, letter);
}

/** In the order of Appendix B. */
export const STATEMENTS: readonly Statement[] = LIST.trim().split('\n').map(parse);

/** Statements that bind a client and need no code of ours that a tag could stand on, each with the reason. */
export const WITHOUT_CODE: ReadonlyMap<string, string> = new Map([
  ['MQTT-1.5.7-1', 'Both halves go through the one reader and the one writer of text: MQTT-1.5.4-1.'],
  ['MQTT-3.1.2-12', "The type of a will's QoS has no fourth value."],
  ['MQTT-3.1.2-16', 'The flag is made from the field: absent is 0.'],
  ['MQTT-3.1.2-17', 'The flag is made from the field: present is 1.'],
  ['MQTT-3.1.3-11', 'Goes through the one reader and the one writer of text: MQTT-1.5.4-1.'],
  ['MQTT-3.1.3-12', 'Goes through the one reader and the one writer of text: MQTT-1.5.4-1.'],
  ['MQTT-3.3.2-19', 'Goes through the one reader and the one writer of text: MQTT-1.5.4-1.'],
  ['MQTT-3.4.2-2', 'We send PUBACK without a Reason String.'],
  ['MQTT-3.4.2-3', 'We send PUBACK without User Properties.'],
  ['MQTT-3.5.2-2', 'We send PUBREC without a Reason String.'],
  ['MQTT-3.5.2-3', 'We send PUBREC without User Properties.'],
  ['MQTT-3.6.2-2', 'We send PUBREL without a Reason String.'],
  ['MQTT-3.6.2-3', 'We send PUBREL without User Properties.'],
  ['MQTT-3.7.2-2', 'We send PUBCOMP without a Reason String.'],
  ['MQTT-3.7.2-3', 'We send PUBCOMP without User Properties.'],
  ['MQTT-3.15.2-2', 'We send AUTH without a Reason String.'],
  ['MQTT-3.15.2-3', 'We send AUTH without User Properties.'],
  ['MQTT-4.2.0-1', 'TCP, TLS and WebSocket are such streams; others are not offered.'],
  ['MQTT-4.3.3-13', 'A receiving client applies no expiry, so nothing can cut a handshake short.'],
  ['MQTT-4.12.1-2', "The server's DISCONNECT is surfaced; a client has no way to judge the server's credentials."],
]);
