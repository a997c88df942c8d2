export function filterRows(image: Uint8Array, rows: number, columns: number, into: Uint8Array): void {
  for (let y = 0; y < rows; y += 1) {
    const to = y * (columns + 1);
    into[to] = 1;
    let left = 0;
    for (let x = 0; x < columns; x += 1) {
      const value = image[y * columns + x] ?? 0;
      into[to + 1 + x] = value - left;
      left = value;
    }
  }
}
