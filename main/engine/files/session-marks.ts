/** What our own pcapng files say beside the packets, as comments that a person can read: who caused one, and what a session holds. */

const INITIATOR = 'initiator: ';
const SESSION = 'MQTT Inspector session: ';
/** Characters of a comment: four bytes each fit its 65 535. */
const PIECE = 16_000;

/** The comments of a packet. */
export function packetComments(comment: string, initiator: string): readonly string[] {
  return [...(initiator === '' ? [] : [`${INITIATOR}${initiator}`]), ...(comment === '' ? [] : [comment])];
}

/** What {@link packetComments} was made of; comments of other programs are taken as one. */
export function readPacketComments(comments: readonly string[]): {
  readonly comment: string;
  readonly initiator: string;
} {
  const initiator = comments.find((each) => each.startsWith(INITIATOR))?.slice(INITIATOR.length) ?? '';
  return { comment: comments.filter((each) => !each.startsWith(INITIATOR)).join('\n'), initiator };
}

/** The description of a session, JSON, as the comments of a section. */
export function sessionComments(description: string): readonly string[] {
  const comments: string[] = [];
  for (let at = 0; at < description.length; at += PIECE)
    comments.push(`${SESSION}${description.slice(at, at + PIECE)}`);
  return comments;
}

/** Undefined where the section is of no session. */
export function readSessionComments(comments: readonly string[]): string | undefined {
  const pieces = comments.filter((comment) => comment.startsWith(SESSION));
  return pieces.length === 0 ? undefined : pieces.map((piece) => piece.slice(SESSION.length)).join('');
}
