export function lookUpBytes(image: Uint8Array, table: Uint8Array): void {
  for (let at = 0; at < image.length; at += 1) image[at] = table[image[at] ?? 0] ?? 0;
}
