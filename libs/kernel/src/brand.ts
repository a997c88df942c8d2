declare const brand: unique symbol;

/** A primitive that only the parser of its kind can make: `Brand<string, 'Sha256'>` is not assignable from `string`. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
