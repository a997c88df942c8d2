/** Rounds to the nearest integer, a half to the even one: what OpenCV's cvRound does. For values well below 2^52 and not negative. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
}
