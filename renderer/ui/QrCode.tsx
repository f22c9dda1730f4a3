/** A text as a QR code, for the camera of a device that has no keyboard. */

import { encodeQR } from 'qr';
import { type ReactNode, useMemo } from 'react';

/** Empty modules around the code that readers need, ISO/IEC 18004. */
const QUIET_ZONE = 4;

export interface QrCodeProps {
  readonly text: string;
  /** What assistive technology reads in its stead. */
  readonly label: string;
}

/** Dark on white in every theme: readers look for that. */
export function QrCode({ text, label }: QrCodeProps): ReactNode {
  const { size, path } = useMemo(() => {
    const modules = encodeQR(text, 'raw', { ecc: 'medium', border: QUIET_ZONE });
    const squares = modules.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
    return { size: modules.length, path: squares.join('') };
  }, [text]);
  return (
    <svg
      className="qr-code"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      width={size * 4}
      height={size * 4}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="white" />
      <path d={path} fill="black" />
    </svg>
  );
}
