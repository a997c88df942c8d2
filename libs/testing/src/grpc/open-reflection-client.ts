import { createFileRegistry, fromBinary, fromJson, toBinary, toJson, type FileRegistry, type JsonValue } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, type FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { Client, credentials } from '@grpc/grpc-js';
import { createChannel, createClient } from 'nice-grpc';
import { ServerReflectionService } from 'nice-grpc-server-reflection';
import reflection from 'nice-grpc-server-reflection/lib/proto/grpc/reflection/v1/reflection_pb.js';

export interface ReflectionClient {
  /** Full names, as the server lists them. */
  readonly listServices: () => Promise<readonly string[]>;
  /**
   * Calls a unary method with the JSON form of its messages.
   * @param method `package.Service/Method`
   */
  readonly callUnary: (method: string, request: JsonValue) => Promise<JsonValue>;
  readonly close: () => void;
}

/** A client that knows nothing of our protocol but what the server's reflection tells, as grpcurl does. */
export function openReflectionClient(address: string): ReflectionClient {
  const channel = createChannel(address);
  const asking = createClient(ServerReflectionService, channel);
  const calling = new Client(address, credentials.createInsecure());

  const ask = async (fill: (request: reflection.ServerReflectionRequest) => void): Promise<reflection.ServerReflectionResponse> => {
    const request = new reflection.ServerReflectionRequest();
    fill(request);
    for await (const response of asking.serverReflectionInfo(once(request))) {
      const error = response.getErrorResponse();
      if (error !== undefined) throw new Error(`reflection: ${error.getErrorMessage()}`);
      return response;
    }
    throw new Error('reflection gave no answer');
  };

  const filesOf = async (fill: (request: reflection.ServerReflectionRequest) => void): Promise<readonly FileDescriptorProto[]> =>
    ((await ask(fill)).getFileDescriptorResponse()?.getFileDescriptorProtoList_asU8() ?? []).map((bytes) =>
      fromBinary(FileDescriptorProtoSchema, bytes),
    );

  const registryOf = async (symbol: string): Promise<FileRegistry> => {
    const files = new Map<string, FileDescriptorProto>();
    const queue = [...(await filesOf((request) => request.setFileContainingSymbol(symbol)))];
    const [root] = queue;
    if (root === undefined) throw new Error(`reflection knows no ${symbol}`);
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      files.set(file.name, file);
      for (const name of file.dependency)
        if (!files.has(name)) queue.push(...(await filesOf((request) => request.setFileByFilename(name))));
    }
    return createFileRegistry(root, (name) => files.get(name));
  };

  return {
    listServices: async () => {
      const response = await ask((request) => request.setListServices('*'));
      return (response.getListServicesResponse()?.getServiceList() ?? []).map((service) => service.getName());
    },
    callUnary: async (path, json) => {
      const [serviceName = '', methodName = ''] = path.split('/');
      const registry = await registryOf(serviceName);
      const method = registry.getService(serviceName)?.methods.find(({ name }) => name === methodName);
      if (method === undefined) throw new Error(`${serviceName} has no method ${methodName}`);
      const bytes = await new Promise<Uint8Array>((resolve, reject) => {
        calling.makeUnaryRequest(
          `/${path}`,
          (value: Uint8Array) => Buffer.from(value),
          (value) => new Uint8Array(value),
          toBinary(method.input, fromJson(method.input, json)),
          (error, value) => {
            if (error !== null) reject(error);
            else if (value === undefined) reject(new Error(`${path} gave no answer`));
            else resolve(value);
          },
        );
      });
      return toJson(method.output, fromBinary(method.output, bytes));
    },
    close: () => {
      calling.close();
      channel.close();
    },
  };
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}
