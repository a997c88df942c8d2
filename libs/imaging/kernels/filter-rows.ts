export function filterRows(image: usize, rows: usize, columns: usize, into: usize): void {
  let from = image + columns;
  let to = into;
  for (let y: usize = 0; y < rows; y++) {
    store<u8>(to, 2);
    to += 1;
    let x: usize = 0;
    for (; x + 16 <= columns; x += 16) v128.store(to + x, i8x16.sub(v128.load(from + x), v128.load(from + x - columns)));
    for (; x < columns; x++) store<u8>(to + x, load<u8>(from + x) - load<u8>(from + x - columns));
    from += columns;
    to += columns;
  }
}
