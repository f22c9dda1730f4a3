/** Where and why a capture file cannot be read on: closed sets, whose words are made in the page and in the command line. */

/** What cannot be read: the file itself, a part of pcap, or a block of pcapng. */
export type FilePart =
  | 'file'
  | 'pcap-header'
  | 'pcap-record'
  /** The first bytes of a block, of which not even the type is there. */
  | 'block-header'
  | 'section-header'
  | 'interface-description'
  | 'packet'
  | 'simple-packet'
  | 'enhanced-packet'
  | 'decryption-secrets'
  /** Of a type without a name here. */
  | 'other-block';

/** Lengths are bytes. */
export type FileFaultReason =
  /** `too-short`: the block has no room for its own fields. */
  | { readonly reason: 'empty' | 'gzip' | 'bad-magic' | 'bad-byte-order' | 'too-short' }
  /** The file ends after `bytes` of the part; `of` is how long it should be, where that is known. */
  | { readonly reason: 'cut'; readonly bytes: number; readonly of?: number }
  | { readonly reason: 'impossible-length'; readonly length: number }
  /** A block says its length before and after its content. */
  | { readonly reason: 'lengths-differ'; readonly before: number; readonly after: number }
  | { readonly reason: 'unknown-version'; readonly version: number }
  | { readonly reason: 'long-option'; readonly option: number }
  | { readonly reason: 'long-packet'; readonly length: number }
  | { readonly reason: 'no-such-interface'; readonly interfaceId: number };

/** Everything before stands. */
export type FileFault = FileFaultReason & {
  /** Byte position in the file of the block or record. */
  readonly offset: number;
  readonly part: FilePart;
  /** Present for blocks of pcapng. */
  readonly blockType?: number;
};
