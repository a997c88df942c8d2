import type { EventType } from '@mammoline/contracts';
import { describeError, invalid } from '@mammoline/kernel';
import { z } from 'zod';

/** An object that was written. */
export interface CreatedObject {
  readonly bucket: string;
  readonly key: string;
}

/** What AWS and the servers that speak its protocol say of changes in a bucket; only what is needed of it. */
const notification = z.object({
  Records: z.array(
    z.object({
      eventName: z.string(),
      s3: z.object({ bucket: z.object({ name: z.string().min(1) }), object: z.object({ key: z.string().min(1) }) }),
    }),
  ),
});
/** What AWS sends when notifications are switched on. */
const testEvent = z.object({ Event: z.literal('s3:TestEvent') });

/** The bucket notifications in a topic: S3's event JSON, as AWS documents it and MinIO sends it. */
export function bucketNotifications(topic: string): Pick<EventType<readonly CreatedObject[]>, 'topic' | 'decode'> {
  return {
    topic,
    decode: (bytes) => {
      try {
        return createdObjects(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
      } catch (error) {
        throw invalid(
          `${topic}: found ${String(bytes.length)} bytes that are no bucket notification, expected S3's event JSON with Records[].eventName, .s3.bucket.name and .s3.object.key: ${describeError(error)}`,
          { cause: error },
        );
      }
    },
  };
}

function createdObjects(value: unknown): readonly CreatedObject[] {
  if (testEvent.safeParse(value).success) return [];
  return notification
    .parse(value)
    .Records.filter(({ eventName }) => /^(?:s3:)?ObjectCreated:/.test(eventName))
    .map(({ s3: { bucket, object } }) => ({ bucket: bucket.name, key: decodeURIComponent(object.key.replaceAll('+', ' ')) }));
}
