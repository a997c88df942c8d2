export function lookUpBytes(image: usize, count: usize, table: usize): void {
  for (let at = image; at < image + count; at++) store<u8>(at, load<u8>(table + <usize>load<u8>(at)));
}
