import { parseAttributeTable } from './parse-attribute-table.ts';

export interface KeptAttribute {
  readonly name: string;
  /** Of the standard (PS3.6); two where it allows two. */
  readonly vrs: readonly string[];
}

/**
 * What is kept: what it takes to read, place, measure and compare a mammogram, as codes, numbers and pixels. Nothing else that Table E.1-1 does not name is, and no free text
 * is among them: the meaning of a code is in its scheme.
 */
const table = `
0008,0005 CS Specific Character Set | 0008,0008 CS Image Type
0008,0016 UI SOP Class UID | 0008,0060 CS Modality
0008,0064 CS Conversion Type | 0008,0068 CS Presentation Intent Type
0008,0100 SH Code Value | 0008,0102 SH Coding Scheme Designator
0008,2218 SQ Anatomic Region Sequence | 0018,0015 CS Body Part Examined
0018,0050 DS Slice Thickness | 0018,0060 DS KVP
0018,0088 DS Spacing Between Slices | 0018,1110 DS Distance Source to Detector
0018,1111 DS Distance Source to Patient | 0018,1114 DS Estimated Radiographic Magnification Factor
0018,1147 CS Field of View Shape | 0018,1149 IS Field of View Dimension(s)
0018,1150 IS Exposure Time | 0018,1151 IS X-Ray Tube Current
0018,1152 IS Exposure | 0018,1153 IS Exposure in uAs
0018,1164 DS Imager Pixel Spacing | 0018,1166 CS Grid
0018,1190 DS Focal Spot(s) | 0018,1191 CS Anode Target Material
0018,11A0 DS Body Part Thickness | 0018,11A2 DS Compression Force
0018,1405 IS Relative X-Ray Exposure | 0018,1411 DS Exposure Index
0018,1412 DS Target Exposure Index | 0018,1413 DS Deviation Index
0018,1508 CS Positioner Type | 0018,1510 DS Positioner Primary Angle
0018,1511 DS Positioner Secondary Angle | 0018,1530 DS Detector Primary Angle
0018,1531 DS Detector Secondary Angle | 0018,1700 CS Collimator Shape
0018,1702 IS Collimator Left Vertical Edge | 0018,1704 IS Collimator Right Vertical Edge
0018,1706 IS Collimator Upper Horizontal Edge | 0018,1708 IS Collimator Lower Horizontal Edge
0018,5101 CS View Position | 0018,6000 DS Sensitivity
0018,7001 DS Detector Temperature | 0018,7004 CS Detector Type
0018,7005 CS Detector Configuration | 0018,7020 DS Detector Element Physical Size
0018,7022 DS Detector Element Spacing | 0018,7024 CS Detector Active Shape
0018,7026 DS Detector Active Dimension(s) | 0018,7028 DS Detector Active Origin
0018,7030 DS Field of View Origin | 0018,7032 DS Field of View Rotation
0018,7034 CS Field of View Horizontal Flip | 0018,7050 CS Filter Material
0018,7052 DS Filter Thickness Minimum | 0018,7054 DS Filter Thickness Maximum
0018,7060 CS Exposure Control Mode | 0018,7065 DS Phototimer Setting
0018,8150 DS Exposure Time in uS | 0018,8151 DS X-Ray Tube Current in uA
0020,0011 IS Series Number | 0020,0012 IS Acquisition Number
0020,0013 IS Instance Number | 0020,0020 CS Patient Orientation
0020,0060 CS Laterality | 0020,0062 CS Image Laterality
0028,0002 US Samples per Pixel | 0028,0003 US Samples per Pixel Used
0028,0004 CS Photometric Interpretation | 0028,0006 US Planar Configuration
0028,0008 IS Number of Frames | 0028,0010 US Rows
0028,0011 US Columns | 0028,0030 DS Pixel Spacing
0028,0034 IS Pixel Aspect Ratio | 0028,0100 US Bits Allocated
0028,0101 US Bits Stored | 0028,0102 US High Bit
0028,0103 US Pixel Representation | 0028,0106 US/SS Smallest Image Pixel Value
0028,0107 US/SS Largest Image Pixel Value | 0028,0120 US/SS Pixel Padding Value
0028,0121 US/SS Pixel Padding Range Limit | 0028,0300 CS Quality Control Image
0028,0301 CS Burned In Annotation | 0028,0A02 CS Pixel Spacing Calibration Type
0028,1040 CS Pixel Intensity Relationship | 0028,1041 SS Pixel Intensity Relationship Sign
0028,1050 DS Window Center | 0028,1051 DS Window Width
0028,1052 DS Rescale Intercept | 0028,1053 DS Rescale Slope
0028,1056 CS VOI LUT Function | 0028,1090 CS Recommended Viewing Mode
0028,1300 CS Breast Implant Present | 0028,2110 CS Lossy Image Compression
0028,2112 DS Lossy Image Compression Ratio | 0028,2114 CS Lossy Image Compression Method
0040,0302 US Entrance Dose | 0040,0303 US Exposed Area
0040,0306 DS Distance Source to Entrance | 0040,0316 DS Organ Dose
0040,0318 CS Organ Exposed | 0040,8302 DS Entrance Dose in mGy
0054,0220 SQ View Code Sequence | 0054,0222 SQ View Modifier Code Sequence
2050,0020 CS Presentation LUT Shape | 7FE0,0008 OF Float Pixel Data
7FE0,0009 OD Double Float Pixel Data | 7FE0,0010 OB/OW Pixel Data
`;

export const keptAttributes: ReadonlyMap<number, KeptAttribute> = new Map(
  parseAttributeTable(table).map(({ tag, vr, rest }) => [tag, { name: rest, vrs: vr.split('/') }]),
);
