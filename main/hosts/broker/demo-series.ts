/** Number series that look like something when charted. Time goes in as seconds, so that they can be tested. */

/** A daily-like swing with a slower drift and a little noise. */
export function swing(seconds: number, base: number, amplitude: number, periodSeconds: number): number {
  const turn = (2 * Math.PI * seconds) / periodSeconds;
  const noise = (Math.random() - 0.5) * amplitude * 0.08;
  return base + amplitude * Math.sin(turn) + amplitude * 0.3 * Math.sin(turn / 7.3) + noise;
}

/** Mostly calm, with a short burst each period: what a threshold is set for. */
export function bursts(seconds: number, calm: number, peak: number, periodSeconds: number): number {
  const phase = (seconds % periodSeconds) / periodSeconds;
  const envelope = Math.exp(-(((phase - 0.5) * 14) ** 2));
  return calm * (0.8 + 0.4 * Math.random()) + peak * envelope * (0.7 + 0.6 * Math.random());
}

/** Rounds to so many decimals. */
export function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
