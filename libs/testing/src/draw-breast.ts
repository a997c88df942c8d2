const rows = 600;
const columns = 400;

/** A bright half ellipse at the right edge on a dark ground, 600 x 400, 16 bits: a breast that faces left. @param seed of its texture: another one is another image */
export function drawBreast(seed: number): { readonly rows: number; readonly columns: number; readonly data: Uint16Array<ArrayBuffer> } {
  const data = Uint16Array.from({ length: rows * columns }, (_, at) => {
    const [x, y] = [at % columns, Math.floor(at / columns)];
    const distance = Math.hypot((y - 300) / 220, (x - columns) / 250);
    return distance < 1 ? 20_000 + Math.round(30_000 * (1 - distance)) + ((x * 7 + y * 13 + seed) % 500) : 100;
  });
  return { rows, columns, data };
}
