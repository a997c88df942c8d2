/** The text of a description table as CBIS-DDSM writes it: two abnormalities a view, four views a patient, three long paths a row. @param edition another has other pathologies */
export function descriptionTable(rows: number, firstPatient: number, edition = 0): string {
  const lines = [
    'patient_id,breast_density,left or right breast,image view,abnormality id,abnormality type,mass shape,mass margins,assessment,pathology,subtlety,image file path,cropped image file path,ROI mask file path',
  ];
  const uid = (number: number): string => `1.3.6.1.4.1.9590.100.1.2.${String(number).padStart(14, '7')}${'0123456789'.repeat(2)}`;
  for (let row = 0; row < rows; row += 1) {
    const view = Math.floor(row / 2);
    const patient = `P_${String(firstPatient + Math.floor(view / 4))}`;
    const [laterality, position] = [view % 4 < 2 ? 'LEFT' : 'RIGHT', view % 2 === 0 ? 'CC' : 'MLO'];
    const number = 1 + (row % 2);
    const name = `Mass-Training_${patient}_${laterality}_${position}`;
    const path = (folder: string, file: string): string => `${folder}/${uid(row)}/${uid(row + 7)}/${file}.dcm`;
    const pathology = ['MALIGNANT', 'BENIGN', 'BENIGN_WITHOUT_CALLBACK'][(row + edition) % 3] ?? '';
    lines.push(
      `${patient},${1 + (view % 4)},${laterality},${position},${number},mass,IRREGULAR,SPICULATED,${row % 6},${pathology},${1 + (row % 5)},` +
        `${path(name, '000000')},"${path(`${name}_${number}`, '000000')}\n","${path(`${name}_${number}`, '000001')}\n"`,
    );
  }
  return lines.join('\n');
}
