import { describe, expect, it } from 'vitest';
import { isCompanionName } from './is-companion-name.ts';

describe('isCompanionName', () => {
  it.each(['mass.csv', 'TRUTH.JSON', 'read me.TXT', '.DS_Store', 'Thumbs.db', '.hidden.dcm'])('takes %s for a companion', (name) => {
    expect(isCompanionName(name)).toBe(true);
  });

  it.each(['1-1.dcm', 'IM0001', 'image.json.dcm', 'csv', 'photo.png', 'DICOMDIR'])('takes %s for what is to be accounted for', (name) => {
    expect(isCompanionName(name)).toBe(false);
  });
});
