/** The closed vocabularies of the field, spelt as CBIS-DDSM spells them. */
export const lateralities = ['LEFT', 'RIGHT'] as const;
export type Laterality = (typeof lateralities)[number];

export const viewPositions = ['CC', 'MLO'] as const;
export type ViewPosition = (typeof viewPositions)[number];

export const abnormalityKinds = ['MASS', 'CALCIFICATION'] as const;
export type AbnormalityKind = (typeof abnormalityKinds)[number];

export const officialSplits = ['TRAINING', 'TEST'] as const;
export type OfficialSplit = (typeof officialSplits)[number];

/** FULL is the mammogram, CROP a cut-out around one abnormality, MASK its region of interest at the mammogram's size. */
/** The two pictures that preparation makes of a mammogram: with its contrast evened out (CLAHE), and as it was before that. */
export const pictureKinds = ['equalised', 'plain'] as const;
export type PictureKind = (typeof pictureKinds)[number];

export const imageKinds = ['FULL', 'CROP', 'MASK'] as const;
export type ImageKind = (typeof imageKinds)[number];
