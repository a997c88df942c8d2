/** What every event carries beside its data. */
const headers = {
  type: 'object',
  required: ['id', 'source', 'type', 'time'],
  properties: {
    id: { type: 'string', format: 'uuid', description: 'Derived from what caused the event: a repeat of the work repeats it.' },
    source: { type: 'string', description: '/mammoline/<stage or service>' },
    type: { type: 'string', description: 'The topic.' },
    time: { type: 'string', format: 'date-time' },
    traceparent: { type: 'string', description: 'W3C trace context.' },
  },
};

const integers = new Set(['uint32', 'int32', 'uint64', 'int64']);

/** The events as an AsyncAPI 3.0 document. */
export function toAsyncApi(events, version) {
  const shortName = ({ message }) => message.split('.').at(-1);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Mammoline events',
      version,
      description:
        'CloudEvents 1.0 in binary mode. The data is protobuf, the message that x-protobuf-message names; the payload schemas show its fields. ' +
        'Generated from proto/, libs/contracts and apps/ by `npm run docs:events`.',
    },
    defaultContentType: 'application/protobuf',
    channels: Object.fromEntries(
      events.map((event) => [
        shortName(event),
        {
          address: event.topic,
          description: event.summary,
          messages: { [shortName(event)]: { $ref: `#/components/messages/${shortName(event)}` } },
        },
      ]),
    ),
    operations: Object.fromEntries(
      events.flatMap((event) => [
        ...event.emittedBy.map((name) => operation('send', name, shortName(event))),
        ...event.takenBy.map((name) => operation('receive', name, shortName(event))),
      ]),
    ),
    components: {
      messages: Object.fromEntries(
        events.map((event) => [
          shortName(event),
          {
            summary: event.summary,
            headers: { $ref: '#/components/schemas/CloudEvent' },
            payload: {
              type: 'object',
              'x-protobuf-message': event.message,
              properties: Object.fromEntries(event.fields.map((field) => [field.name, toSchema(field)])),
            },
            'x-key': event.key,
          },
        ]),
      ),
      schemas: { CloudEvent: headers },
    },
  };
}

function operation(action, name, channel) {
  const id = `${name.replaceAll(/[.-](\w)/g, (_dash, letter) => letter.toUpperCase())}.${action}.${channel}`;
  return [id, { action, channel: { $ref: `#/channels/${channel}` }, summary: name }];
}

function toSchema({ type, number, isRepeated, comment }) {
  const about = { ...(comment === '' ? {} : { description: comment }), 'x-protobuf-field': number };
  const schema = type.includes('.') ? { 'x-protobuf-type': type } : { type: jsonType(type) };
  return isRepeated ? { type: 'array', items: schema, ...about } : { ...schema, ...about };
}

function jsonType(type) {
  if (integers.has(type)) return 'integer';
  if (type === 'double' || type === 'float') return 'number';
  return type === 'bool' ? 'boolean' : 'string';
}
