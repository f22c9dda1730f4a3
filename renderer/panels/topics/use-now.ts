/** The time of day for ages and waiting times, renewed at a fixed pace. */

import { useEffect, useState } from 'react';

/** Microseconds since the Unix epoch, renewed each `intervalMs`. */
export function useNowUs(intervalMs: number): number {
  const [now, setNow] = useState(() => Date.now() * 1000);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() * 1000), intervalMs);
    return () => clearInterval(timer);
  }, [intervalMs]);
  return now;
}
