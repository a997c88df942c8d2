/** Okabe and Ito's colours: told apart by all kinds of colour vision, and in print. */
export const palette = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00'] as const;

export const seriesColour = (index: number): string => palette[index % palette.length] ?? palette[0];
