export function filterRows(image: Uint8Array, rows: number, columns: number, into: Uint8Array): void {
  for (let y = 0; y < rows; y += 1) {
    const to = y * (columns + 1);
    into[to] = 2;
    for (let x = 0; x < columns; x += 1) {
      const at = y * columns + x;
      into[to + 1 + x] = (image[at + columns] ?? 0) - (image[at] ?? 0);
    }
  }
}
