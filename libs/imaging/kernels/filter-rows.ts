export function filterRows(image: usize, rows: usize, columns: usize, into: usize): void {
  let from = image;
  let to = into;
  for (let y: usize = 0; y < rows; y++) {
    store<u8>(to, 1);
    to += 1;
    if (columns > 0) store<u8>(to, load<u8>(from));
    let x: usize = 1;
    for (; x + 16 <= columns; x += 16) v128.store(to + x, i8x16.sub(v128.load(from + x), v128.load(from + x - 1)));
    for (; x < columns; x++) store<u8>(to + x, load<u8>(from + x) - load<u8>(from + x - 1));
    from += columns;
    to += columns;
  }
}
