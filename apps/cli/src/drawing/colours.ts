/**
 * Okabe and Ito's palette, which all kinds of colour vision tell apart (Color Universal Design, 2008), and of it those that are bright on a dark mammogram.
 */
export const truthColour = '#56b4e9';
export const predictionColour = '#e69f00';

/** Of the same palette: for masks beside each other. */
export const maskColours = ['#f0e442', '#cc79a7', '#009e73', '#d55e00'] as const;
