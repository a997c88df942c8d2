import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { readDescriptorSet } from '@mammoline/contracts';
import { HealthDefinition } from 'nice-grpc-server-health';
import { expect, it } from 'vitest';
import { methodRules } from './method-rules.ts';

const files = fromBinary(FileDescriptorSetSchema, readDescriptorSet()).file;

it('has a rule for every method of every service, and for no other', () => {
  const ours = files.flatMap((file) =>
    file.service.flatMap((service) => service.method.map((method) => `/${file.package}.${service.name}/${method.name}`)),
  );
  expect(ours.length).toBeGreaterThan(20);
  const health = Object.values(HealthDefinition.methods).map(({ name }) => `/${HealthDefinition.fullName}/${name}`);
  const reflection = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
  expect(Object.keys(methodRules).sort()).toEqual([...ours, ...health, reflection].sort());
});

it('names fields that the request or the answer of a recorded method has', () => {
  const fieldsOf = (typeName: string): readonly string[] =>
    files.flatMap((file) =>
      file.messageType
        .filter((message) => `.${file.package}.${message.name}` === typeName)
        .flatMap((message) => [...message.field.map(({ jsonName }) => jsonName), ...message.oneofDecl.map(({ name }) => name)]),
    );
  for (const file of files)
    for (const service of file.service)
      for (const method of service.method) {
        const rule = methodRules[`/${file.package}.${service.name}/${method.name}`];
        expect([...fieldsOf(method.inputType), ...fieldsOf(method.outputType)]).toEqual(expect.arrayContaining([...(rule?.about ?? [])]));
        if (rule?.about !== undefined) expect(rule.audit).toBeDefined();
      }
});
