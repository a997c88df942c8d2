export const rows = 600;
export const columns = 400;

/** A bright half ellipse at the right edge on a dark ground: a breast that faces left. @param seed of its texture: another one is another image */
export function breast(seed: number) {
  const data = new Uint16Array(rows * columns);
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0; x < columns; x += 1) {
      const distance = Math.hypot((y - 300) / 220, (x - columns) / 250);
      data[y * columns + x] = distance < 1 ? 20_000 + Math.round(30_000 * (1 - distance)) + ((x * 7 + y * 13 + seed) % 500) : 100;
    }
  }
  return { rows, columns, data };
}
