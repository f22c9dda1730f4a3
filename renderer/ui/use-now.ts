/** The time of day for ages and waiting times, renewed at a fixed pace. */

import { useEffect, useState } from 'react';

/** Microseconds since the Unix epoch, renewed each `intervalMs`; stands still while `running` is false. */
export function useNowUs(intervalMs: number, running = true): number {
  const [now, setNow] = useState(() => Date.now() * 1000);
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => setNow(Date.now() * 1000), intervalMs);
    return () => clearInterval(timer);
  }, [intervalMs, running]);
  return now;
}
