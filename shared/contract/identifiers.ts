/** Numbers by which pages and the service name what they talk about. */

/** Numbers from one service; never reused while it runs. */
export type SourceId = number;
export type ViewId = number;
/** Number of a row in its capture, from 0, never reused; the page shows it plus one. */
export type Seq = number;
/** Rows from the first number to the last, both included. */
export type SeqRange = readonly [first: Seq, last: Seq];
