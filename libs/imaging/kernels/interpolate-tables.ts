/** Adding 2^23 in single precision leaves no room for a fraction: it rounds half to even, and the lower bits are the number. */
const rounder: f32 = 8388608;

export function interpolateTables(
  image: usize,
  rows: usize,
  columns: usize,
  packed: usize,
  starts: usize,
  places: usize,
  leftWeights: usize,
  rightWeights: usize,
  placesDown: usize,
  upperWeights: usize,
  lowerWeights: usize,
): void {
  for (let y: usize = 0; y < rows; y++) {
    const tables = packed + <usize>load<u32>(placesDown + 4 * y) * places * 1024;
    const upperWeight = load<f32>(upperWeights + 4 * y);
    const lowerWeight = load<f32>(lowerWeights + 4 * y);
    for (let place: usize = 0; place < places; place++) {
      const start = <usize>load<u32>(starts + 4 * place);
      const end = <usize>load<u32>(starts + 4 * place, 4);
      interpolatePart(image + y * columns, start, end, tables + place * 1024, leftWeights, rightWeights, upperWeight, lowerWeight);
    }
  }
}

function interpolatePart(
  image: usize,
  start: usize,
  end: usize,
  table: usize,
  leftWeights: usize,
  rightWeights: usize,
  upperWeight: f32,
  lowerWeight: f32,
): void {
  const upper = f32x4.splat(upperWeight);
  const lower = f32x4.splat(lowerWeight);
  const ofZero = load<u32>(table);
  const zeros = v128.load32_splat(table);
  // Four equal tables mix to their value: the weights' sums are off by some 1e-7 of 255, far less than half.
  const areZerosAlike = ofZero === (ofZero & 0xff) * 0x01010101;
  const alike = i8x16.splat(<i8>ofZero);
  let x = start;
  for (; x + 16 <= end; x += 16) {
    const sixteen = v128.load(image + x);
    if (!v128.any_true(sixteen)) {
      if (areZerosAlike) {
        v128.store(image + x, alike);
        continue;
      }
      v128.store(
        image + x,
        i8x16.narrow_i16x8_u(
          i16x8.narrow_i32x4_u(
            mix(zeros, leftWeights + 4 * x, rightWeights + 4 * x, upper, lower),
            mix(zeros, leftWeights + 4 * x + 16, rightWeights + 4 * x + 16, upper, lower),
          ),
          i16x8.narrow_i32x4_u(
            mix(zeros, leftWeights + 4 * x + 32, rightWeights + 4 * x + 32, upper, lower),
            mix(zeros, leftWeights + 4 * x + 48, rightWeights + 4 * x + 48, upper, lower),
          ),
        ),
      );
      continue;
    }
    const first = i64x2.extract_lane(sixteen, 0);
    const second = i64x2.extract_lane(sixteen, 1);
    v128.store(
      image + x,
      i8x16.narrow_i16x8_u(
        i16x8.narrow_i32x4_u(
          mix(lookUp(table, <u32>first), leftWeights + 4 * x, rightWeights + 4 * x, upper, lower),
          mix(lookUp(table, <u32>(first >>> 32)), leftWeights + 4 * x + 16, rightWeights + 4 * x + 16, upper, lower),
        ),
        i16x8.narrow_i32x4_u(
          mix(lookUp(table, <u32>second), leftWeights + 4 * x + 32, rightWeights + 4 * x + 32, upper, lower),
          mix(lookUp(table, <u32>(second >>> 32)), leftWeights + 4 * x + 48, rightWeights + 4 * x + 48, upper, lower),
        ),
      ),
    );
  }
  for (; x < end; x++) {
    const packed = load<u32>(table + 4 * <usize>load<u8>(image + x));
    const left = load<f32>(leftWeights + 4 * x);
    const right = load<f32>(rightWeights + 4 * x);
    const above = <f32>(packed & 0xff) * left + <f32>((packed >> 8) & 0xff) * right;
    const below = <f32>((packed >> 16) & 0xff) * left + <f32>(packed >> 24) * right;
    store<u8>(image + x, <u8>reinterpret<u32>(above * upperWeight + below * lowerWeight + rounder));
  }
}

/** The packed values of four tables for four pixels. */
// @ts-ignore: decorator
@inline
function lookUp(table: usize, four: u32): v128 {
  let found = v128.load32_splat(table + 4 * <usize>(four & 0xff));
  found = v128.load_lane<i32>(table + 4 * <usize>((four >> 8) & 0xff), found, 1);
  found = v128.load_lane<i32>(table + 4 * <usize>((four >> 16) & 0xff), found, 2);
  return v128.load_lane<i32>(table + 4 * <usize>(four >> 24), found, 3);
}

// @ts-ignore: decorator
@inline
function mix(packed: v128, leftWeights: usize, rightWeights: usize, upper: v128, lower: v128): v128 {
  const bytes = i32x4.splat(0xff);
  const left = v128.load(leftWeights);
  const right = v128.load(rightWeights);
  const above = f32x4.add(
    f32x4.mul(f32x4.convert_i32x4_s(v128.and(packed, bytes)), left),
    f32x4.mul(f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(packed, 8), bytes)), right),
  );
  const below = f32x4.add(
    f32x4.mul(f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(packed, 16), bytes)), left),
    f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(packed, 24)), right),
  );
  const mixed = f32x4.add(f32x4.mul(above, upper), f32x4.mul(below, lower));
  return v128.and(f32x4.add(mixed, f32x4.splat(rounder)), bytes);
}
