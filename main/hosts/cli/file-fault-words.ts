/** Where and why a capture file cannot be read on, as a sentence for a terminal. */

import type { FileFault, FileFaultReason, FilePart } from '../../../shared/contract/file-fault.ts';

type ReasonOf<R extends FileFaultReason['reason']> = Extract<FileFaultReason, { readonly reason: R }>;
type Words = { readonly [R in FileFaultReason['reason']]: (fault: ReasonOf<R>) => string };

const REASONS: Words = {
  empty: () => 'the file is empty',
  gzip: () => 'the file is compressed with gzip; decompress it first',
  'bad-magic': () => 'the magic number is none of pcap',
  'bad-byte-order': () => 'the byte-order magic is wrong',
  'too-short': () => 'the block is too short',
  cut: ({ bytes, of }) => `the file ends after ${bytes}${of === undefined ? '' : ` of its ${of}`} bytes`,
  'impossible-length': ({ length }) => `its length of ${length} bytes is impossible`,
  'lengths-differ': ({ before, after }) => `the block's two lengths differ: ${before} and ${after}`,
  'unknown-version': ({ version }) => `version ${version} of the format is not known`,
  'long-option': ({ option }) => `option ${option} reaches past the end of the block`,
  'long-packet': ({ length }) => `its packet of ${length} bytes reaches past the end of the block`,
  'no-such-interface': ({ interfaceId }) => `interface ${interfaceId} was not described`,
};

const PARTS: Readonly<Record<FilePart, string>> = {
  file: 'file',
  'pcap-header': 'file header',
  'pcap-record': 'packet record',
  'block-header': 'block header',
  'section-header': 'Section Header Block',
  'interface-description': 'Interface Description Block',
  packet: 'Packet Block',
  'simple-packet': 'Simple Packet Block',
  'enhanced-packet': 'Enhanced Packet Block',
  'decryption-secrets': 'Decryption Secrets Block',
  'other-block': 'block',
};

/** A file as it is named to its reader: `-` on a command line is the standard input. */
export function nameOf(file: string): string {
  return file === '-' ? 'stdin' : file;
}

/** One line without a full stop. */
export function fileFault(file: string, fault: FileFault): string {
  const { offset, part, blockType = 0 } = fault;
  // An empty or compressed file is none that was damaged.
  if (part === 'file') return `${file}: ${reasonOf(fault)}`;
  const where = part === 'other-block' ? `block of type 0x${blockType.toString(16)}` : PARTS[part];
  return `${file} is damaged at byte ${offset}, ${where}: ${reasonOf(fault)}`;
}

function reasonOf<R extends FileFaultReason['reason']>(fault: ReasonOf<R>): string {
  const words: (fault: ReasonOf<R>) => string = REASONS[fault.reason];
  return words(fault);
}
