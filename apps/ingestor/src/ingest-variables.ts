import { deidentifyVariables, dicomLimitVariables } from '@mammoline/dicom';
import { z } from 'zod';

/** The ingestor's own variables, and those of the runtime that it looks at. */
export const ingestVariables = z
  .object({
    ...dicomLimitVariables.shape,
    ...deidentifyVariables.shape,
    MAMMOLINE_BLOBS_URL: z.string(),
    MAMMOLINE_TRANSPORT: z.string().optional(),
    MAMMOLINE_BUCKET_EVENTS_TOPIC: z
      .string()
      .regex(/^[\w.-]{1,249}$/, 'expected the name of a Kafka topic')
      .optional(),
  })
  .check(({ value, issues }) => {
    if (value.MAMMOLINE_BUCKET_EVENTS_TOPIC === undefined || value.MAMMOLINE_TRANSPORT === 'kafka') return;
    issues.push({
      code: 'custom',
      path: ['MAMMOLINE_BUCKET_EVENTS_TOPIC'],
      input: undefined,
      message: 'is a topic of Kafka, expected MAMMOLINE_TRANSPORT=kafka with it',
    });
  });
