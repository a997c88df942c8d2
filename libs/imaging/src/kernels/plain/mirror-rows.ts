export function mirrorRows(image: Uint8Array, rows: number, columns: number): void {
  for (let y = 0; y < rows; y += 1) image.subarray(y * columns, (y + 1) * columns).reverse();
}
